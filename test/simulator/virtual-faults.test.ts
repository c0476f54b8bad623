import { expect, test } from 'vitest';
import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { type ChatInit, chat, failure, simulated } from './virtual-support.ts';

/** How a call ends: with a status and the start of a body, or with a failure. */
async function outcome(simulator: VirtualSimulator, init: ChatInit = {}): Promise<string> {
  let answer = '';
  const read = async (): Promise<void> => {
    const response = await chat(simulator, init);
    answer = `${response.status} ${(await response.text()).replaceAll('\r\n', '').slice(0, 16)}`.trim();
  };
  const failed = await simulator.clock.run(failure(read()));
  return answer || failed;
}

const inBrowser = 'TypeError: Failed to fetch';
const answered = '200 {"id":"chatcmpl-';

test.each([
  ['refused', 'TypeError: fetch failed (ECONNREFUSED connect)', inBrowser],
  ['dns', 'TypeError: fetch failed (ENOTFOUND getaddrinfo)', inBrowser],
  ['rst:request', 'TypeError: fetch failed (ECONNRESET read)', inBrowser],
  ['fin:request', 'TypeError: fetch failed (UND_ERR_SOCKET)', inBrowser],
  ['blackhole', 'TypeError: fetch failed (UND_ERR_CONNECT_TIMEOUT)', inBrowser],
  ['tls', 'TypeError: fetch failed (ECONNRESET)', inBrowser],
  ['rst:accept', 'TypeError: fetch failed (ECONNRESET connect)', inBrowser],
  ['fin:accept', 'TypeError: fetch failed (UND_ERR_SOCKET)', inBrowser],
  ['conn-limit(0)', 'TypeError: fetch failed (ECONNRESET connect)', inBrowser],
  ['garbage', 'TypeError: fetch failed (HPE_INVALID_CONSTANT)', inBrowser],
  ['cors(none)', answered, inBrowser],
  ['badjson', answered, answered],
  ['clen', 'TypeError: terminated (UND_ERR_SOCKET)', inBrowser],
  ['empty200', '200', '200'],
  ['quota(0,100)', '429 {"error":{"code"', '429 {"error":{"code"'],
  ['status(503)', '503 {"error":{"code"', '503 {"error":{"code"'],
  ['status(502,html)', '502 <html><head><tit', '502 <html><head><tit'],
  ['status(504,text)', '504 upstream request', '504 upstream request'],
  ['status(204)', '204', '204'],
  ['status(304)', '304', '304'],
  ['status(302)', '302 {"error":{"code"', '302 {"error":{"code"'],
  ['429(20)', '429 {"error":{"code"', '429 {"error":{"code"'],
  ['key', '401 {"error":{"code"', '401 {"error":{"code"'],
  ['nodeploy(gpt-4o)', '404 {"error":{"code"', '404 {"error":{"code"'],
  // The network rules answer before anything that knows of origins.
  ['firewall', '403 {"error":{"code"', inBrowser],
  ['latency(250)', answered, answered],
  ['slow(x8)', answered, answered],
  ['capacity(0)', '503 {"error":{"code"', '503 {"error":{"code"'],
  ['capacity(0,429)', '429 {"error":{"code"', '429 {"error":{"code"'],
])('%s looks to a client as it does in Node, and in a browser', async (fault, node, browser) => {
  for (const [shapes, expected] of [
    ['node', node],
    ['browser', browser],
  ] as const) {
    const simulator = simulated({ shapes });
    const injected = simulator.region('eastus').inject(fault);
    expect(await outcome(simulator), shapes).toBe(expected);
    expect(await outcome(simulator, { region: 'westeurope' }), shapes).toBe(answered);
    injected.end();
    injected.end();
    expect(await outcome(simulator), shapes).toBe(answered);
  }
});

test.each(['node', 'browser'] as const)(
  'what is accepted and not read lasts until the client gives up, in %s',
  async (shapes) => {
    const simulator = simulated({ shapes });
    const { clock, journal } = simulator;
    simulator.region('eastus').inject('noread');
    const controller = new AbortController();
    clock.timer(400_000, () => controller.abort(new DOMException('too long', 'TimeoutError')));
    const startedAt = clock.now();
    expect(await outcome(simulator, { signal: controller.signal })).toBe('TimeoutError: too long');
    expect(clock.now() - startedAt).toBe(400_000);
    expect(journal.entries()).toEqual([]);
  },
);

test.each(['node', 'browser'] as const)('silence in %s lasts until the client gives up', async (shapes) => {
  const simulator = simulated({ shapes });
  const { clock, journal } = simulator;
  simulator.region('eastus').inject('silence');
  const controller = new AbortController();
  clock.timer(60_000, () => controller.abort(new DOMException('too long', 'TimeoutError')));
  const startedAt = clock.now();
  expect(await outcome(simulator, { signal: controller.signal })).toBe('TimeoutError: too long');
  expect(clock.now() - startedAt).toBe(60_000);
  const [entry] = journal.entries();
  expect(entry).toMatchObject({ fault: 'silence', closedBy: 'client', endedAt: startedAt + 60_000 });
  expect(entry).not.toHaveProperty('status');
});

test('an interim status is garbage, or is followed by nothing', async () => {
  const simulator = simulated();
  for (const status of [100, 101]) {
    using _fault = disposable(simulator.region('eastus').inject(`status(${status})`));
    expect(await outcome(simulator)).toBe('TypeError: fetch failed (UND_ERR_SOCKET)');
  }
  simulator.region('eastus').inject('status(103)');
  const controller = new AbortController();
  simulator.clock.timer(1000, () => controller.abort(new Error('too long')));
  expect(await outcome(simulator, { signal: controller.signal })).toBe('Error: too long');
});

test('an answer takes as long as the region is away, and the fault adds', async () => {
  const simulator = simulated({ regions: { eastus: { latencyMs: 40, modelMs: 800 } } });
  const took = async (): Promise<number> => {
    const startedAt = simulator.clock.now();
    await outcome(simulator);
    return simulator.clock.now() - startedAt;
  };
  expect(await took()).toBe(840);
  simulator.region('eastus').inject('latency(250)');
  expect(await took()).toBe(1090);
  simulator.region('eastus').inject('slow(x2)');
  expect(await took()).toBe(1890);
  simulator.region('eastus').heal();
  simulator.region('eastus').inject('status(503)');
  expect(await took()).toBe(40);
});

const connectionFaults = [
  ...[
    'refused',
    'dns',
    'blackhole',
    'noread',
    'tls',
    'conn-limit(9)',
    'silence',
    'garbage',
    'rst:accept',
    'fin:accept',
  ],
  ...['rst:request', 'fin:request', 'rst:reuse', 'fin:reuse', 'flap(0.001,10)', 'sequence(ok,silence)'],
];

test.each(connectionFaults)('%s resets what waits for an answer when it starts', async (fault) => {
  const simulator = simulated();
  const { clock, journal } = simulator;
  const region = simulator.region('eastus');
  region.inject('latency(5000)');
  clock.timer(1000, () => region.inject(fault));
  expect(await outcome(simulator)).toBe('TypeError: fetch failed (ECONNRESET read)');
  expect(journal.entries()).toMatchObject([{ fault, closedBy: 'fault', deployment: 'gpt-4o', bytesOut: 0 }]);
  expect((journal.entries()[0]?.endedAt ?? 0) - (journal.entries()[0]?.arrivedAt ?? 0)).toBeCloseTo(1000, -1);
  region.heal();
});

test.each([
  ['node', 'TypeError: terminated (ECONNRESET read)'],
  ['browser', 'TypeError: network error'],
] as const)('a fault of the connection cuts a stream with %s shapes as %s', async (shapes, expected) => {
  const simulator = simulated({ shapes });
  const reader = (await chat(simulator, { body: { stream: true } })).body?.getReader();
  await reader?.read();
  simulator.region('westeurope').inject('refused');
  await reader?.read();
  const fault = simulator.region('eastus').inject('rst:request');
  expect(await failure(reader?.read() ?? Promise.resolve())).toBe(expected);
  expect(simulator.journal.entries()).toMatchObject([{ events: 2, fault: 'rst:request', closedBy: 'fault' }]);
  fault.end();
});

test('what a region has sent to its end is not cut', async () => {
  const simulator = simulated();
  const response = await chat(simulator);
  simulator.region('eastus').inject('refused');
  expect(await response.json()).toMatchObject({ object: 'chat.completion' });
});

test('nothing arrives where nobody listens', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('refused');
  await outcome(simulator);
  simulator.region('eastus').heal();
  simulator.region('eastus').inject('dns');
  await outcome(simulator);
  expect(simulator.journal.entries()).toEqual([]);
});

test('a flap turns in its time', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  const fault = simulator.region('eastus').inject('flap(3,5)');
  const startedAt = clock.now();
  const seen: string[] = [];
  for (const second of [0, 2.9, 3, 7.9, 8, 10.9, 11]) {
    await clock.runUntil(startedAt + second * 1000);
    seen.push((await outcome(simulator)) === answered ? 'up' : 'down');
  }
  expect(seen).toEqual(['up', 'up', 'down', 'down', 'up', 'up', 'down']);
  fault.end();
  expect(await outcome(simulator)).toBe(answered);
});

test('a fault that says how long it lasts ends by itself', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  simulator.region('eastus').inject('refused~30s');
  await clock.runUntil(clock.now() + 29_999);
  expect(await outcome(simulator)).not.toBe(answered);
  await clock.runUntil(clock.now() + 1);
  expect(await outcome(simulator)).toBe(answered);
  expect(simulator.region('eastus').faults).toEqual([]);
});

test('a fault of the connection that waits cuts what is open when it begins', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  const region = simulator.region('eastus');
  region.inject('latency(15000)');
  region.inject('refused~10s..20s');
  const startedAt = clock.now();
  expect(await outcome(simulator)).toBe('TypeError: fetch failed (ECONNRESET read)');
  expect(clock.now()).toBe(startedAt + 10_000);
  expect(await outcome(simulator)).toBe('TypeError: fetch failed (ECONNREFUSED connect)');
  await clock.runUntil(startedAt + 20_000);
  expect(await outcome(simulator)).toBe(answered);
});

test('*times ends a fault, and heal ends all of them', async () => {
  const simulator = simulated();
  const region = simulator.region('eastus');
  region.inject('rst:request*1');
  region.inject('status(503)');
  expect(region.faults.map(({ text }) => text)).toEqual(['rst:request*1', 'status(503)']);
  expect(await outcome(simulator)).toContain('ECONNRESET');
  expect(region.faults.map(({ text }) => text)).toEqual(['status(503)']);
  region.heal();
  expect(region.faults).toEqual([]);
  expect(await outcome(simulator)).toBe(answered);
});

test('refuses a fault that cannot be read, and a second one of the connection', () => {
  const region = simulated().region('eastus');
  expect(() => region.inject('nonsense')).toThrow(TypeError);
  region.inject('silence');
  expect(() => region.inject('rst:request')).toThrow(
    'a region has one connection fault at a time: "rst:request" while "silence" is on',
  );
});

test('takes a fault as an object', async () => {
  const simulator = simulated();
  expect(simulator.region('eastus').inject({ kind: 'status', status: 503, format: 'json' }).text).toBe('status(503)');
  expect(await outcome(simulator)).toBe('503 {"error":{"code"');
});

test('a browser sees of the headers what everybody may', async () => {
  const headersOf = async (shapes: 'node' | 'browser'): Promise<readonly string[]> => {
    const simulator = simulated({ shapes });
    simulator.region('eastus').inject('429(20)');
    return [...(await chat(simulator)).headers.keys()];
  };
  expect(await headersOf('browser')).toEqual(['content-length', 'content-type']);
  const inNode = await headersOf('node');
  expect(inNode).toContain('retry-after');
  expect(inNode).toContain('x-ms-region');
  expect(inNode).toContain('date');
});

const disposable = (fault: { end(): void }): Disposable => ({ [Symbol.dispose]: () => fault.end() });
