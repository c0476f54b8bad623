import { expect, test } from 'vitest';
import { ManualClock } from '../../support/clock.ts';
import { chat, endpoint, failure, started } from './support.ts';

test('refused~30s listens again after 30 seconds', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  await simulator.region('eastus').inject('refused~30s');
  const call = (): Promise<string> => failure(chat(endpoint(simulator)));
  expect(await call()).toBe('TypeError ECONNREFUSED');
  await clock.advance(29_999);
  expect(await call()).toBe('TypeError ECONNREFUSED');
  await clock.advance(1);
  expect(simulator.region('eastus').faults).toEqual([]);
  await expect.poll(call).toBe('no failure');
  expect(clock.open).toBe(0);
});

test.each([
  ['flap(3,5)', 'TypeError ECONNREFUSED'],
  ['flap(3,5,dns)', 'TypeError ECONNREFUSED'],
  ['flap(3,5,rst:request)', 'TypeError ECONNRESET'],
  ['flap(3,5,fin:accept)', 'TypeError UND_ERR_SOCKET'],
  ['flap(3,5,garbage)', 'TypeError HTTPParserError'],
  ['flap(3,5,conn-limit(0))', 'TypeError ECONNRESET'],
])('%s lets calls through, and then not, and so on', async (fault, expected) => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  const injected = await simulator.region('eastus').inject(fault);
  const call = (): Promise<string> => failure(chat(endpoint(simulator)));
  expect(await call()).toBe('no failure');
  for (let round = 0; round < 2; round++) {
    await clock.advance(3000);
    await expect.poll(call).toBe(expected);
    await clock.advance(5000);
    await expect.poll(call).toBe('no failure');
  }
  await clock.advance(3000);
  await injected.end();
  expect(await call()).toBe('no failure');
  expect(clock.open).toBe(0);
});

test('refused~5s..30s begins after 5 seconds, and resets what is open then', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock, regions: { eastus: { modelMs: 6000 } } });
  await simulator.region('eastus').inject('refused~5s..30s');
  const open = failure(chat(endpoint(simulator)));
  await expect.poll(() => simulator.journal.entries()[0]?.deployment).toBe('gpt-4o');
  await clock.advance(5000);
  expect(await open).toBe('TypeError ECONNRESET');
  const call = (): Promise<string> => failure(fetch(endpoint(simulator).url));
  await expect.poll(call).toBe('TypeError ECONNREFUSED');
  await clock.advance(25_000);
  await expect.poll(call).toBe('no failure');
  expect(clock.open).toBe(0);
});

test('a flap resets what is open when it turns', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock, regions: { eastus: { modelMs: 60_000 } } });
  await simulator.region('eastus').inject('flap(3,5)');
  const call = failure(chat(endpoint(simulator)));
  await expect.poll(() => simulator.journal.entries()[0]?.deployment).toBe('gpt-4o');
  await clock.advance(3000);
  expect(await call).toBe('TypeError ECONNRESET');
  expect(simulator.journal.entries()).toMatchObject([{ fault: 'flap(3,5)', closedBy: 'fault' }]);
});

test('dns is refused on a socket', async () => {
  const simulator = await started();
  await using _fault = await simulator.region('eastus').inject('dns');
  expect(await failure(chat(endpoint(simulator)))).toBe('TypeError ECONNREFUSED');
});

test('a fault that ends by itself can be ended before', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  const injected = await simulator.region('eastus').inject('refused~30s');
  await injected.end();
  expect(await failure(chat(endpoint(simulator)))).toBe('no failure');
  await simulator.region('eastus').inject('refused');
  await clock.advance(60_000);
  expect(await failure(chat(endpoint(simulator)))).toBe('TypeError ECONNREFUSED');
});

test('a simulator that closes leaves no timer of a fault behind', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  await simulator.region('eastus').inject('flap(3,5)');
  await simulator.region('westeurope').inject('silence~30s');
  await simulator.close();
  expect(clock.open).toBe(0);
});

test('a flap that has struck as often as it may resets nothing more', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock, regions: { eastus: { modelMs: 60_000 } } });
  await simulator.region('eastus').inject('flap(3,5,rst:request)*1');
  await clock.advance(3000);
  await expect.poll(() => failure(chat(endpoint(simulator)))).toBe('TypeError ECONNRESET');
  const call = chat(endpoint(simulator));
  await expect.poll(() => simulator.journal.entries().at(-1)?.deployment).toBe('gpt-4o');
  await expect.poll(() => clock.open).toBe(2);
  await clock.advance(60_000);
  expect((await call).status).toBe(200);
  expect(clock.open).toBe(0);
});
