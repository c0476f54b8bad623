import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Budget, deposit, fullReserve, withdraw } from '../../src/health/budget.ts';
import { defaults } from '../../src/options.ts';
import { NOW, TUNED } from '../support/health.ts';
import { type Answer, after, ok, refused, status } from '../support/service.ts';
import { CHAT, chat, outcomeOf, setup } from '../support/setup.ts';
import { play, someWorlds } from './chain-world.ts';

const { reserve, reserveMs, mostSaved } = TUNED;
const WINDOW_MS = 60_000;
/** What comes by itself in any such time. */
const BY_ITSELF = reserve + WINDOW_MS / reserveMs;

test('Invariant 8: in any minute, a region’s budget gives no more than a share of its good answers, and a small reserve', () => {
  const steps = fc.array(
    fc.record({
      laterMs: fc.constantFrom(0, 0, 1, 100, 3_000, 20_000, 90_000),
      tries: fc.nat(9),
      successes: fc.nat(9),
    }),
    { maxLength: 60, size: 'max' },
  );
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 0.2, 1), (list, share) => {
      let budget: Budget = fullReserve;
      let [now, successes] = [NOW, 0];
      const given: { readonly at: number; readonly earned: number }[] = [];
      for (const step of list) {
        now += step.laterMs;
        for (let i = 0; i < step.successes; i++) budget = deposit(budget, share, now);
        successes += step.successes;
        for (let i = 0; i < step.tries; i++) {
          const left = withdraw(budget, now);
          if (!left) continue;
          budget = left;
          given.push({ at: now, earned: successes * share });
        }
      }
      for (const [index, { at, earned }] of given.entries()) {
        const within = given.slice(0, index + 1).filter((one) => at - one.at < WINDOW_MS);
        const saved = Math.min(mostSaved, within[0]?.earned ?? 0) + earned - (within[0]?.earned ?? 0);
        expect(within.length).toBeLessThanOrEqual(saved + BY_ITSELF + 1e-6);
      }
    }),
    { numRuns: 500 },
  );
});

test('Invariant 8: without good answers, the reserve is all there is', () => {
  const gaps = fc.array(fc.constantFrom(0, 10, 5_000, 31_000), { minLength: 1, maxLength: 99, size: 'max' });
  fc.assert(
    fc.property(gaps, (list) => {
      let budget: Budget = fullReserve;
      let now = NOW;
      let tries = 0;
      for (const ms of list) {
        now += ms;
        const left = withdraw(budget, now);
        if (left) tries++;
        budget = left ?? budget;
      }
      expect(tries).toBeLessThanOrEqual(reserve + (now - NOW) / reserveMs + 1e-6);
    }),
    { numRuns: 300 },
  );
});

/** Not those where a hedge may run beside another one: which came first cannot be told from how they ended. */
const worlds = someWorlds(undefined, fc.constant(false));

test('Invariant 8: no call makes more attempts than it may', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(someWorlds(), async (world) => {
      const { calls } = await play(world);
      for (const { attempts, requests } of calls) {
        expect(attempts.length).toBeLessThanOrEqual(world.retry.attempts);
        expect(requests.length).toBeLessThanOrEqual(world.retry.attempts);
      }
    }),
    { numRuns: 100 },
  );
});

test('Invariant 8: a call asks each region once, unless a blink is tried again or it has waited', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(worlds, async (world) => {
      const { events, names } = await play(world);
      const last = new Map<string, { readonly retries: boolean; readonly endedAt: number }>();
      for (const event of events) {
        if (event.type === 'wait') for (const name of names) last.delete(`${event.callId} ${name}`);
        if (event.type !== 'attempt') continue;
        const { region, verdict, startedAt, durationMs } = event.record;
        const before = last.get(`${event.callId} ${region}`);
        if (before) {
          expect(before.retries).toBe(true);
          expect(startedAt).toBeGreaterThanOrEqual(before.endedAt);
        }
        last.set(`${event.callId} ${region}`, { retries: verdict.action === 'retry', endedAt: startedAt + durationMs });
      }
    }),
    { numRuns: 100 },
  );
});

test('Invariant 8: beyond the first try of each call, a region is asked no more than its budget gives', {
  timeout: 60_000,
}, async () => {
  const share = defaults.retry.budget;
  await fc.assert(
    fc.asyncProperty(someWorlds(), async (world) => {
      const { requests, names, heard } = await play(world);
      const good = heard('attempt').filter(({ record }) => record.verdict.kind === 'ok');
      for (const name of names) {
        const own = requests.filter(({ region }) => region === name);
        const again = own.filter(({ headers }, index) => {
          const call = headers.get('x-call');
          return own.findIndex((other) => other.headers.get('x-call') === call) < index;
        });
        for (const [index, { at }] of again.entries()) {
          const within = again.slice(0, index + 1).filter((one) => at - one.at < WINDOW_MS);
          const earned = share * good.filter(({ record }) => record.region === name && record.startedAt <= at).length;
          expect(within.length).toBeLessThanOrEqual(earned + BY_ITSELF + 1e-6);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('Invariant 8: a call that waited before it asked a region has paid for nothing', async () => {
  const { fetch, clock, requests } = setup({
    regions: ['sweden'],
    script: { sweden: [status(429, { 'retry-after': '1' }), status(500)] },
    retry: { sameRegion: 0, attempts: 3 },
    random: () => 0,
  });
  const calls = [outcomeOf(fetch(CHAT, chat()))];
  await clock.advance(50);
  for (let i = 0; i < 20; i++) calls.push(outcomeOf(fetch(CHAT, chat())));
  await clock.run(Promise.all(calls));
  expect(requests.length).toBeLessThanOrEqual(calls.length + BY_ITSELF);
});

test('Invariant 8: in a total outage, a region gets each call once, and its reserve', async () => {
  for (const answer of [status(500), status(502), status(503, { 'retry-after': '1' }), refused]) {
    const { fetch, clock, requests } = setup({ script: { sweden: answer, eastus: answer } });
    const calls = [];
    for (let i = 0; i < 120; i++) {
      calls.push(outcomeOf(fetch(CHAT, chat())));
      await clock.advance(500);
    }
    await clock.run(Promise.all(calls));
    for (const name of ['sweden', 'eastus']) {
      const sent = requests.filter(({ region }) => region === name);
      for (const { at } of sent) {
        const within = sent.filter((one) => one.at > at - WINDOW_MS && one.at <= at).length;
        expect(within).toBeLessThanOrEqual(120 + BY_ITSELF);
      }
    }
  }
});

test.each([0.05, 0.2, 1])('Invariant 8: a part of the calls is hedged, and one more: %d', async (budget) => {
  const slow: Answer = after(2_000, ok);
  const world = setup({ script: { sweden: slow }, doors: { sweden: ok }, hedge: { afterMs: 1_000, budget } });
  const calls = 60;
  for (let i = 1; i <= calls; i++) {
    await world.chat();
    const hedges = world.heard('attempt').filter(({ record }) => record.kind === 'hedge').length;
    expect(hedges).toBeLessThanOrEqual(budget * i + 1);
  }
  const hedges = world.heard('attempt').filter(({ record }) => record.kind === 'hedge').length;
  expect(hedges).toBeGreaterThan(0);
});

test.each<[string, Answer]>([
  ['that are slow', after(9_000, ok)],
  ['that fail', after(9_000, status(500))],
])('Invariant 8: nothing is hedged unless it was asked for, with regions %s', async (_, answer) => {
  const world = setup({ script: { sweden: answer } });
  for (let i = 0; i < 5; i++) await world.chat();
  expect(world.heard('attempt').filter(({ record }) => record.kind === 'hedge')).toEqual([]);
});
