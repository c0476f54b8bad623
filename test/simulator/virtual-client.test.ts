import { expect, test } from 'vitest';
import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { chat, failure, simulated } from './virtual-support.ts';

const after = (simulator: VirtualSimulator, ms: number, act: () => void): void => void simulator.clock.timer(ms, act);

test.each([
  ['node', 'TypeError: fetch failed (EAI_AGAIN getaddrinfo)'],
  ['browser', 'TypeError: Failed to fetch'],
] as const)('without a network a call fails, with %s shapes as %s', async (shapes, expected) => {
  const simulator = simulated();
  const client = simulator.client({ shapes });
  client.offline = true;
  expect(client.offline).toBe(true);
  expect(await failure(chat(simulator, { fetch: client.fetch }))).toBe(expected);
  expect(simulator.journal.entries()).toEqual([]);
  expect((await chat(simulator)).status).toBe(200);
  client.offline = false;
  expect((await chat(simulator, { fetch: client.fetch })).status).toBe(200);
});

test('an answer that is on its way waits until the network is back', async () => {
  const simulator = simulated({ regions: { eastus: { latencyMs: 100 } } });
  const { clock } = simulator;
  const client = simulator.client();
  const startedAt = clock.now();
  after(simulator, 50, () => (client.offline = true));
  after(simulator, 60, () => (client.offline = true));
  after(simulator, 500, () => (client.offline = false));
  const response = await clock.run(chat(simulator, { fetch: client.fetch }));
  expect([response.status, clock.now() - startedAt]).toEqual([200, 500]);
});

test('a stream waits until the network is back', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  const client = simulator.client();
  const startedAt = clock.now();
  const response = await chat(simulator, { fetch: client.fetch, body: { stream: true } });
  const reader = response.body?.getReader();
  await reader?.read();
  client.offline = true;
  after(simulator, 500, () => (client.offline = false));
  const { done } = (await clock.run(reader?.read() ?? Promise.reject())) ?? {};
  expect([done, clock.now() - startedAt]).toEqual([false, 500]);
  await reader?.cancel();
});

test('an abort does not wait for the network', async () => {
  const simulator = simulated({ regions: { eastus: { latencyMs: 100 } } });
  const { clock, journal } = simulator;
  const client = simulator.client();
  const controller = new AbortController();
  after(simulator, 50, () => (client.offline = true));
  after(simulator, 200, () => controller.abort(new Error('mine')));
  after(simulator, 300, () => (client.offline = false));
  const call = chat(simulator, { fetch: client.fetch, signal: controller.signal });
  expect(await clock.run(failure(call))).toBe('Error: mine');
  await clock.runUntil(clock.now() + 500);
  // It had sent all it had by then.
  expect(journal.entries()).toMatchObject([{ closedBy: 'server' }]);
});

test.each([
  ['node', 'TypeError: fetch failed (ECONNRESET read)', 'TypeError: terminated (ECONNRESET read)'],
  ['browser', 'TypeError: Failed to fetch', 'TypeError: network error'],
] as const)('a cut ends all that one client has open, with %s shapes', async (shapes, head, body) => {
  const simulator = simulated({ regions: { eastus: {}, westeurope: { latencyMs: 1000 } } });
  const { clock, journal } = simulator;
  const client = simulator.client({ shapes });
  const stream = { body: { stream: true } };
  const reader = (await chat(simulator, { fetch: client.fetch, ...stream })).body?.getReader();
  await reader?.read();
  const waiting = failure(chat(simulator, { fetch: client.fetch, region: 'westeurope' }));
  const another = chat(simulator, { region: 'westeurope' });
  after(simulator, 100, () => client.cut());
  expect(await clock.run(waiting)).toBe(head);
  expect(await failure(reader?.read() ?? Promise.resolve())).toBe(body);
  expect((await clock.run(another)).status).toBe(200);
  expect(journal.entries().map(({ closedBy }) => closedBy)).toEqual(['client', 'client', 'server']);
});

test('after a cut connections are new', async () => {
  const simulator = simulated();
  const client = simulator.client();
  for (let i = 0; i < 2; i++) await chat(simulator, { fetch: client.fetch });
  client.cut();
  await chat(simulator, { fetch: client.fetch });
  expect(simulator.journal.entries().map(({ reused }) => reused)).toEqual([false, true, false]);
});

test('a laptop that sleeps finds its connections dead when it wakes', async () => {
  const simulator = simulated({ regions: { eastus: { latencyMs: 100 } } });
  const { clock } = simulator;
  const client = simulator.client();
  const own = clock.fork();
  const seen: string[] = [];
  const startedAt = clock.now();
  own.timer(200, () => seen.push(`timer at ${clock.now() - startedAt}`));
  after(simulator, 50, () => {
    client.offline = true;
    own.sleepFor(3_600_000);
  });
  after(simulator, 50 + 3_600_000, () => {
    client.cut();
    client.offline = false;
  });
  const call = failure(chat(simulator, { fetch: client.fetch }));
  seen.push(await clock.run(call));
  await clock.runUntil(clock.now() + 1);
  expect(seen).toEqual(['TypeError: fetch failed (ECONNRESET read)', 'timer at 3600050']);
});
