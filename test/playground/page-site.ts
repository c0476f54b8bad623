import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { serveFile } from '../../src/cli/static-files.ts';

/** The page as it is published, on a host that serves files and can do nothing else. */
export interface PageSite extends AsyncDisposable {
  readonly url: string;
  /** Where its files are. */
  readonly folder: string;
  /** Stops answering: what the page needs, it must have by now. */
  goAway(): Promise<void>;
}

/** In a folder of the host, as a project's pages often are. */
const PREFIX = '/playground/';

export async function startPageSite(): Promise<PageSite> {
  const folder = await mkdtemp(join(tmpdir(), 'playground-'));
  await build({
    configFile: fileURLToPath(new URL('../../playground/vite.config.ts', import.meta.url)),
    logLevel: 'error',
    build: { outDir: folder },
  });
  const server = createServer((request, response) => {
    // With the headers, and so the content security policy, of the published command.
    request.url = request.url?.startsWith(PREFIX) ? request.url.slice(PREFIX.length - 1) : '/nowhere';
    void serveFile(folder, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const goAway = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PREFIX}`,
    folder,
    goAway,
    async [Symbol.asyncDispose]() {
      await goAway();
      await rm(folder, { recursive: true });
    },
  };
}
