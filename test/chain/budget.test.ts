import { expect, test } from 'vitest';
import { defaults } from '../../src/options.ts';
import { type Answer, ok, refused, status, throttled } from '../support/service.ts';
import { BUSY, CHAT, chat, type Given, outcomeOf, setup } from '../support/setup.ts';

const { budget } = defaults.retry;
/** At most so many tries beyond each call's first does a region have to spare before anything succeeded. */
const RESERVE = 5;
const MOST_SAVED = 20;
const MINUTES = 60_000;

const countOf = (asked: readonly string[], name: string): number => asked.filter((one) => one === name).length;

/** Sweden fails or answers as it is told to; each call names another deployment, so that every one finds the region clean. */
function flaky(more: Given = {}) {
  let well = false;
  let deployments = 0;
  const world = setup({ script: { sweden: (...args) => (well ? ok : status(500))(...args) }, ...more });
  const send = async (count: number, isWell: boolean): Promise<number> => {
    well = isWell;
    const before = world.asked().length;
    for (let i = 0; i < count; i++) {
      const { status } = await world.chat({ body: `{"model":"gpt-${deployments++}"}` });
      expect(status).toBe(200);
    }
    return countOf(world.asked().slice(before), 'sweden') - count;
  };
  return {
    ...world,
    succeed: (count: number) => send(count, true),
    /** Sends calls that fail in Sweden, and says how many second tries it got. */
    fail: (count: number) => send(count, false),
  };
}

test('O: a lone failing call gets its second try in the region', async () => {
  const { chat: ask, asked } = setup({ script: { sweden: [status(500), ok] } });
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden']);
});

test.each<[string, Answer]>([
  ['500', status(500)],
  ['503', status(503)],
  ['refused', refused],
])('O: in a total outage each region gets at most 1.2 times the calls, and a small reserve: %s', async (_, answer) => {
  const { chat: ask, clock, asked } = setup({ script: { sweden: answer, eastus: answer } });
  const calls = 400;
  for (let i = 0; i < calls; i++) {
    await outcomeOf(ask());
    await clock.advance(250);
  }
  for (const name of ['sweden', 'eastus'])
    expect(countOf(asked(), name)).toBeLessThanOrEqual((1 + budget) * calls + RESERVE);
  expect(asked().length).toBeGreaterThanOrEqual(calls);
});

test('O: an outage of one region costs it no more than what was saved, and the reserve', async () => {
  const { succeed, fail } = flaky();
  expect(await succeed(1_000)).toBe(0);
  const extra = await fail(100);
  expect(extra).toBeGreaterThan(MOST_SAVED / 2);
  expect(extra).toBeLessThanOrEqual(MOST_SAVED + RESERVE);
  expect(await fail(100)).toBe(0);
});

test('O: the reserve is used up once, and comes back with time', async () => {
  const { fail, clock } = flaky();
  const reserve = await fail(20);
  expect(reserve).toBeGreaterThanOrEqual(1);
  expect(reserve).toBeLessThanOrEqual(RESERVE);
  expect(await fail(20)).toBe(0);
  await clock.advance(60 * MINUTES);
  expect(await fail(20)).toBe(reserve);
});

test('O: each good answer pays for a part of a second try', async () => {
  const { fail, succeed } = flaky();
  await fail(20);
  await succeed(11);
  expect(await fail(20)).toBe(2);
  const richer = flaky({ retry: { budget: 0.5 } });
  await richer.fail(20);
  await richer.succeed(11);
  expect(await richer.fail(20)).toBe(5);
});

test('O: a retry.budget of 0 leaves the reserve, and nothing is saved', async () => {
  const { fail, succeed } = flaky({ retry: { budget: 0 } });
  await fail(20);
  await succeed(100);
  expect(await fail(20)).toBe(0);
});

test('O: a call’s first try in each region is free, whatever others have used up', async () => {
  const { chat: ask, asked } = setup({
    regions: ['sweden', 'eastus', 'france'],
    script: { sweden: status(500), eastus: status(500), france: status(500) },
  });
  for (let i = 0; i < 50; i++) await ask();
  const before = asked().length;
  await ask();
  expect(asked().slice(before)).toEqual(['sweden', 'eastus', 'france']);
});

test('O: a failover is not paid for: a region that takes the calls of another has its own tries left', async () => {
  const { chat: ask, asked } = setup({ script: { sweden: refused }, callsPerSecond: BUSY });
  for (let i = 0; i < 100; i++) expect((await ask()).status).toBe(200);
  expect(countOf(asked(), 'eastus')).toBe(100);
});

test('O: when the last call failed wherever it was sent, the next one does not add to the load', async () => {
  let well = false;
  const answer: Answer = (...args) => (well ? ok : status(500))(...args);
  const { chat: ask, asked, heard, clock } = setup({ script: { sweden: answer, eastus: answer } });
  await ask();
  await clock.advance(60 * MINUTES);
  const [before, waits] = [asked().length, heard('wait').length];
  await ask();
  expect(asked().slice(before)).toEqual(['sweden', 'eastus']);
  expect(heard('wait')).toHaveLength(waits);
  // Once something went well, a failure may be a blink again.
  well = true;
  await ask();
  well = false;
  const then = asked().length;
  await ask();
  expect(asked().slice(then, then + 2)).toEqual(['sweden', 'sweden']);
});

test('O: a call does not sit out a region’s wait only to be told that there is no try left', async () => {
  const calls = 12;
  const { fetch, clock } = setup({
    script: { sweden: [...Array.from({ length: calls }, () => throttled(5)), ok], eastus: throttled(60) },
  });
  const start = clock.now();
  const ask = async (): Promise<string> => {
    const { status } = await fetch(CHAT, chat());
    return `${status} ${clock.now() === start ? 'at once' : 'later'}`;
  };
  const ended = await clock.run(Promise.all(Array.from({ length: calls }, ask)));
  expect(ended).toContain('200 later');
  expect(ended).not.toContain('429 later');
});

test('L: a call asks the region that it waited for, though one that is forced in comes first and has no try left', async () => {
  const { fetch, clock } = setup({
    script: { sweden: status(500), eastus: [throttled(5), ok] },
    callsPerSecond: BUSY,
    retry: { sameRegion: 0 },
  });
  fetch.force('sweden', 'in');
  const first = fetch(CHAT, chat());
  await clock.advance(0);
  const calls = [first, ...Array.from({ length: 3 }, () => fetch(CHAT, chat()))];
  const ended = await clock.run(Promise.all(calls));
  expect(ended.map((response) => response.status)).toEqual([200, 200, 200, 200]);
});
