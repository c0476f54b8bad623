import { expect, test } from 'vitest';
import { chat, endpoint, failure, simulated } from './virtual-support.ts';

test('answers as the region does', async () => {
  const simulator = simulated();
  const response = await simulator.clock.run(chat(simulator, { headers: { 'x-ms-client-request-id': 'mine' } }));
  expect(response).toBeInstanceOf(Response);
  expect([response.status, response.ok, response.redirected]).toEqual([401, false, false]);
  expect(response.url).toBe(
    'https://eastus.sim.invalid/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
  );
  const text = await response.text();
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'apim-request-id': simulator.journal.entries()[0]?.requestId,
    'content-length': String(new TextEncoder().encode(text).length),
    'content-type': 'application/json',
    date: 'Thu, 01 Jan 2026 00:00:00 GMT',
  });
  expect(simulator.journal.of('mine')).toHaveLength(1);
});

test('lists its regions as endpoints, with a prefix where they have one', () => {
  const simulator = simulated({
    regions: [
      { name: 'eastus', prefix: '/gw/eastus', keys: ['a', 'b'] },
      { name: 'westeurope', deployments: ['gpt-4o'] },
    ],
  });
  const [eastus, westeurope] = simulator.endpoints();
  expect(eastus).toEqual({
    region: 'eastus',
    url: 'https://eastus.sim.invalid/gw/eastus',
    key: 'a',
    keys: ['a', 'b'],
    deployments: undefined,
  });
  expect(westeurope?.keys).toHaveLength(2);
  expect(simulator.region('eastus').name).toBe('eastus');
});

test.each([
  [{}, 'regions must be one or more, got none'],
  [[{ name: 'a' }, { name: 'a' }], 'regions must have different names, got "a" twice'],
  [{ 'East US': {} }, 'region "East US": name must be letters a-z, digits and "-", as of a host, got "East US"'],
  [{ a: { prefix: 'x' } }, 'region "a": prefix must be empty or "/…" without a slash at its end, got "x"'],
])('rejects bad options', (regions, message) => {
  expect(() => simulated({ regions })).toThrow(new TypeError(message));
});

test('rejects a region it does not have', () => {
  expect(() => simulated().region('mars')).toThrow('region must be one of eastus, westeurope, got "mars"');
});

const { TextEncoder, FormData } = globalThis;
const json = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'Grüße' }] });

test.each<[what: string, body: () => NonNullable<RequestInit['body']>]>([
  ['a string', () => json],
  ['bytes', () => new TextEncoder().encode(json)],
  ['a buffer', () => new TextEncoder().encode(json).buffer],
  ['a blob', () => new Blob([json])],
  ['a stream', () => new Blob([json]).stream()],
])('reads a body that is %s', async (_what, body) => {
  const simulator = simulated({ regions: { eastus: { latencyMs: 40 } } });
  const { url, key } = endpoint(simulator);
  const init = { method: 'POST', headers: { 'api-key': key }, body: body(), duplex: 'half' };
  const waiting = simulator.clock.timer(1, () => {});
  const response = await simulator.clock.run(simulator.fetch(`${url}/openai/v1/chat/completions`, init));
  waiting();
  expect((await response.json()).choices[0].message.content).toBe('gpt-4o in eastus heard: Grüße');
  const bytes = new TextEncoder().encode(json).length;
  expect(simulator.journal.entries()).toMatchObject([{ bytesIn: bytes, deployment: 'gpt-4o', status: 200 }]);
});

test('reads a form', async () => {
  const simulator = simulated();
  const body = new FormData();
  body.append('model', 'whisper');
  const response = await simulator.clock.run(
    simulator.fetch(`${endpoint(simulator).url}/openai/v1/audio`, { method: 'POST', body }),
  );
  expect(response.status).toBe(401);
  expect(simulator.journal.entries()[0]?.bytesIn).toBeGreaterThan(50);
});

test.each<[what: string, input: (url: string) => Parameters<typeof fetch>[0]]>([
  ['a string', (url) => url],
  ['a URL', (url) => new URL(url)],
  ['a Request', (url) => new Request(url)],
  ['a URL with a fragment', (url) => `${url}#here`],
])('takes %s', async (_what, input) => {
  const simulator = simulated();
  const { url, key } = endpoint(simulator);
  const target = `${url}/openai/v1/models`;
  const response = await simulator.clock.run(simulator.fetch(input(target), { headers: [['api-key', key]] }));
  expect([response.status, response.url]).toEqual([200, target]);
  expect(response.clone().url).toBe(target);
  expect(await response.clone().clone().json()).toEqual(await response.json());
});

test('takes all that a Request says', async () => {
  const simulator = simulated();
  const { url, key } = endpoint(simulator);
  const controller = new AbortController();
  const request = new Request(`${url}/openai/v1/chat/completions`, {
    method: 'post',
    headers: { 'api-key': key },
    body: json,
    signal: controller.signal,
  });
  expect((await simulator.clock.run(simulator.fetch(request))).status).toBe(200);
  controller.abort(new Error('mine'));
  expect(await failure(simulator.fetch(new Request(url, { signal: controller.signal })))).toBe('Error: mine');
});

test.each<[what: string, url: string, init: RequestInit]>([
  ['what is no address', 'https://', {}],
  ['a secret in the address', 'https://a:b@eastus.sim.invalid/', {}],
  ['a GET with a body', 'https://eastus.sim.invalid/', { body: 'x' }],
  ['what is no method', 'https://eastus.sim.invalid/', { method: 'a b' }],
  ['what is no header', 'https://eastus.sim.invalid/', { headers: { 'a b': 'c' } }],
])('rejects %s with a TypeError, and nothing arrives', async (_what, url, init) => {
  const simulator = simulated();
  expect(await failure(simulator.fetch(url, init))).toMatch(/^TypeError: /);
  expect(simulator.journal.entries()).toEqual([]);
});

test.each(['https://mars.sim.invalid/', 'http://eastus.sim.invalid/', 'https://eastus.sim.invalid:8443/'])(
  'knows nobody at %s',
  async (url) => {
    const simulator = simulated();
    expect(await failure(simulator.fetch(url))).toBe('TypeError: fetch failed (ENOTFOUND getaddrinfo)');
    expect(await failure(simulator.client({ shapes: 'browser' }).fetch(url))).toBe('TypeError: Failed to fetch');
  },
);

test('has no body where none is sent', async () => {
  const simulator = simulated();
  const response = await simulator.fetch(`${endpoint(simulator).url}/openai/v1/models`, { method: 'HEAD' });
  expect([response.status, response.body]).toEqual([401, null]);
  simulator.region('eastus').inject('status(204)');
  expect((await chat(simulator)).body).toBe(null);
});

test('does with a redirect as it is told', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('status(302)');
  const browser = simulator.client({ shapes: 'browser' });
  expect((await chat(simulator, { redirect: 'manual' })).status).toBe(302);
  expect(await failure(chat(simulator, { redirect: 'error' }))).toBe('TypeError: fetch failed (unexpected redirect)');
  expect(await failure(chat(simulator, { redirect: 'error', fetch: browser.fetch }))).toBe(
    'TypeError: Failed to fetch',
  );
  const opaque = await chat(simulator, { redirect: 'manual', fetch: browser.fetch });
  expect([opaque.status, opaque.type, opaque.body]).toEqual([0, 'opaqueredirect', null]);
});

test('tells a page without CORS that something came, and no more', async () => {
  const simulator = simulated({ shapes: 'browser' });
  const { url, key } = endpoint(simulator);
  const init = { method: 'POST', mode: 'no-cors', headers: { 'api-key': key, accept: '*/*' }, body: json } as const;
  simulator.region('eastus').inject('firewall');
  const response = await simulator.clock.run(simulator.fetch(`${url}/openai/v1/chat/completions`, init));
  expect([response.status, response.ok, response.type, response.url, await response.text()]).toEqual([
    0,
    false,
    'opaque',
    '',
    '',
  ]);
  const [entry] = simulator.journal.entries();
  expect(entry).toMatchObject({ status: 403, closedBy: 'server' });
  expect(entry).not.toHaveProperty('credential');
});

test('counts connections, and uses one again that is free', async () => {
  const simulator = simulated({ regions: { eastus: { latencyMs: 10 }, westeurope: {} } });
  const { clock, journal } = simulator;
  await clock.run(Promise.all([chat(simulator), chat(simulator)]));
  await clock.run(chat(simulator));
  await chat(simulator, { region: 'westeurope' });
  simulator.region('eastus').inject('rst:request*1');
  await clock.run(failure(chat(simulator)));
  await clock.run(chat(simulator));
  await clock.run(chat(simulator, { fetch: simulator.client().fetch }));
  expect(journal.entries().map(({ connection, reused }) => [connection, reused])).toEqual([
    [1, false],
    [2, false],
    [2, true],
    [3, false],
    [4, false],
    [5, false],
    [6, false],
  ]);
});

test('says whose secret came, and not what it is', async () => {
  const simulator = simulated();
  const foreign = endpoint(simulator, 'westeurope').key;
  await chat(simulator, { headers: { 'api-key': foreign } });
  const [entry] = simulator.journal.entries();
  expect(entry).toMatchObject({ status: 401, credentialOf: 'westeurope', leak: true, credential: expect.any(String) });
  expect(JSON.stringify(entry)).not.toContain(foreign);
});

test('says when a request came before its deployment wanted it', async () => {
  const simulator = simulated();
  const { clock, journal } = simulator;
  simulator.region('eastus').inject('429(2)*1');
  await chat(simulator);
  await clock.runUntil(clock.now() + 500);
  await chat(simulator);
  await clock.runUntil(clock.now() + 1500);
  await chat(simulator);
  expect(journal.entries().map(({ earlyByMs }) => earlyByMs)).toEqual([undefined, 1500, undefined]);
});

test('tells of each request as it arrives and as it ends, with or without a journal', async () => {
  const seen: string[] = [];
  const simulator = simulated({
    journal: false,
    regions: { eastus: { latencyMs: 10 } },
    onArrival: (draft) => seen.push(`arrived ${draft.seq} ${draft.status}`),
    onEnd: (entry) => seen.push(`ended ${entry.seq} ${entry.status} ${entry.closedBy}`),
  });
  await simulator.clock.run(Promise.all([chat(simulator), chat(simulator)]));
  expect(seen).toEqual(['arrived 1 undefined', 'arrived 2 undefined', 'ended 1 200 server', 'ended 2 200 server']);
  expect(simulator.journal.entries()).toEqual([]);
});
