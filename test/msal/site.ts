import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { generate } from 'selfsigned';

/** A site on `https://localhost`, with the single-page app of these tests and the page that MSAL needs beside it. */
export interface Site extends AsyncDisposable {
  readonly origin: string;
}

export async function startSite(): Promise<Site> {
  const [certificate, page, bridge] = await Promise.all([
    generate([{ name: 'commonName', value: 'localhost' }], { algorithm: 'sha256', keySize: 2048 }),
    bundle({ entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))] }),
    bundle({
      stdin: {
        contents: `import { broadcastResponseToMainFrame } from '@azure/msal-browser/redirect-bridge';
                   broadcastResponseToMainFrame().catch(() => {});`,
        resolveDir: import.meta.dirname,
      },
    }),
  ]);
  const server = createServer({ key: certificate.private, cert: certificate.cert }, ({ url = '' }, response) => {
    const script = url.startsWith('/redirect.html') ? bridge : page;
    // As a page that is isolated from those it opens.
    if (url.includes('isolated=')) response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><script>${script}</script>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As the script of a page, in which nothing may look like its end. */
async function bundle(options: object): Promise<string> {
  const { outputFiles } = await build({ ...options, bundle: true, format: 'iife', write: false, minify: true });
  return outputFiles?.[0]?.text.replaceAll('</script', '<\\/script') ?? '';
}
