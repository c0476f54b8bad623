import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findChromium, quietArgs } from '../../../scripts/chromium.ts';
import {
  createVirtualSimulator,
  type Journal,
  type JournalEntry,
  type SimEndpoint,
} from '../../../src/simulator/index.ts';
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
  /** Of the request's own. */
  readonly fault?: string;
  readonly id?: string;
}

/** What a page sees of a call. Runs in a page as well as here, and so knows nothing of this file. */
async function look({ url, key, stream, fault, id }: Question, fetch = globalThis.fetch): Promise<string> {
  let seen = '';
  try {
    const response = await fetch(`${url}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'api-key': key,
        ...(fault && { 'x-sim-fault': fault }),
        ...(id && { 'x-ms-client-request-id': id }),
      },
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

test.each([
  ['status(503)', 'azure'],
  ['trunc:sse:3', 'azure'],
  ['status(99)', 'azure'],
  ['status(503)', 'none'],
])('a page that brings %s to a region with cors %s sees the same on a socket and in memory', async (fault, cors) => {
  const regions = { eastus: { deployments: ['gpt-4o'], cors } };
  const sockets = await started({ regions });
  const virtual = createVirtualSimulator({ seed: 7, regions, shapes: 'browser' });
  const [target] = virtual.endpoints();
  if (!target) throw new Error('no region');
  const inChromium = await page.evaluate(look, { ...endpoint(sockets), stream: true, fault });
  const inMemory = await virtual.clock.run(look({ ...target, stream: true, fault }, virtual.fetch));
  expect(comparable(inMemory)).toBe(comparable(inChromium));
  expect(posts(virtual.journal.entries())).toEqual(posts(sockets.journal.entries()));
});

/** The POSTs, and which of them each repeats. */
const repeated = (entries: readonly JournalEntry[]): readonly unknown[] => {
  const sent = entries.filter(({ method }) => method === 'POST');
  return sent.map(({ clientRequestId, reused, closedBy, dupOf }) => {
    return { clientRequestId, reused, closedBy, repeats: sent.findIndex(({ seq }) => seq === dupOf) };
  });
};

test.each(['rst:reuse', 'fin:reuse'])(
  'Chromium sends again by itself after %s, as a browser does in memory, and both journals know',
  async (fault) => {
    const sockets = await started({ regions });
    const virtual = createVirtualSimulator({ seed: 7, regions, shapes: 'browser' });
    const [target] = virtual.endpoints();
    if (!target) throw new Error('no region');
    const asked = { ...endpoint(sockets), stream: false };
    // Asks before it sends, once.
    await page.evaluate(look, { ...asked, id: 'before' });
    await sockets.region('eastus').inject(fault);
    virtual.region('eastus').inject(fault);
    sockets.journal.clear();
    for (const id of ['a', 'b', 'c']) {
      expect(await page.evaluate(look, { ...asked, id })).toMatch(/^200 .*the end$/);
      expect(await virtual.clock.run(look({ ...target, stream: false, id }, virtual.fetch))).toMatch(/^200/);
    }
    await sockets.settled();
    expect(repeated(sockets.journal.entries())).toEqual(repeated(virtual.journal.entries()));
    expect(virtual.journal.entries().map(({ dupOf }) => dupOf)).toEqual([undefined, undefined, 2, undefined, 4]);
  },
);

test.each(['rst:request', 'fin:request', 'rst:reuse', 'garbage', 'clen', 'rst:sse:0', 'status(503)'])(
  'without what Chromium sent again, the journal has what its page sent, after %s',
  async (fault) => {
    const sockets = await started({ regions });
    const asked = { ...endpoint(sockets), stream: true, id: 'a', fault };
    // The connection is open, and was allowed to be used.
    await page.evaluate(look, { ...asked, fault: 'latency(0)' });
    for (let nth = 0; nth < 3; nth++) await page.evaluate(look, asked);
    await sockets.settled();
    const sent = sockets.journal.entries().filter(({ method, dupOf }) => method === 'POST' && dupOf === undefined);
    expect(sent).toHaveLength(4);
  },
);

/** Asks eight times what is never answered; leaves the nth when it is told to. Runs in a page as well as here. */
function crowd({ url, key }: SimEndpoint, fetch = globalThis.fetch): (nth: number) => void {
  const headers = { 'content-type': 'application/json', 'api-key': key, 'x-sim-fault': 'silence' };
  const controllers = Array.from({ length: 8 }, () => new AbortController());
  for (const { signal } of controllers) {
    fetch(`${url}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`, {
      method: 'POST',
      headers,
      body: '{}',
      signal,
    }).catch(() => {});
  }
  return (nth) => controllers[nth]?.abort();
}

test('Chromium has six connections to a region at a time, as a client in memory that is to have six', async () => {
  const regions = { eastus: {}, westeurope: { deployments: ['gpt-4o'] } };
  const sockets = await started({ regions });
  const virtual = createVirtualSimulator({ seed: 7, regions, shapes: 'browser', connections: 6 });
  const arrived = ({ journal }: { readonly journal: Journal }): number =>
    posts(journal.entries({ region: 'eastus' })).length;
  const [near, far] = virtual.endpoints();
  if (!near || !far) throw new Error('no regions');
  // What may be sent is known from here on, and nobody is overtaken while asking.
  await page.evaluate(look, { ...endpoint(sockets), stream: false, fault: 'latency(0)' });
  sockets.journal.clear();
  const inChromium = await page.evaluateHandle(crowd, endpoint(sockets));
  const inMemory = crowd(near, virtual.fetch);

  await expect.poll(() => arrived(sockets), { timeout: 5000 }).toBe(6);
  expect(await page.evaluate(look, { ...endpoint(sockets, 'westeurope'), stream: false })).toMatch(/^200/);
  expect(await virtual.clock.run(look({ ...far, stream: false }, virtual.fetch))).toMatch(/^200/);
  expect([arrived(virtual), arrived(sockets)]).toEqual([6, 6]);

  for (let nth = 0; nth < 8; nth++) {
    await inChromium.evaluate((leave, which) => leave(which), nth);
    inMemory(nth);
    await expect.poll(() => arrived(sockets), { timeout: 5000 }).toBe(Math.min(7 + nth, 8));
    await virtual.clock.runUntil(virtual.clock.now() + 1000);
    expect(arrived(virtual)).toBe(arrived(sockets));
  }
  await sockets.settled();
});

/** Asks six times, without what may be sent being known, and gives up. Runs in a page. */
async function giveUp({ url, key }: SimEndpoint): Promise<void> {
  const controller = new AbortController();
  const calls = Array.from({ length: 6 }, () =>
    fetch(`${url}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'api-key': key },
      body: '{}',
      signal: controller.signal,
    }).catch(() => {}),
  );
  setTimeout(() => controller.abort(), 500);
  await Promise.all(calls);
}

test('a page that gave up on preflights in a silence is answered when the silence is over', async () => {
  const simulator = await started({ regions });
  await using silence = await simulator.region('eastus').inject('silence');
  await page.evaluate(giveUp, endpoint(simulator));
  expect(simulator.journal.entries().map(({ method, endedAt }) => `${method} ${endedAt}`)).toEqual(
    Array.from({ length: 6 }, () => 'OPTIONS undefined'),
  );
  await silence.end();
  expect(await page.evaluate(look, { ...endpoint(simulator), stream: false })).toMatch(/^200/);
  await simulator.settled();
  expect(simulator.journal.entries()[0]).toMatchObject({ fault: 'silence', closedBy: 'fault' });
});
