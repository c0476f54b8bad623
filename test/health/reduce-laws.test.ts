import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evidence, reduce } from '../../src/health/reduce.ts';
import { aChance, anyEvent, anyRecord, aWhat, BREAKER, NOW, outcome, verdict } from '../support/health.ts';

const aMoment = fc.record({
  record: anyRecord,
  event: anyEvent,
  what: aWhat,
  hintMs: fc.nat(600_000),
  now: fc.integer({ min: -100_000, max: 800_000 }).map((later) => NOW + later),
  chance: aChance,
});
type Moment = typeof aMoment extends fc.Arbitrary<infer T> ? T : never;
const law = (name: string, holds: (moment: Moment) => void) =>
  test(name, () => fc.assert(fc.property(aMoment, holds), { numRuns: 2_000 }));

law(
  'K: reduce is pure: the same comes of the same, and what went in is as it was',
  ({ record, event, now, chance }) => {
    const before = structuredClone(record);
    const once = reduce(record, event, BREAKER, now, () => chance);
    expect(reduce(record, event, BREAKER, now, () => chance)).toEqual(once);
    expect(record).toEqual(before);
  },
);

law('K: a region stays open for between half and all of its time, at most the cap', ({ record, what, now, chance }) => {
  const next = reduce(record, outcome(record, what, { now }), BREAKER, now, () => chance);
  if (next.circuit.state !== 'open' || next.circuit === record.circuit) return;
  const time = Math.min(BREAKER.maxOpenMs, BREAKER.openMs * 2 ** (next.opens - 1));
  expect(next.circuit.until - now).toBeGreaterThanOrEqual(time / 2 - 1);
  expect(next.circuit.until - now).toBeLessThanOrEqual(time + 1);
});

law(
  'K: a result from before a change of state changes no state and adds no evidence',
  ({ record, what, now, chance }) => {
    const stale = outcome(record, what, { generation: record.generation + 1, now });
    const next = reduce(record, stale, BREAKER, now, () => chance);
    expect(next.circuit).toEqual(record.circuit);
    expect([next.generation, next.points, next.opens]).toEqual([record.generation, record.points, record.opens]);
  },
);

law('I: what is not the region’s fault adds no evidence and opens nothing', ({ record, what, now, chance }) => {
  if (['region', 'network'].includes(verdict(what).blame)) return;
  const next = reduce(record, outcome(record, what, { now }), BREAKER, now, () => chance);
  expect(evidence(next, now)).toBeLessThanOrEqual(evidence(record, now) + 1e-9);
  if (next.circuit.state === 'open') expect(next.circuit).toEqual(record.circuit);
});

law('I: no cool-down is shorter than its hint', ({ record, hintMs, now, chance }) => {
  const next = reduce(record, outcome(record, 'throttled', { retryAfterMs: hintMs, now }), BREAKER, now, () => chance);
  expect(next.deployments['gpt']?.until).toBeGreaterThanOrEqual(now + hintMs);
});

law('K: from any state, good answers close a region', ({ record, now, chance }) => {
  let last = record;
  for (let i = 0; i < BREAKER.successesToClose; i++) {
    if (last.circuit.state !== 'closed')
      last = reduce(last, { type: 'probe', until: now + 1 }, BREAKER, now, () => chance);
    last = reduce(last, outcome(last, 'ok', { now }), BREAKER, now, () => chance);
  }
  expect(last.circuit.state).toBe('closed');
});
