import { expect, test } from 'vitest';
import { beliefAccuracy } from '../../playground/engine/belief-accuracy.ts';
import { detectionsOf } from '../../playground/engine/detections.ts';
import { metricsOf } from '../../playground/engine/metrics.ts';
import { seriesOf } from '../../playground/engine/series.ts';
import { truthOf } from '../../playground/engine/truth.ts';
import type { BeliefSpan, CallRecord } from '../../playground/engine/types.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { attempt, callsOf, scenario } from './engine-records.ts';

const metrics = (calls: readonly CallRecord[], change: Partial<Scenario> = {}) => {
  const made = scenario(change);
  const durationMs = made.duration * 1_000;
  const regions = made.regions.map(({ id }) => ({ id, truth: truthOf(made, id, durationMs) }));
  const client = made.faults
    .filter(([, , target]) => target === 'client')
    .map(([from, to, , fault]) => ({ from: from * 1_000, to: to * 1_000, fault }));
  return metricsOf({ scenario: made, durationMs, regions, client, calls, detections: detectionsOf(made, calls) });
};

/** One call a second, of which some go to the far region. */
const everySecond = (
  isFar: (second: number) => boolean,
  change: (second: number) => Partial<CallRecord> = () => ({}),
) =>
  callsOf(
    ...Array.from({ length: 60 }, (_, second) => {
      return { beganAt: second * 1_000, region: isFar(second) ? 'far' : 'near', ...change(second) };
    }),
  );

test('of no calls, shares and percentiles mean nothing', () => {
  const { success, errors, p99Ms, attemptsPerCall, nearestShare, detectMs, failbackMs } = metrics([]);
  expect(errors).toMatchObject({ value: 0, denominator: 0 });
  for (const { value } of [success, p99Ms, attemptsPerCall, nearestShare, detectMs, failbackMs])
    expect(value).toBeNull();
});

test('calls that were not answered to the end are errors, whatever they were told', () => {
  const calls = callsOf(
    { beganAt: 0 },
    { beganAt: 1, fate: 'failed' },
    { beganAt: 2, fate: 'broken', stream: true },
    { beganAt: 3, fate: 'truncated', stream: true },
  );
  const { success, errors, truncatedSurfaced, truncatedSilent } = metrics(calls);
  expect(success).toMatchObject({ value: 0.25, numerator: 1, denominator: 4 });
  expect(errors).toMatchObject({ value: 3, denominator: 4 });
  expect(truncatedSurfaced).toMatchObject({ value: 1, denominator: 4 });
  expect(truncatedSilent).toMatchObject({ value: 1, denominator: 2 });
});

test('an error is avoidable where some region was sure to answer, and the client was there', () => {
  const failed = (beganAt: number, endedAt = beganAt) => ({ beganAt, endedAt, fate: 'failed' as const });
  const calls = callsOf(failed(5_000), failed(15_000), failed(24_000, 31_000), failed(45_000));
  const { avoidableErrors } = metrics(calls, {
    faults: [
      [10, 20, '*', 'refused'],
      [30, 40, 'client', 'offline'],
      [42, 50, 'near', 'refused'],
    ],
  });
  expect(avoidableErrors).toMatchObject({ value: 2, denominator: 4 });
});

test('times are until headers, of calls that failed until the error', () => {
  const calls = callsOf(
    { beganAt: 0, headersAt: 100, endedAt: 9_000 },
    { beganAt: 0, headersAt: 300, endedAt: 9_000 },
    { beganAt: 0, endedAt: 700, fate: 'failed' },
  );
  const { p50Ms, p99Ms, ttfbMs } = metrics(calls);
  expect(p50Ms).toMatchObject({ value: 300, denominator: 3 });
  expect(p99Ms.value).toBe(700);
  expect(ttfbMs).toMatchObject({ value: 100, denominator: 2 });
});

test('the nearest region is the one with the least latency, wherever it stands', () => {
  const calls = callsOf({ beganAt: 0, region: 'near' }, { beganAt: 1, region: 'near' }, { beganAt: 2, region: 'far' });
  expect(metrics(calls).nearestShare).toMatchObject({ value: 2 / 3, numerator: 2, denominator: 3 });
});

test('attempts are counted, and those that brought nothing, came too early or leaked', () => {
  const calls = callsOf(
    { beganAt: 0, attempts: [attempt('near', 0, { status: 429 }), attempt('far', 1, { kind: 'failover' })] },
    { beganAt: 2, attempts: [attempt('near', 2, { earlyByMs: 5, leak: true })], fate: 'failed' },
  );
  const { attemptsPerCall, wastedAttempts, earlyRetries, credentialLeaks, failovers } = metrics(calls);
  expect(attemptsPerCall.value).toBe(1.5);
  expect(wastedAttempts).toMatchObject({ value: 2 / 3, numerator: 2, denominator: 3 });
  expect([earlyRetries.value, credentialLeaks.value, failovers.value]).toEqual([1, 1, 1]);
});

test('what was on its way when a region asked for patience did not come too early', () => {
  const asked = attempt('near', 0, { status: 429, headersAt: 80 });
  const askedInStream = attempt('far', 0, { fault: 'sse-error(rate):sse:1', headersAt: 80 });
  const early = { earlyByMs: 5 };
  const calls = callsOf(
    { beganAt: 0, attempts: [asked, attempt('near', 79, early), attempt('near', 80, early)] },
    { beganAt: 0, attempts: [askedInStream, attempt('far', 79, early), attempt('far', 80, early)] },
  );
  expect(metrics(calls).earlyRetries).toMatchObject({ value: 2, denominator: 6 });
});

test('a first attempt is lost where it could not be answered and another could', () => {
  const there = (region: string) => ({ beganAt: 15_000, attempts: [attempt(region, 15_000)] });
  const calls = callsOf(there('near'), there('near'), there('far'));
  expect(metrics(calls, { faults: [[10, 20, 'near', 'key']] }).wasted).toMatchObject({ value: 2 / 3, numerator: 2 });
  expect(metrics(calls, { faults: [[10, 20, '*', 'key']] }).wasted.value).toBe(0);
});

test('a fault is detected when nearly all calls go elsewhere for five seconds', () => {
  const met = (second: number): Partial<CallRecord> => {
    const there = { region: 'near', beganAt: second * 1_000 };
    return second >= 10 && second < 14
      ? { attempts: [attempt('near', there.beganAt, { fault: 'refused' }), attempt('far', there.beganAt)] }
      : {};
  };
  const faults = [[10, 40, 'near', 'refused']] as const;
  // It looks elsewhere once, comes back, and stays away from 14 s on.
  const calls = everySecond((second) => second === 12 || (second >= 14 && second < 45), met);
  const { detectMs, failbackMs } = metrics(calls, { faults });
  expect(detectMs).toMatchObject({ value: 4_000, denominator: 4 });
  expect(failbackMs).toMatchObject({ value: 5_000, denominator: 15 });
});

test('what only slows a region down, or met nobody, is not detected', () => {
  const calls = everySecond(
    () => false,
    () => ({ attempts: [attempt('near', 0, { fault: 'slow(x8)' })] }),
  );
  expect(detectionsOf(scenario({ faults: [[0, 60, 'near', 'slow(x8)']] }), calls)).toEqual([]);
  expect(detectionsOf(scenario({ faults: [[0, 60, 'near', 'refused']] }), calls)).toEqual([]);
});

test('the fault of streams is noticed by streams', () => {
  const faults = [[0, 60, 'near', 'rst:sse:1']] as const;
  const calls = everySecond(
    (second) => second % 2 === 0 && second > 4,
    (second) => ({ stream: second % 2 === 0 }),
  );
  const met = calls.map((call) =>
    call.stream && call.region === 'near'
      ? { ...call, attempts: call.attempts.map((one) => ({ ...one, fault: 'rst:sse:1' })) }
      : call,
  );
  expect(detectionsOf(scenario({ faults }), met)).toMatchObject([{ region: 'near', metAt: 0, skippedAt: 6_000 }]);
});

test('switches are of the region that most calls went to', () => {
  expect(metrics(everySecond((second) => second >= 20 && second < 40)).switches).toMatchObject({
    value: 2,
    denominator: 60,
  });
  // A tie is no switch.
  const even = callsOf(
    { beganAt: 0, region: 'near' },
    { beganAt: 1_000, region: 'far' },
    { beganAt: 1_500, region: 'near' },
  );
  expect(metrics(even).switches.value).toBe(0);
});

test('belief is right about what is up or down, by the client and the millisecond', () => {
  const nobody = { open: 0, 'half-open': 0, cooling: 0, ramping: 0, closed: 0 };
  const belief: BeliefSpan[] = [
    { from: 0, to: 12_000, state: 'closed', clients: { ...nobody, closed: 2 } },
    { from: 12_000, to: 22_000, state: 'open', clients: { ...nobody, open: 1, closed: 1 } },
    { from: 22_000, to: 60_000, state: 'ramping', clients: { ...nobody, ramping: 2 } },
  ];
  const truth = truthOf(
    scenario({
      faults: [
        [10, 20, 'near', 'refused'],
        [30, 40, 'near', 'capacity(1)'],
      ],
    }),
    'near',
    60_000,
  );
  const { right, all } = beliefAccuracy([{ id: 'near', truth, belief }], 60_000);
  expect(all).toBe(2 * 50_000);
  expect(right).toBe(2 * 10_000 + 8_000 + 2_000 + 2 * 28_000);
});

test('a series has a step for each second, and longer ones for a longer run', () => {
  const calls = callsOf(
    { beganAt: 0, headersAt: 10 },
    { beganAt: 999, fate: 'failed' },
    { beganAt: 2_000, region: 'far' },
  );
  expect(seriesOf(calls, ['near', 'far'], 3_000)).toEqual({
    stepMs: 1_000,
    calls: [2, 0, 1],
    ok: [1, 0, 1],
    p50Ms: [0, null, 0],
    p95Ms: [10, null, 0],
    attempts: { near: [2, 0, 0], far: [0, 0, 1] },
  });
  expect(seriesOf([], [], 3_600_000)).toMatchObject({ stepMs: 6_000, calls: { length: 600 } });
});
