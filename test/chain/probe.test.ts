import { expect, test } from 'vitest';
import { settled } from '../support/clock.ts';
import { type Answer, after, ok, refused, silence, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, setup } from '../support/setup.ts';

/** A region that has failed in such a way that it is open, and is due to be tested with the next call. */
async function due(failure: Answer, probe: Answer, more: Parameters<typeof setup>[0] = {}) {
  const { script, ...rest } = more;
  const world = setup({ script: { sweden: [failure, failure, probe], ...script }, ...rest });
  await (await world.chat()).text();
  await world.clock.advance(world.openMs('sweden'));
  const from = world.asked().length;
  return { ...world, askedThen: () => world.asked().slice(from) };
}

test('K: whoever tests a region waits 2 s at most: then another region is asked, and answers', async () => {
  const { chat: ask, clock, askedThen, heard, requests, left } = await due(status(500), silence);
  const start = clock.now();
  expect(await (await ask()).json()).toEqual({ answered: 'contoso-eastus' });
  expect(clock.now() - start).toBe(2_000);
  expect(askedThen()).toEqual(['sweden', 'eastus']);
  await settled();
  expect(
    heard('attempt')
      .slice(-2)
      .map(({ record }) => record.kind)
      .toSorted(),
  ).toEqual(['hedge', 'probe']);
  expect(requests.at(-2)?.signal.aborted).toBe(true);
  expect(left()).toEqual([]);
});

test('K: a probe that was outrun has failed: the region opens for longer', async () => {
  const { chat: ask, openMs, clock } = await due(status(500), after(60_000, ok));
  const before = clock.now();
  await ask();
  await settled();
  expect(openMs('sweden')).toBeGreaterThan(30_000);
  expect(clock.now() - before).toBe(2_000);
});

test('K: every probe is hedged, whatever hedging costs otherwise', async () => {
  const { chat: ask, clock, openMs, askedThen } = await due(status(500), silence);
  for (let i = 0; i < 5; i++) {
    await ask();
    await settled();
    await clock.advance(openMs('sweden'));
  }
  expect(askedThen()).toEqual(Array.from({ length: 5 }, () => ['sweden', 'eastus']).flat());
});

test('K: a probe that answers first has succeeded, however long it took', async () => {
  const {
    chat: ask,
    clock,
    askedThen,
    stateOf,
  } = await due(status(500), after(5_000, ok), {
    script: { eastus: [ok, after(10_000, ok)] },
  });
  const start = clock.now();
  expect(await (await ask()).json()).toEqual({ answered: 'contoso-sweden' });
  expect(clock.now() - start).toBe(5_000);
  expect(askedThen()).toEqual(['sweden', 'eastus']);
  await settled();
  expect(stateOf('sweden')).toBe('half-open');
});

test('K: a probe is waited for twice as long as 95 of 100 answers take, where that is longer', async () => {
  let answer = after(4_000, ok);
  const { chat: ask, clock, requests, stateOf, openMs } = setup({ script: { sweden: (...args) => answer(...args) } });
  for (let i = 0; i < 100; i++) await ask();
  answer = status(500);
  for (let i = 0; i < 50 && stateOf('sweden') === 'closed'; i++) await ask();
  await clock.advance(openMs('sweden'));
  answer = silence;
  const start = clock.now();
  await ask();
  expect(requests.at(-1)?.region).toBe('eastus');
  const delay = (requests.at(-1)?.at ?? 0) - start;
  expect(delay).toBeGreaterThanOrEqual(8_000);
  expect(delay).toBeLessThan(12_000);
});

test('K: a probe is hedged into another region than that of its pool', async () => {
  const region = (name: string, pool?: string) => ({
    name,
    endpoint: endpointOf(name),
    credential: { apiKey: 'key' },
    ...(pool && { pool }),
  });
  const { chat: ask, askedThen } = await due(status(500), silence, {
    regions: [region('sweden', 'global'), region('eastus', 'global'), region('france')],
  });
  await ask();
  expect(askedThen()).toEqual(['sweden', 'france']);
});

test('K: what could not be reached is asked for free first, and no call finds out that it is still down', async () => {
  const {
    chat: ask,
    clock,
    askedThen,
    questions,
    stateOf,
    openMs,
  } = await due(refused, refused, {
    doors: { sweden: refused },
  });
  for (let i = 0; i < 5; i++) {
    await ask();
    await clock.advance(openMs('sweden'));
  }
  expect(askedThen()).toEqual(Array.from({ length: 5 }, () => 'eastus'));
  expect(questions).toHaveLength(5);
  expect(stateOf('sweden')).not.toBe('closed');
});

test('K: asking is free, so a region that does not answer is left alone for no longer than before', async () => {
  const { chat: ask, clock, openMs } = await due(refused, refused, { doors: { sweden: refused } });
  await ask();
  const first = openMs('sweden');
  await clock.advance(first);
  await ask();
  expect(openMs('sweden')).toBeLessThanOrEqual(30_000);
  expect(openMs('sweden')).toBeGreaterThan(0);
});

test('K: once its front door answers, the next call tests it', async () => {
  const { chat: ask, askedThen, questions, stateOf, heard } = await due(refused, ok, { breaker: { rampMs: 0 } });
  await ask();
  expect(stateOf('sweden')).toBe('half-open');
  for (let i = 0; i < 2; i++) await ask();
  expect(askedThen()).toEqual(['eastus', 'sweden', 'sweden']);
  expect(heard('attempt').at(-1)?.record.kind).toBe('probe');
  expect(stateOf('sweden')).toBe('closed');
  expect(questions).toHaveLength(1);
});

test.each([
  ['gateway', status(502)],
  ['connect', refused],
])('K: a front door that only says 5xx has not recovered: %s', async (_, failure) => {
  const { chat: ask, clock, askedThen, openMs } = await due(failure, failure, { doors: { sweden: status(503) } });
  for (let i = 0; i < 3; i++) {
    await ask();
    await clock.advance(openMs('sweden'));
  }
  expect(new Set(askedThen())).toEqual(new Set(['eastus']));
});

test('K: however many calls come meanwhile, it is asked once', async () => {
  const { fetch, clock, questions, askedThen, openMs } = await due(refused, ok, { doors: { sweden: silence } });
  await clock.run(Promise.all(Array.from({ length: 20 }, () => fetch(CHAT, chat()))));
  await clock.advance(1_000);
  await clock.run(Promise.all(Array.from({ length: 20 }, () => fetch(CHAT, chat()))));
  expect(questions).toHaveLength(1);
  expect(new Set(askedThen())).toEqual(new Set(['eastus']));
  await clock.advance(500);
  expect(openMs('sweden')).toBeGreaterThan(0);
});

test('K: with livenessMs 0 nothing is asked for free: a call tests it', async () => {
  const { chat: ask, questions, askedThen, stateOf } = await due(refused, ok, { timeouts: { livenessMs: 0 } });
  await ask();
  expect(askedThen()).toEqual(['sweden']);
  expect(stateOf('sweden')).toBe('half-open');
  expect(questions).toEqual([]);
});

test('L: a region that is being asked for free is a last resort all the same', async () => {
  const { chat: ask, fetch, askedThen } = await due(refused, ok, { doors: { sweden: silence } });
  fetch.force('eastus', 'out');
  expect((await ask()).status).toBe(200);
  expect(askedThen()).toEqual(['sweden']);
});
