import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Arrival } from '../../playground/engine/arrival.ts';
import { arrivalsOf } from '../../playground/engine/arrivals.ts';
import { callsUntil } from '../../playground/engine/rate.ts';
import type { OpenLoop, Scenario, ScenarioFault, ScenarioLoad } from '../../src/simulator/index.ts';
import { anyScenario, withFewCalls } from '../simulator/arbitrary-scenario.ts';

const quiet: Scenario = {
  v: 1,
  id: 'quiet',
  title: 'Nothing is wrong',
  seed: 3,
  duration: 100,
  regions: [{ id: 'eastus' }],
  load: [],
  client: {},
  faults: [],
  asserts: [],
};
const loaded = (load: ScenarioLoad, faults: readonly ScenarioFault[] = []): Scenario => ({
  ...quiet,
  load: [load],
  faults,
});

/** All that users do whose calls take so long, each. */
function* callsOf(first: Arrival, tookMs: number): Generator<Arrival> {
  for (let call: Arrival | undefined = first; call; call = call.next?.(call.atMs + tookMs)) yield call;
}

test('calls come in their window, in the order of time, never from who sleeps, and the same each time', () => {
  fc.assert(
    fc.property(anyScenario, fc.integer({ min: 0, max: 60_000 }), (any, tookMs) => {
      const scenario = { ...any, load: any.load.map(withFewCalls) };
      const [load] = scenario.load;
      if (!load) return;
      const arrivals = arrivalsOf({ ...scenario, load: [load] });
      expect(arrivals.map(({ atMs }) => atMs)).toEqual(arrivals.map(({ atMs }) => atMs).toSorted((a, b) => a - b));
      const all = arrivals.flatMap((first) => [...callsOf(first, tookMs)]);
      const [from, to] = 'at' in load ? [load.at, load.at + 0.001] : [load.from ?? 0, load.to ?? scenario.duration];
      for (const { atMs } of all) {
        expect(atMs).toBeGreaterThanOrEqual(from * 1_000);
        expect(atMs).toBeLessThan(to * 1_000);
        const asleep = scenario.faults.some(([start, end, target, fault]) => {
          return target === 'client' && fault === 'sleep' && start * 1_000 <= atMs && atMs < end * 1_000;
        });
        expect(asleep).toBe(false);
      }
      const again = arrivalsOf({ ...scenario, load: [load] }).flatMap((first) => [...callsOf(first, tookMs)]);
      expect(again.map(({ next: _, ...call }) => call)).toEqual(all.map(({ next: _, ...call }) => call));
    }),
  );
});

/** The largest distance between how many calls came and how many were to, over how many came in all. */
function deviation(loop: OpenLoop): number {
  const { from = 0, to = quiet.duration } = loop;
  const times = arrivalsOf(loaded(loop)).map(({ atMs }) => atMs / 1_000 - from);
  const expected = callsUntil(loop, to - from);
  expect(Math.abs(times.length / loop.clients - expected) / expected).toBeLessThan(0.05);
  const shares = times.map((time, nth) => Math.abs(callsUntil(loop, time) / expected - nth / times.length));
  return Math.max(...shares) * Math.sqrt(times.length);
}

// Kolmogorov and Smirnov: 1.63 is passed by 99 of 100 seeds, and by this one.
test.each<readonly [string, OpenLoop]>([
  ['at an even rate', { clients: 20, rps: 1 }],
  ['more and more often', { clients: 20, rps: 0.1, ramp: { rps: 3, seconds: 100 } }],
  ['more and more often, and then evenly', { clients: 20, rps: 0.1, ramp: { rps: 2, seconds: 30 }, from: 20 }],
  ['ever more seldom, and then not at all', { clients: 40, rps: 2, ramp: { rps: 0, seconds: 40 } }],
])('calls of an open loop come at random %s', (_what, loop) => {
  expect(deviation(loop)).toBeLessThan(1.63);
});

test('a rate that has gone to nothing brings no more calls', () => {
  const calls = arrivalsOf(loaded({ clients: 40, rps: 2, ramp: { rps: 0, seconds: 40 } }));
  expect(calls.length).toBeGreaterThan(1_000);
  expect(Math.max(...calls.map(({ atMs }) => atMs))).toBeLessThanOrEqual(40_000);
});

test('a user calls again when the answer is there and a time to think has passed', () => {
  const [first] = arrivalsOf(loaded({ users: 1, thinkMs: 1_500 }));
  expect(first?.atMs).toBeLessThan(1_500);
  expect(first?.next?.(10_000)?.atMs).toBe(11_500);
  expect(first?.next?.(98_499)).toMatchObject({ atMs: 99_999, client: 0 });
  expect(first?.next?.(98_500)).toBeUndefined();
});

test('users do not begin at one moment, nor think in step', () => {
  const users = arrivalsOf(loaded({ users: 50, thinkMs: 'uniform(1000,3000)', from: 10 }));
  const starts = users.map(({ atMs }) => atMs);
  expect(new Set(starts).size).toBe(50);
  expect(Math.min(...starts)).toBeGreaterThan(10_000);
  expect(Math.max(...starts)).toBeLessThan(13_000);
  const thought = users.map((user) => (user.next?.(20_000)?.atMs ?? 0) - 20_000);
  expect(new Set(thought).size).toBe(50);
  expect(Math.min(...thought)).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...thought)).toBeLessThan(3_000);
  const mean = thought.reduce((sum, ms) => sum + ms, 0) / 50;
  expect(Math.abs(mean - 2_000)).toBeLessThan(200);
});

test('who need not think does for a moment', () => {
  for (const thinkMs of [0, 'uniform(0,50)', 'lognormal(5,2)']) {
    const [first] = arrivalsOf(loaded({ users: 1, thinkMs }));
    expect(first?.next?.(10_000)?.atMs).toBe(10_100);
  }
});

test('time that is slept is not time to think', () => {
  const [first] = arrivalsOf(loaded({ users: 1, thinkMs: 5_000 }, [[30, 60, 'client', 'sleep']]));
  expect(first?.next?.(24_000)?.atMs).toBe(29_000);
  expect(first?.next?.(28_000)?.atMs).toBe(63_000);
  expect(first?.next?.(40_000)?.atMs).toBe(65_000);
  const [early] = arrivalsOf(loaded({ users: 1, thinkMs: 5_000 }, [[0, 60, 'client', 'sleep']]));
  expect(early?.atMs).toBeGreaterThan(60_000);
});

test('users and the clients of open loops are the same, and bursts have clients of their own', () => {
  const clients = arrivalsOf({
    ...quiet,
    load: [
      { clients: 2, rps: 1 },
      { users: 3, thinkMs: 1_000 },
      { at: 5, calls: 2 },
    ],
  }).map(({ client }) => client);
  expect([...new Set(clients)].sort()).toEqual([0, 1, 2, 3, 4]);
});

test('what a call may say is what its load says', () => {
  const [limited] = arrivalsOf(loaded({ users: 1, thinkMs: 1_000, maxTokens: 50 }));
  expect([limited?.maxTokens, limited?.next?.(0)?.maxTokens]).toEqual([50, 50]);
  expect(arrivalsOf(loaded({ clients: 1, rps: 1 }))[0]).not.toHaveProperty('maxTokens');
});

test('a load that nobody could watch is refused, also one of users, were every answer there at once', () => {
  const refusal = (load: ScenarioLoad) => () => arrivalsOf(loaded(load));
  const rule = 'load must come to 20000 calls at most, got about';
  expect(refusal({ clients: 100, rps: 1, ramp: { rps: 5, seconds: 50 } })).toThrow(new RangeError(`${rule} 40000`));
  expect(refusal({ users: 201, thinkMs: 1_000 })).toThrow(new RangeError(`${rule} 20301`));
  expect(refusal({ users: 20, thinkMs: 0 })).toThrow(new RangeError(`${rule} 20020`));
  expect(refusal({ users: 201, thinkMs: 'uniform(0,2000)' })).toThrow(new RangeError(`${rule} 20301`));
  expect(refusal({ users: 201, thinkMs: 'lognormal(1000,9)' })).toThrow(new RangeError(`${rule} 20301`));
  expect(refusal({ users: 190, thinkMs: 1_000 })).not.toThrow();
});
