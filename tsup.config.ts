import { defineConfig } from 'tsup';

const common = { format: 'esm', target: 'es2023', dts: true, outDir: 'dist' } as const;

// Not minified, so that a stack trace can be read; who bundles minifies.
export default defineConfig([
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      identity: 'src/credential/identity.ts',
      ky: 'src/ky.ts',
      msal: 'src/credential/msal.ts',
      redis: 'src/store/redis.ts',
      'simulator/index': 'src/simulator/index.ts',
    },
    platform: 'neutral',
  },
  {
    ...common,
    entry: { 'simulator/node': 'src/simulator/node/index.ts', 'cli/main': 'src/cli/main.ts' },
    dts: { entry: { 'simulator/node': 'src/simulator/node/index.ts' } },
    platform: 'node',
    tsconfig: 'tsconfig.node.json',
  },
]);
