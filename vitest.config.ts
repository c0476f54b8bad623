import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { findChromium, quietArgs } from './scripts/chromium.ts';
import { commands } from './test/clients/support/commands.ts';
import { LongestFirst } from './test/longest-first.ts';

const isomorphic = ['test/{azure,call,chain,health,properties}/**/*.test.ts', 'test/simulator/virtual*.test.ts'];
const executablePath = findChromium();

export default defineConfig({
  test: {
    reporters: ['default', './test/closing-line.ts'],
    sequence: { sequencer: LongestFirst },
    testTimeout: 10_000,
    hookTimeout: 10_000,
    setupFiles: ['./test/support/properties.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{browser,package}/**'],
          // LangChain would tell others of its calls where a developer's shell says so.
          env: { LANGSMITH_TRACING: 'false', LANGSMITH_TRACING_V2: 'false', LANGCHAIN_TRACING_V2: 'false' },
        },
      },
      {
        extends: true,
        test: {
          name: 'chromium',
          include: [...isomorphic, 'test/browser/**/*.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(executablePath && { executablePath }),
                args: [
                  ...quietArgs,
                  // What is only wrong after garbage was collected is found by collecting it.
                  '--js-flags=--expose-gc',
                ],
              },
            }),
            instances: [{ browser: 'chromium' }],
            commands,
          },
        },
        // Found in the middle of a run, a dependency would make the page reload and the run fail.
        optimizeDeps: {
          include: [
            '@ai-sdk/azure',
            'ai',
            'eventsource-parser',
            'eventsource-parser/stream',
            'fast-check',
            'idb-keyval',
            'ky',
            'openai',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'package',
          include: ['test/package/**/*.test.ts'],
          globalSetup: './test/package/support/packed.ts',
          testTimeout: 60_000,
        },
      },
    ],
  },
});
