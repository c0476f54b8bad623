import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium, quietArgs } from '../../../scripts/chromium.ts';
import { createVirtualSimulator, type JournalEntry, type SimEndpoint } from '../../../src/simulator/index.ts';
import { endpoint, started } from './support.ts';

const regions = { eastus: { deployments: ['gpt-4o'] } };
let browser: Browser;
let server: Server;
let page: Page;

beforeAll(async () => {
  const executablePath = findChromium();
  browser = await chromium.launch({ ...(executablePath && { executablePath }), args: [...quietArgs] });
  server = createServer((_request, response) => response.end('<!doctype html>')).listen(0, '127.0.0.1');
  page = await browser.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

afterAll(async () => {
  await browser.close();
  server.closeAllConnections();
  server.close();
});

interface Question {
  readonly url: string;
  readonly key: string;
  readonly stream: boolean;
}

/** What a page sees of a call. Runs in a page as well as here, and so knows nothing of this file. */
async function look({ url, key, stream }: Question, fetch = globalThis.fetch): Promise<string> {
  let seen = '';
  try {
    const response = await fetch(`${url}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'api-key': key },
      body: JSON.stringify({ messages: [{ role: 'user', content: 'Good morning' }], stream }),
    });
    seen = `${response.status} ${[...response.headers.keys()].filter((name) => name !== 'content-length').join(' ')} `;
    const reader = response.body?.getReader();
    for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
      seen += new TextDecoder().decode(read.value);
    }
    return `${seen}the end`;
  } catch (error) {
    return `${seen}${error}`;
  }
}

/** Without what differs for the time, and for the preflights that a browser in memory does not send. */
function comparable(seen: string): string {
  return seen.replace(/"created":\d+|chatcmpl-[0-9a-f]+|[0-9a-f-]{36}/g, '');
}

function questions({ url, key }: SimEndpoint): readonly Question[] {
  return [false, true].map((stream) => ({ url, key, stream }));
}

const posts = (entries: readonly JournalEntry[]): readonly unknown[] =>
  entries.filter(({ method }) => method === 'POST').map(({ fault, status, closedBy }) => [fault, status, closedBy]);

test.each([
  ['refused'],
  ['rst:accept'],
  ['fin:accept'],
  ['tls'],
  ['conn-limit(0)'],
  ['garbage'],
  ['rst:request'],
  ['fin:request'],
  ['status(503)'],
  ['429(20)'],
  ['firewall'],
  ['cors(full)'],
  ['cors(none-on-error)'],
  ['cors(none)'],
  ['cors(preflight-fail)'],
  ['cors(preflight-slow(5))'],
  ['badjson'],
  ['clen'],
  ['empty200'],
  ['wrongtype'],
  ['rst:sse:3'],
  ['fin:sse:3'],
  ['trunc:sse:3'],
  ['badchunk:sse:3'],
  ['sse-error:sse:3'],
  ['stream(5,400,0.5)'],
  ['slice(50,1)'],
])('Chromium sees on a socket what a browser sees in memory: %s', async (fault) => {
  const sockets = await started({ regions });
  const virtual = createVirtualSimulator({ seed: 7, regions, shapes: 'browser' });
  await sockets.region('eastus').inject(fault);
  virtual.region('eastus').inject(fault);
  const [target] = virtual.endpoints();
  if (!target) throw new Error('no region');
  const inChromium: string[] = [];
  for (const question of questions(endpoint(sockets))) inChromium.push(await page.evaluate(look, question));
  const inMemory: string[] = [];
  for (const question of questions(target)) inMemory.push(await virtual.clock.run(look(question, virtual.fetch)));
  expect(inMemory.map(comparable)).toEqual(inChromium.map(comparable));
  await sockets.settled();
  // It may try again by itself what it could not send, and does not say so.
  if (/^(rst|fin):request|garbage/.test(fault)) return;
  expect(posts(virtual.journal.entries())).toEqual(posts(sockets.journal.entries()));
});

test.each(['rst:reuse', 'fin:reuse'])(
  'Chromium sends again by itself after %s, as a browser does in memory',
  async (fault) => {
    const sockets = await started({ regions });
    const virtual = createVirtualSimulator({ seed: 7, regions, shapes: 'browser' });
    const [target] = virtual.endpoints();
    if (!target) throw new Error('no region');
    const asked = { ...endpoint(sockets), stream: false };
    // Asks before it sends, once.
    await page.evaluate(look, asked);
    await sockets.region('eastus').inject(fault);
    virtual.region('eastus').inject(fault);
    sockets.journal.clear();
    for (let nth = 0; nth < 3; nth++) {
      expect(await page.evaluate(look, asked)).toMatch(/^200 .*the end$/);
      expect(await virtual.clock.run(look({ ...target, stream: false }, virtual.fetch))).toMatch(/^200/);
    }
    await sockets.settled();
    expect(posts(sockets.journal.entries())).toEqual(posts(virtual.journal.entries()));
  },
);
