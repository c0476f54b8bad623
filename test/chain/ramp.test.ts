import { expect, test } from 'vitest';
import { defaults } from '../../src/options.ts';
import { type Answer, ok, refused, status } from '../support/service.ts';
import { BUSY, type Given, setup } from '../support/setup.ts';

const { rampMs } = defaults.breaker;
/** Chance that takes every hundredth in turn. */
const evenly = (): (() => number) => {
  let draw = 0;
  return () => (draw++ % 100) / 100;
};

/** A client whose region was down, and has just passed its tests. */
async function recovered(more: Given = {}) {
  let answer: Answer = refused;
  const world = setup({
    script: { sweden: (...args) => answer(...args) },
    callsPerSecond: BUSY,
    random: evenly(),
    ...more,
  });
  const { chat: ask, clock, asked, openMs, stateOf } = world;
  for (let i = 0; i < 50 && stateOf('sweden') === 'closed'; i++) await ask();
  answer = ok;
  await clock.advance(openMs('sweden'));
  for (let i = 0; i < 20 && !['ramping', 'closed'].includes(stateOf('sweden') ?? ''); i++) await ask();
  return {
    ...world,
    say(next: Answer) {
      answer = next;
    },
    /** The part of a hundred calls that go to the region first. */
    async share() {
      const before = asked().length;
      for (let i = 0; i < 100; i++) await ask();
      expect(asked()).toHaveLength(before + 100);
      return asked()
        .slice(before)
        .filter((name) => name === 'sweden').length;
    },
  };
}

test('P: a region that is back gets its traffic little by little: a tenth at first, all of it after rampMs', async () => {
  const { share, clock, statusOf, heard } = await recovered();
  expect(statusOf('sweden')).toMatchObject({ state: 'ramping', share: 0.1 });
  expect(await share()).toBe(10);
  await clock.advance(rampMs / 20);
  expect(await share()).toBe(10);
  await clock.advance(rampMs / 4 - rampMs / 20);
  expect(await share()).toBe(25);
  await clock.advance(rampMs / 4);
  expect(statusOf('sweden')).toMatchObject({ state: 'ramping', share: 0.5 });
  expect(await share()).toBe(50);
  await clock.advance(rampMs / 2);
  expect(statusOf('sweden')?.state).toBe('closed');
  expect(await share()).toBe(100);
  expect(heard('health').map(({ status }) => status.state)).toEqual(['open', 'half-open', 'ramping', 'closed']);
});

test('P: breaker.rampMs says how long it takes, and 0 gives all traffic back at once', async () => {
  const quick = await recovered({ breaker: { rampMs: 1_000 } });
  await quick.clock.advance(700);
  expect(await quick.share()).toBe(70);
  const none = await recovered({ breaker: { rampMs: 0 } });
  expect(none.stateOf('sweden')).toBe('closed');
  expect(await none.share()).toBe(100);
});

test('P: a client that makes few calls has no traffic to give back little by little', async () => {
  const { chat: ask, clock, openMs, stateOf, asked } = setup({ script: { sweden: [status(500), status(500), ok] } });
  await ask();
  await clock.advance(openMs('sweden'));
  for (let i = 0; i < defaults.breaker.successesToClose; i++) {
    await clock.advance(60_000);
    await ask();
  }
  expect(stateOf('sweden')).toBe('closed');
  await ask();
  expect(asked().at(-1)).toBe('sweden');
});

test('P: what a region on its ramp does not get goes where it went, and comes back when that fails', async () => {
  const { chat: ask, asked } = await recovered({
    script: {
      sweden: [refused, refused, ok],
      eastus: [ok, ok, ok, status(429)],
    },
    random: () => 0.99,
    retry: { sameRegion: 0 },
  });
  const before = asked().length;
  expect((await ask()).status).toBe(200);
  expect(asked().slice(before)).toEqual(['eastus', 'sweden']);
});

test('K: a region that has only just come back is given less credit, and opens again for longer', async () => {
  const { chat: ask, say, openMs, stateOf } = await recovered({ random: () => 0, retry: { sameRegion: 0 } });
  say(refused);
  await ask();
  expect(stateOf('sweden')).toBe('open');
  expect(openMs('sweden')).toBeGreaterThanOrEqual(defaults.breaker.openMs);
});

test('K: after the ramp it has its full credit again', async () => {
  const { chat: ask, say, clock, stateOf } = await recovered({ retry: { sameRegion: 0 } });
  await clock.advance(rampMs);
  await ask();
  say(refused);
  await ask();
  expect(stateOf('sweden')).toBe('closed');
});
