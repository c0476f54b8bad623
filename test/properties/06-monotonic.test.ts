import fc from 'fast-check';
import { expect, test } from 'vitest';
import { count, pointsOf } from '../../src/health/evidence.ts';
import { freshRecord, type HealthRecord } from '../../src/health/record.ts';
import { reduce } from '../../src/health/reduce.ts';
import type { VerdictKind } from '../../src/types.ts';
import {
  aChance,
  anyConditions,
  anyRecord,
  aPace,
  BREAKER,
  conditions,
  failure,
  NOW,
  open,
  success,
  TUNED,
} from '../support/health.ts';

const { openMs, maxOpenMs } = BREAKER;
/** The larger, the worse. */
const RANK: Record<HealthRecord['circuit']['state'], number> = { closed: 0, ramping: 1, 'half-open': 2, open: 3 };
const kinds = fc.constantFrom<VerdictKind>('connect', 'network', 'gateway', 'timeout', 'server-error', 'bad-body');
/** So long after the one before it, and a failure of that kind or a success. */
const aResult = fc.record({
  laterMs: fc.constantFrom(1, 200, 1_000, 10_000, 60_000, 400_000),
  fails: fc.boolean(),
  kind: kinds,
});

test('Invariant 6: a failure in place of a success, all else the same, never leaves a healthier record', () => {
  fc.assert(
    fc.property(anyRecord, kinds, anyConditions, (record, kind, given) => {
      // Two lost connections may count as one: what is compared is one result with another.
      const { lost: _, ...before } = record;
      const { now } = given;
      const well = reduce(before, success()(before, now), given);
      const ill = reduce(before, failure(kind)(before, now), given);
      expect(pointsOf(ill, now)).toBeGreaterThanOrEqual(pointsOf(well, now));
      expect(RANK[ill.circuit.state]).toBeGreaterThanOrEqual(RANK[well.circuit.state]);
      if (ill.circuit.state === well.circuit.state)
        expect(ill.failures / ill.results).toBeGreaterThanOrEqual(well.failures / Math.max(well.results, 1e-9) - 1e-9);
    }),
    { numRuns: 3_000 },
  );
});

test('Invariant 6: of two clients that saw the same, but for failures where the other saw success, it opens no later', () => {
  const twoViews = fc.array(fc.tuple(aResult, fc.boolean()), { minLength: 1, maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(twoViews, aPace, (results, perSecond) => {
      let [better, worse]: [HealthRecord, HealthRecord] = [freshRecord, freshRecord];
      let now = NOW;
      for (const [{ laterMs, fails, kind }, unlucky] of results) {
        now += laterMs;
        const given = conditions({ now, perSecond });
        const see = (record: HealthRecord, bad: boolean) =>
          reduce(record, (bad ? failure(kind) : success())(record, now), given);
        better = see(better, fails);
        worse = see(worse, fails || unlucky);
        if (worse.circuit.state === 'open') return;
        expect(better.circuit.state).toBe('closed');
        expect(worse.points).toBeGreaterThanOrEqual(better.points);
        expect(worse.results).toBeCloseTo(better.results, 6);
        expect(worse.failures).toBeGreaterThanOrEqual(better.failures - 1e-9);
      }
    }),
    { numRuns: 1_000 },
  );
});

test('Invariant 6: more evidence is never less', () => {
  const points = fc.double({ min: 0.01, max: 5, noNaN: true });
  fc.assert(
    fc.property(anyRecord, points, points, anyConditions, (record, one, other, { now }) => {
      const [less, more] = [Math.min(one, other), Math.max(one, other)];
      expect(count(record, more, now).points).toBeGreaterThanOrEqual(count(record, less, now).points);
      expect(count(record, less, now).points).toBeGreaterThan(pointsOf(record, now));
    }),
    { numRuns: 1_000 },
  );
});

test('Invariant 6: a circuit opens for between half of its time and all of it, no longer than the longest', () => {
  const given = fc.record({ opens: fc.nat(TUNED.mostOpens), perSecond: aPace, chance: aChance, how: fc.nat(2) });
  fc.assert(
    fc.property(given, ({ opens, perSecond, chance, how }) => {
      const all = conditions({ perSecond, random: () => chance });
      const { longestFirstOpenMs, callsPerProbe, mostOpens } = TUNED;
      const first = Math.max(openMs, Math.min(longestFirstOpenMs, (callsPerProbe * 1_000) / perSecond));
      const ill: HealthRecord = { ...freshRecord, points: 99, at: NOW, opens, closedAt: NOW };
      const before = [ill, { ...ill, ...open(0), opens: Math.max(1, opens) }, { ...ill, circuit: asked }][how] ?? ill;
      const event =
        how === 1 ? ({ type: 'answer', generation: 0, reached: false } as const) : failure('connect')(before, NOW);
      const after = reduce(before, event, all);
      if (after.circuit.state !== 'open') throw new Error(`It is ${after.circuit.state}`);
      const time = Math.min(maxOpenMs, first * 2 ** (after.opens - 1));
      expect(after.circuit.until - NOW).toBeGreaterThanOrEqual(Math.floor(time / 2));
      expect(after.circuit.until - NOW).toBeLessThanOrEqual(Math.ceil(time));
      expect(after.opens).toBe(how === 1 ? Math.max(1, opens) : Math.min(mostOpens, opens + 1));
    }),
    { numRuns: 1_000 },
  );
});
const asked = { state: 'half-open', cause: 'connect', probeUntil: NOW + 5, successes: 1 } as const;

test('Invariant 6: a circuit that never holds opens for longer each time, and no more often than is counted', () => {
  let [record, now]: [HealthRecord, number] = [freshRecord, NOW];
  const times: number[] = [];
  for (let i = 0; i < 100; i++) {
    const given = conditions({ now, random: () => 1 });
    for (let tries = 0; tries < 9 && record.circuit.state !== 'open'; tries++)
      record = reduce(record, failure('connect')(record, now), given);
    if (record.circuit.state !== 'open') throw new Error(`It is ${record.circuit.state}`);
    times.push(record.circuit.until - now);
    now = record.circuit.until;
    record = reduce(record, { type: 'probe', until: now + 1 }, conditions({ now }));
  }
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times.at(-1)).toBe(maxOpenMs);
  expect(record.opens).toBe(TUNED.mostOpens);
});
