import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A site on loopback, every page of which is the app of these tests; `/sandbox` has no origin, `/elsewhere` nothing at all. */
export interface Site extends AsyncDisposable {
  readonly origin: string;
}

export async function startSite(): Promise<Site> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    format: 'iife',
    write: false,
  });
  const script = outputFiles[0]?.text.replaceAll('</script', '<\\/script') ?? '';
  const server = createServer(({ url = '' }, response) => {
    if (url.startsWith('/sandbox')) response.setHeader('content-security-policy', 'sandbox allow-scripts');
    const content = url.startsWith('/elsewhere') ? '<p>elsewhere' : `<script>${script}</script>`;
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><meta charset="utf-8">${content}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
