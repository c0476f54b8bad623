import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { generate } from 'selfsigned';
import { createServer as createVite } from 'vite';
import { startSimulator } from '../../src/simulator/node/index.ts';
import { startAuthority, TENANT } from '../../test/support/authority.ts';
import { PAGE_ID, personsOf } from '../../test/support/authority-login.ts';

/** The example with all it needs, on loopback. */
export interface Example extends AsyncDisposable {
  /** On the authority, so that the browser has accepted its certificate before the app calls it; leads to the app. */
  readonly url: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Slow enough to be watched, at 300 bytes or so an event. */
const PACE = 'throttle(5000)';

/** Starts it on free ports. */
export async function startExample(): Promise<Example> {
  await using started = new AsyncDisposableStack();
  const certificate = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    keySize: 2048,
    extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
  });
  const server = createServer({ key: certificate.private, cert: certificate.cert });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  started.defer(async () => {
    await new Promise((resolve) => server.close(resolve));
  });
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;

  const persons = personsOf(`${origin}/redirect.html`);
  const authority = started.use(
    await startAuthority({
      ...persons,
      configuration: { ...persons.configuration, claims: { profile: ['preferred_username'] } },
      page(request, response, provider) {
        if (request.url !== '/') return persons.page?.(request, response, provider) ?? false;
        response.writeHead(302, { location: `${origin}/` }).end();
        return true;
      },
    }),
  );

  const region = { acceptsToken: (token: string) => authority.accepts(token, Date.now()), modelMs: 300 };
  const simulator = await startSimulator({ regions: { swedencentral: region, eastus2: region } });
  // It complains of what the page still reads.
  started.defer(() => simulator.close().catch(() => {}));
  const [sweden, eastus] = simulator.endpoints();
  await Promise.all(['swedencentral', 'eastus2'].map((name) => simulator.region(name).inject(PACE)));

  const vite = await createVite({
    configFile: false,
    root: import.meta.dirname,
    envDir: false,
    logLevel: 'warn',
    // As they are: nothing to prepare, and no cache to share with whoever else runs Vite here.
    optimizeDeps: { noDiscovery: true },
    server: { middlewareMode: true, hmr: { server }, fs: { allow: [root] } },
    // What `npm install azure-openai-failover` does elsewhere.
    resolve: {
      alias: [
        { find: /^azure-openai-failover$/, replacement: `${root}src/index.ts` },
        { find: /^azure-openai-failover\/msal$/, replacement: `${root}src/credential/msal.ts` },
      ],
    },
    define: {
      'import.meta.env.VITE_SWEDEN': JSON.stringify(sweden?.url),
      'import.meta.env.VITE_EASTUS': JSON.stringify(eastus?.url),
      'import.meta.env.VITE_CLIENT_ID': JSON.stringify(PAGE_ID),
      'import.meta.env.VITE_AUTHORITY': JSON.stringify(`${authority.host}/${TENANT}`),
    },
  });
  started.defer(() => vite.close());

  let outage: Awaited<ReturnType<ReturnType<typeof simulator.region>['inject']>> | undefined;
  async function flip({ method }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method === 'POST') {
      const before = outage;
      outage = before ? undefined : await simulator.region('swedencentral').inject('refused');
      await before?.end();
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ off: outage !== undefined }));
  }
  server.on('request', (request, response) => {
    if (request.url === '/switch') flip(request, response).catch((error) => response.writeHead(500).end(`${error}`));
    else vite.middlewares(request, response);
  });
  // Before Vite, which complains of a page that reloads while it closes.
  started.defer(() => {
    server.close();
    server.closeAllConnections();
  });

  const all = started.move();
  return { url: `${authority.host}/`, [Symbol.asyncDispose]: () => all.disposeAsync() };
}
