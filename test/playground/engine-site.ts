import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A page on loopback that has nothing but the engine, minified as it is published: `engine`, and `startLive`. */
export interface EngineSite extends AsyncDisposable {
  readonly url: string;
}

export async function startEngineSite(): Promise<EngineSite> {
  const [worker, page] = await Promise.all([
    bundle({ entryPoints: [fileURLToPath(new URL('../../playground/engine/worker.ts', import.meta.url))] }),
    bundle({
      stdin: {
        contents: `import { createEngine } from '../../playground/engine/client.ts';
                   import { startLive } from '../../playground/engine/live.ts';
                   globalThis.engine = createEngine(new Worker('/worker.js', { type: 'module' }));
                   globalThis.startLive = startLive;`,
        resolveDir: import.meta.dirname,
      },
    }),
  ]);
  const server = createServer(({ url }, response) => {
    if (url === '/worker.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(worker);
    else if (url === '/page.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(page);
    else {
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><script type="module" src="/page.js"></script>');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function bundle(options: object): Promise<string> {
  const { outputFiles } = await build({ ...options, bundle: true, minify: true, format: 'esm', write: false });
  return outputFiles?.[0]?.text ?? '';
}
