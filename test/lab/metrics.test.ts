import { expect, test } from 'vitest';
import * as metrics from './metrics.ts';
import type { AttemptSeen, CallSeen, Seen } from './seen.ts';
import { type Trouble, Truth } from './truth.ts';

const PLACES = [{ meanMs: 1_000 }, { meanMs: 1_100 }];
const DOWN: Trouble = { region: 0, fromMs: 100_000, untilMs: 200_000, harm: 'down' };
const OUTAGE = { fromMs: DOWN.fromMs, untilMs: DOWN.untilMs };

/** A call each 50 ms, that is 20 a second, as `how` says. */
function calls(
  fromMs: number,
  untilMs: number,
  how: Partial<CallSeen> & { readonly takesMs?: number } = {},
): CallSeen[] {
  const { takesMs = 1_000, ...rest } = how;
  return Array.from({ length: Math.round((untilMs - fromMs) / 50) }, (_, index) => {
    const beganAt = fromMs + 50 * index;
    return { beganAt, endedAt: beganAt + takesMs, ok: true, client: 0, deployment: 'gpt', ...rest };
  });
}

/** One first attempt for each call, where `regionOf` says. */
const attempts = (of: readonly CallSeen[], regionOf: (call: CallSeen) => number): AttemptSeen[] =>
  of.map((call, index) => ({ call: index, sentAt: call.beganAt, region: regionOf(call), first: true }));

const seen = (more: Partial<Seen> = {}, troubles: readonly Trouble[] = [DOWN]): Seen => {
  const all = more.calls ?? calls(0, 400_000);
  const truth = new Truth(PLACES, troubles);
  return {
    perSecond: 20,
    endMs: 400_000,
    outage: OUTAGE,
    warm: false,
    truth,
    calls: all,
    attempts: attempts(all, ({ beganAt }) => (truth.isDown(0, 'gpt', beganAt) ? 1 : 0)),
    ...more,
  };
};

test('success is a share of all calls', () => {
  const all = [...calls(0, 100_000), ...calls(100_000, 200_000, { ok: false })];
  expect(metrics.success(seen({ calls: all }))).toBe(0.5);
  expect(metrics.success(seen({ calls: [] }))).toBeNull();
});

test('an error is avoidable when a region was able to answer the call', () => {
  const failed = calls(150_000, 151_000, { ok: false });
  expect(metrics.avoidableErrors(seen({ calls: failed }))).toBe(20);
  expect(metrics.avoidableErrors(seen({ calls: failed }, [{ ...DOWN, region: 'every' }]))).toBe(0);
});

test.each([
  ['while all is down', 150_000, 151_000, false],
  ['at once, before anything was wrong', 50_000, 50_000, true],
  ['at once, when all went down', 100_000, 100_000, false],
  ['under way when all went down', 99_500, 100_000, false],
  ['under way for long when all went down', 98_000, 100_001, false],
  ['just as all came back', 199_000, 200_500, false],
  ['long after all came back', 199_000, 201_500, true],
  ['across all of it', 99_500, 200_500, false],
])('a call that fails %s', (_, fromMs, untilMs, could) => {
  expect(new Truth(PLACES, [{ ...DOWN, region: 'every' }]).couldAnswer('gpt', fromMs, untilMs)).toBe(could);
});

test('a region that is limited is not one that was able to answer', () => {
  const truth = new Truth(PLACES, [DOWN, { ...DOWN, region: 1, harm: 'limited', serves: 0.6 }]);
  expect(truth.couldAnswer('gpt', 150_000, 155_000)).toBe(false);
  expect(truth.oracleMs('gpt', 150_000)).toBeCloseTo(0.6 * 1_100 + 0.4 * 30_000);
});

test('wasted are first attempts on a region that is down, while another is up', () => {
  const all = calls(0, 400_000);
  const stubborn = seen({ calls: all, attempts: attempts(all, () => 0) });
  expect(metrics.wasted(stubborn)).toBe(1);
  expect(metrics.lostFirst(stubborn)).toBe(2_000);
  expect(metrics.wasted(seen())).toBe(0);
  const tenth = attempts(all, ({ beganAt }) => (beganAt < 110_000 ? 0 : 1));
  expect(metrics.wasted(seen({ calls: all, attempts: tenth }))).toBeCloseTo(0.1);
  expect(metrics.wasted(seen({}, [{ ...DOWN, region: 'every' }]))).toBeNull();
  expect(metrics.wasted({ ...seen(), outage: undefined } as unknown as Seen)).toBeNull();
});

test('a second attempt wastes nothing more', () => {
  const all = calls(0, 400_000);
  const firsts = attempts(all, () => 0);
  expect(metrics.wasted(seen({ calls: all, attempts: firsts.flatMap((one) => [one, { ...one, first: false }]) }))).toBe(
    1,
  );
});

test('regret is what calls cost beyond the oracle’s', () => {
  const fast = calls(100_000, 200_000, { takesMs: 1_100 });
  expect(metrics.regret(seen({ calls: fast }))).toBeCloseTo(0);
  expect(metrics.regret(seen({ calls: calls(100_000, 200_000, { takesMs: 2_200 }) }))).toBeCloseTo(1);
  const failed = calls(100_000, 200_000, { takesMs: 10, ok: false });
  expect(metrics.regret(seen({ calls: failed }))).toBeCloseTo(30_000 / 1_100 - 1);
  expect(metrics.regret(seen({ calls: failed }, [{ ...DOWN, region: 'every' }]))).toBeCloseTo(0);
  expect(metrics.regret(seen({ calls: [] }))).toBeNull();
  const refused = calls(100_000, 200_000, { takesMs: 40, bestMs: 20 });
  expect(metrics.regret(seen({ calls: refused }))).toBeCloseTo(1);
});

test('amplification is attempts in one region over calls, in the worst ten seconds', () => {
  const all = calls(0, 400_000);
  const twice = attempts(all, () => 0).flatMap((one) =>
    one.sentAt >= 100_000 && one.sentAt < 110_000 ? [one, { ...one, first: false }] : [one],
  );
  expect(metrics.amplificationPeak(seen({ calls: all, attempts: twice }))).toBe(2);
  expect(metrics.amplificationAfter(seen({ calls: all, attempts: twice }))).toBe(1);
  const spread = twice.map((one) => (one.first ? one : { ...one, region: 1 }));
  expect(metrics.amplificationPeak(seen({ calls: all, attempts: spread }))).toBe(1);
  expect(metrics.amplificationPeak(seen({ perSecond: 0.05 }))).toBeNull();
  expect(metrics.amplificationAfter({ ...seen(), outage: undefined } as unknown as Seen)).toBeNull();
});

test('failover is over at the end of the first five seconds that lose less than a fifth, and stay so', () => {
  const all = calls(0, 400_000);
  const movedAt = (...times: readonly number[]) =>
    metrics.failoverMs(
      seen({
        calls: all,
        attempts: attempts(all, ({ beganAt }) => times.filter((time) => beganAt >= time).length % 2),
      }),
    );
  expect(movedAt(100_000)).toBe(5_000);
  expect(movedAt(100_900)).toBe(5_000);
  expect(movedAt(101_100)).toBe(10_000);
  // It went back for a while.
  expect(movedAt(100_000, 105_000, 110_000)).toBe(15_000);
  // It never moved.
  expect(movedAt(400_000)).toBe(100_000);
  expect(metrics.failoverMs(seen({ perSecond: 1 }))).toBeNull();
  expect(metrics.failoverMs(seen({}, [{ ...DOWN, region: 'every' }]))).toBeNull();
});

test('failback is over at the end of the first five seconds with nine of ten calls at home', () => {
  const all = calls(0, 400_000);
  const backAt = (time: number) =>
    metrics.failbackMs(seen({ calls: all, attempts: attempts(all, ({ beganAt }) => (beganAt < time ? 1 : 0)) }));
  expect(backAt(200_000)).toBe(5_000);
  expect(backAt(200_400)).toBe(5_000);
  expect(backAt(201_000)).toBe(10_000);
  expect(backAt(999_999)).toBe(200_000);
  expect(metrics.failbackMs(seen({ perSecond: 1 }))).toBeNull();
  expect(metrics.failbackMs(seen({ endMs: 200_000 }))).toBeNull();
});

test('the recovery peak is what comes over what a region that is still cold can take', () => {
  const all = calls(0, 400_000);
  const home = attempts(all, () => 0);
  // In the first second it takes 30 % of the load, and a little more.
  expect(metrics.recoveryPeak(seen({ calls: all, attempts: home }))).toBeCloseTo(1 / (0.3 + 0.7 / 120));
  const late = attempts(all, ({ beganAt }) => (beganAt < 260_000 ? 1 : 0));
  expect(metrics.recoveryPeak(seen({ calls: all, attempts: late }))).toBe(1);
  expect(metrics.recoveryPeak(seen({ perSecond: 5 }))).toBeNull();
  expect(metrics.recoveryPeak(seen({ warm: true }))).toBeNull();
});

test('a trip is false when nothing was wrong with the region, nor a moment ago', () => {
  const trips = [99_000, 100_000, 150_000, 205_000, 211_000].map((at) => ({ at, region: 0 }));
  const all = calls(0, 50_000);
  expect(metrics.falseTripsPer100k(seen({ calls: all, trips }))).toBe(200);
  expect(metrics.falseTripsPer100k(seen({ calls: all, trips: trips.map((one) => ({ ...one, region: 1 })) }))).toBe(500);
  expect(metrics.falseTripsPer100k(seen({ calls: all, trips }, [{ ...DOWN, harm: 'noise' }]))).toBe(500);
  expect(metrics.falseTripsPer100k(seen())).toBeNull();
});

test('percentiles are of the calls begun during the outage', () => {
  const all = [...calls(0, 100_000, { takesMs: 9_000 }), ...calls(100_000, 200_000, { takesMs: 100 })];
  expect(metrics.p50Ms(seen({ calls: all }))).toBe(100);
  expect(metrics.p99Ms({ ...seen({ calls: all }), outage: undefined } as unknown as Seen)).toBe(9_000);
  expect(metrics.p99Ms(seen({ calls: [] }))).toBeNull();
});

test('clients are home when their next call goes to the preferred region first', () => {
  const all = [1_000, 2_000, 3_000].flatMap((beganAt) =>
    [0, 1].map((client): CallSeen => ({ beganAt, endedAt: beganAt, ok: true, client, deployment: 'gpt' })),
  );
  const where = (regionOf: (call: CallSeen) => number) =>
    metrics.homeAfter(seen({ calls: all, attempts: attempts(all, regionOf) }), 2_000);
  expect(where(() => 0)).toBe(1);
  expect(where(({ client }) => client)).toBe(0.5);
  expect(where(({ beganAt }) => (beganAt === 2_000 ? 1 : 0))).toBe(0);
  expect(metrics.homeAfter(seen({ calls: all }), 9_000)).toBeNull();
});
