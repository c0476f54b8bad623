import { expect, test } from 'vitest';
import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { type ChatInit, chat, endpoint, failure, simulated } from './virtual-support.ts';

/** How a call ends, and in which second after the first one it does. */
async function outcome(simulator: VirtualSimulator, init: ChatInit = {}): Promise<string> {
  let status = '';
  const failed = await failure(
    chat(simulator, init).then(async (response) => {
      await response.text();
      status = String(response.status);
    }),
  );
  return `${status || failed} after ${(simulator.clock.now() - Date.UTC(2026, 0, 1)) / 1000} s`;
}

test.each([
  ['node', 'TypeError: fetch failed (UND_ERR_CONNECT_TIMEOUT) after 10.5 s'],
  ['browser', 'TypeError: Failed to fetch after 127 s'],
] as const)('who connects to a blackhole gives up in the end, as %s does', async (shapes, expected) => {
  const simulator = simulated({ shapes });
  simulator.region('eastus').inject('blackhole');
  expect(await simulator.clock.run(outcome(simulator))).toBe(expected);
  expect(simulator.journal.entries()).toEqual([]);
});

test('who connects to a blackhole is heard when the kernel tries again after its end', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  const fault = simulator.region('eastus').inject('blackhole');
  const first = outcome(simulator);
  await clock.runUntil(clock.now() + 2500);
  const second = outcome(simulator);
  await clock.runUntil(clock.now() + 1500);
  fault.end();
  expect(await clock.run(second)).toBe('200 after 5.5 s');
  expect(await clock.run(first)).toBe('200 after 7 s');
});

test('who waits for a connection can leave, and loses it with the network', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  simulator.region('eastus').inject('blackhole~60s');
  const controller = new AbortController();
  const client = simulator.client();
  const left = outcome(simulator, { signal: controller.signal });
  const cut = outcome(simulator, { fetch: client.fetch });
  await clock.runUntil(clock.now() + 1000);
  controller.abort(new Error('enough'));
  client.cut();
  expect(await left).toBe('Error: enough after 1 s');
  expect(await cut).toBe('TypeError: fetch failed (ECONNRESET read) after 1 s');
  await clock.runUntil(clock.now() + 60_000);
});

test('who has waited for a connection leaves no listener on a signal', async () => {
  const simulator = simulated();
  const { signal } = new AbortController();
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  simulator.region('eastus').inject('blackhole~1s');
  expect(await simulator.clock.run(outcome(simulator, { signal }))).toBe('200 after 3 s');
  expect(listeners).toBe(0);
});

test('what was held and not read is reset at the end', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  simulator.region('eastus').inject('noread~30s');
  const call = outcome(simulator);
  await clock.runUntil(clock.now() + 60_000);
  expect(await call).toMatch(/^TypeError: fetch failed \(ECONNRESET read\)/);
  expect(await clock.run(outcome(simulator))).toMatch(/^200/);
});

test.each([
  ['rst:reuse', 'TypeError: fetch failed (ECONNRESET read)'],
  ['fin:reuse', 'TypeError: fetch failed (UND_ERR_SOCKET)'],
])('%s fails the second request on a connection, and no first', async (fault, expected) => {
  const simulator = simulated();
  simulator.region('eastus').inject(fault);
  const seen: string[] = [];
  for (let nth = 0; nth < 4; nth++) seen.push((await outcome(simulator)).replace(/ after .*/, ''));
  expect(seen).toEqual(['200', expected, '200', expected]);
  expect(simulator.journal.entries().map(({ connection, closedBy }) => [connection, closedBy])).toEqual([
    [1, 'server'],
    [1, 'fault'],
    [2, 'server'],
    [2, 'fault'],
  ]);
});

test.each(['rst:reuse', 'fin:reuse'])(
  'after %s a browser sends again by itself, and says nothing of it',
  async (fault) => {
    const simulator = simulated({ shapes: 'browser' });
    simulator.region('eastus').inject(fault);
    await outcome(simulator);
    expect(await outcome(simulator)).toMatch(/^200/);
    // Also what was sent with a body that the platform reads.
    const { url, key } = endpoint(simulator);
    const init = { method: 'POST', headers: { 'api-key': key }, body: new Blob(['{"model":"gpt-4o","input":"Hi"}']) };
    const call = simulator.fetch(new Request(`${url}/openai/v1/responses`, init));
    expect((await simulator.clock.run(call)).status).toBe(200);
    expect(simulator.journal.entries().map(({ reused, closedBy }) => [reused, closedBy])).toEqual([
      [false, 'server'],
      [true, 'fault'],
      [false, 'server'],
      [true, 'fault'],
      [false, 'server'],
    ]);
  },
);

test('a limit of connections counts those that are open, used or not', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  const region = simulator.region('eastus');
  region.inject('conn-limit(2)');
  region.inject('latency(1000)');
  const calls = [outcome(simulator), outcome(simulator), outcome(simulator)];
  expect(await clock.run(Promise.all(calls))).toEqual([
    '200 after 1 s',
    '200 after 1 s',
    'TypeError: fetch failed (ECONNRESET connect) after 0 s',
  ]);
  // Two are open, and belong to another client.
  expect(await outcome(simulator, { fetch: simulator.client().fetch })).toMatch(/ECONNRESET/);
  expect(await clock.run(outcome(simulator))).toBe('200 after 2 s');
});

test('a region goes on with what its client has left, where it is told to', async () => {
  const ended: unknown[] = [];
  const simulator = simulated({ onEnd: ({ status, closedBy, endedAt }) => ended.push([status, closedBy, endedAt]) });
  const { clock } = simulator;
  const startedAt = clock.now();
  simulator.region('eastus').inject('duplicate-slow(5000)*1');
  const controller = new AbortController();
  clock.timer(1000, () => controller.abort(new Error('enough')));
  expect(await clock.run(outcome(simulator, { signal: controller.signal }))).toBe('Error: enough after 1 s');
  expect(await outcome(simulator)).toBe('200 after 1 s');
  await clock.runUntil(startedAt + 10_000);
  expect(ended).toEqual([
    [200, 'server', startedAt + 1000],
    [200, 'client', startedAt + 1000],
  ]);
  const [left] = simulator.journal.entries();
  expect(left).toMatchObject({ fault: 'duplicate-slow(5000)*1', firstByteAt: startedAt + 5000, bytesOut: 0 });
});

test('a fault of all regions is on in each, and ends in each', async () => {
  const simulator = simulated();
  const fault = simulator.inject('refused');
  expect(fault.text).toBe('refused');
  for (const region of ['eastus', 'westeurope']) expect(await outcome(simulator, { region })).toMatch(/ECONNREFUSED/);
  fault.end();
  for (const region of ['eastus', 'westeurope']) expect(await outcome(simulator, { region })).toMatch(/^200/);
  simulator.region('westeurope').inject('silence');
  expect(() => simulator.inject('refused')).toThrow('one connection fault at a time: "refused" while "silence" is on');
  expect(simulator.region('eastus').faults).toEqual([]);
});
