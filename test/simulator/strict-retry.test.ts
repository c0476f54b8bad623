import { expect, test } from 'vitest';
import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { chat, endpoint as socketEndpoint, started } from './node/support.ts';
import { chat as ask, type ChatInit, simulated } from './virtual-support.ts';

function strict(): VirtualSimulator {
  return simulated({ regions: { eastus: { strictRetry: true, deployments: ['gpt-4o', 'small'] }, westeurope: {} } });
}

/** Asks when so many ms have passed; the status, and how long it is told to wait. */
async function after(simulator: VirtualSimulator, ms: number, init: ChatInit = {}): Promise<string> {
  const { clock } = simulator;
  await clock.runUntil(clock.now() + ms);
  const response = await clock.run(ask(simulator, init));
  await response.text();
  return [response.status, response.headers.get('retry-after') ?? ''].join(' ').trim();
}

test('who comes back too early is answered 429 again, and waits as long anew', async () => {
  const simulator = strict();
  simulator.region('eastus').inject('429(20)*1');
  expect(await after(simulator, 0)).toBe('429 20');
  expect(await after(simulator, 15_000)).toBe('429 20');
  expect(await after(simulator, 19_000), 'past the first hint, and not past the second').toBe('429 20');
  expect(await after(simulator, 20_000)).toBe('200');
  expect(simulator.journal.entries().map(({ earlyByMs, fault }) => [earlyByMs, fault])).toEqual([
    [undefined, '429(20)*1'],
    [5000, undefined],
    [1000, undefined],
    [undefined, undefined],
  ]);
});

test('only the deployment that said so is strict, and only in its region', async () => {
  const simulator = strict();
  for (const region of ['eastus', 'westeurope']) simulator.region(region).inject('429(20)@deployment=gpt-4o*1');
  expect(await after(simulator, 0)).toBe('429 20');
  expect(await after(simulator, 0, { region: 'westeurope' })).toBe('429 20');
  expect(await after(simulator, 1000, { region: 'westeurope' })).toBe('200');
  const { url, key } = simulator.endpoints()[0] ?? { url: '', key: '' };
  const small = simulator.fetch(`${url}/openai/v1/embeddings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'api-key': key },
    body: '{"model":"small","input":"Hi"}',
  });
  expect((await simulator.clock.run(small)).status).toBe(200);
  expect(await after(simulator, 0)).toBe('429 20');
});

test('what was on its way when the answer was given is let through', async () => {
  const simulator = strict();
  simulator.region('eastus').inject('429(20)*1');
  expect(await after(simulator, 0)).toBe('429 20');
  expect(await after(simulator, 50)).toBe('200');
});

test.each([
  ['429(1.5,ms)', '2', '1500'],
  ['429(5,text)', '5', '5000'],
  ['429(60,huge)', '86400', '86400000'],
  ['sse-error(rate,nested,7):sse:1', '7', '7000'],
])('whatever told to wait, it is told again: %s', async (fault, seconds, milliseconds) => {
  const simulator = strict();
  simulator.region('eastus').inject(`${fault}*1`);
  await after(simulator, 0, { body: { stream: true } });
  const { clock } = simulator;
  await clock.runUntil(clock.now() + 1000);
  const response = await clock.run(ask(simulator));
  expect(response.status).toBe(429);
  expect(response.headers.get('retry-after')).toBe(seconds);
  expect(response.headers.get('retry-after-ms')).toBe(milliseconds);
  expect(await response.text()).toContain(`Please retry after ${seconds} seconds`);
});

test('a strict region forgets what it told when its limits are reset', async () => {
  const simulator = strict();
  simulator.region('eastus').inject('429(20)*1');
  await after(simulator, 0);
  simulator.region('eastus').resetLimits();
  expect(await after(simulator, 1000)).toBe('200');
  expect(simulator.journal.entries().at(-1)?.earlyByMs).toBeUndefined();
});

test('a strict region on a socket does as one in memory', async () => {
  let now = 1_800_000_000_000;
  const simulator = await started({
    regions: { eastus: { strictRetry: true } },
    clock: { now: () => now, sleep: async () => {} },
  });
  expect(simulator.region('eastus').strictRetry).toBe(true);
  await simulator.region('eastus').inject('429(20)*1');
  const seen: string[] = [];
  for (const ms of [0, 15_000, 19_000, 20_000]) {
    now += ms;
    const response = await chat(socketEndpoint(simulator));
    await response.text();
    await simulator.settled();
    seen.push([response.status, response.headers.get('retry-after') ?? ''].join(' ').trim());
  }
  expect(seen).toEqual(['429 20', '429 20', '429 20', '200']);
  const early = simulator.journal.entries().map(({ earlyByMs }) => earlyByMs);
  expect(early).toEqual([undefined, 5000, 1000, undefined]);
});
