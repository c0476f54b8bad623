import { expect, test } from 'vitest';
import { count, failureShare, isFailing, pointsOf, threshold, weightOf } from '../../src/health/evidence.ts';
import { freshRecord, type HealthRecord } from '../../src/health/record.ts';
import { NOW, TUNED, verdict } from '../support/health.ts';

const record = (results: number, failures: number, points = 0): HealthRecord => ({
  ...freshRecord,
  results,
  failures,
  points,
  at: NOW,
});
const nobody = (): undefined => undefined;

test.each([
  ['connect', 2],
  ['network', 3],
  ['gateway', 3],
  ['timeout', 3],
  ['slow', 3],
  // It answers neither the call nor the question whether it is alive.
  ['silent', 2],
  ['bad-body', 3],
  ['server-error', 5],
  ['dependency', 5],
] as const)('K: a busy client needs as many %s in a row as make up its threshold: %i', (what, failures) => {
  const points = weightOf(verdict(what));
  expect(points * failures).toBeGreaterThanOrEqual(threshold(1));
  expect(points * (failures - 1)).toBeLessThan(threshold(1));
});

test.each([
  ['connect', 1],
  ['gateway', 2],
  ['server-error', 2],
] as const)('K: a client with few calls needs %s only %i times', (what, failures) => {
  const points = weightOf(verdict(what));
  expect(points * failures).toBeGreaterThanOrEqual(threshold(0.1));
  expect(points * (failures - 1)).toBeLessThan(threshold(0.1));
});

test('K: the threshold rises evenly from a call in ten seconds to one in each, and no further', () => {
  const [least, most] = [threshold(0.1), threshold(1)];
  expect(most).toBeGreaterThan(least);
  expect(threshold(0.55)).toBeCloseTo((least + most) / 2, 9);
  expect(threshold(0.325)).toBeCloseTo(least + (most - least) / 4, 9);
  expect([threshold(0), threshold(0.05)]).toEqual([least, least]);
  expect([threshold(1.5), threshold(1e6)]).toEqual([most, most]);
});

test.each([
  [0, 1],
  [TUNED.halfLifeMs, 1 / 2],
  [2 * TUNED.halfLifeMs, 1 / 4],
  [TUNED.halfLifeMs / 2, Math.SQRT1_2],
  [-TUNED.halfLifeMs, 1],
])('K: %i ms later, evidence is worth %d of itself; a clock that was set back adds none', (later, part) => {
  expect(pointsOf(record(0, 0, 5), NOW + later)).toBeCloseTo(5 * part, 9);
});

test('K: no evidence is none at any time', () => {
  expect([0, 1, NOW].map((now) => pointsOf(freshRecord, now))).toEqual([0, 0, 0]);
});

test('K: a failure adds its points to what is left of the old ones, a success wipes all out', () => {
  const once = count(freshRecord, 2, NOW);
  const twice = count(once, 3, NOW + TUNED.halfLifeMs);
  expect([once.points, twice.points]).toEqual([2, 4]);
  expect(twice.at).toBe(NOW + TUNED.halfLifeMs);
  expect(count(twice, 0, NOW + TUNED.halfLifeMs)).toMatchObject({ points: 0, at: NOW + TUNED.halfLifeMs });
});

test('K: a first result counts as one, whatever the time since the beginning', () => {
  expect(count(freshRecord, 1, NOW)).toMatchObject({ results: 1, failures: 1 });
  expect(count(freshRecord, 0, 0)).toMatchObject({ results: 1, failures: 0 });
});

test('K: of many results at once, about the last fifty are remembered', () => {
  let last = count(freshRecord, 1, NOW);
  last = count(last, 0, NOW);
  expect(last.results).toBeCloseTo(2 - 1 / TUNED.memory, 9);
  expect(last.failures).toBeCloseTo(1 - 1 / TUNED.memory, 9);
  for (let i = 0; i < 1_000; i++) last = count(last, 0, NOW);
  expect(last.results).toBeCloseTo(TUNED.memory, 3);
  expect(last.failures).toBeCloseTo(0, 3);
});

test('K: of few results, those of about the last minute are remembered', () => {
  const first = count(freshRecord, 1, NOW);
  const second = count(first, 0, NOW + TUNED.memoryMs);
  expect(second.results).toBeCloseTo(1 + Math.exp(-1), 9);
  expect(second.failures).toBeCloseTo(Math.exp(-1), 9);
  expect(count(first, 0, NOW - TUNED.memoryMs).results).toBeCloseTo(2 - 1 / TUNED.memory, 9);
});

test.each([
  [9.99, 9.99, false],
  [10, 5, true],
  [10, 4.99, false],
  [40, 20, true],
])('K: of %d results, %d failures mean that half the calls fail: %s', (results, failures, fails) => {
  expect(isFailing(record(results, failures), nobody)).toBe(fails);
});

test.each<[number, number, number | undefined, boolean]>([
  [15, 4.5, 0.15, true],
  [15, 4.5, 0, true],
  [15, 4.5, 0.151, false],
  [15, 4.49, 0, false],
  [14.99, 4.5, 0, false],
  [15, 4.5, undefined, false],
  [20, 8, 0.2, true],
  [20, 8, 0.21, false],
])('K: of %d results, %d failures where the best other region has %s of its: %s', (results, failures, peer, fails) => {
  expect(isFailing(record(results, failures), () => peer)).toBe(fails);
});

test('K: other regions are asked for only when it depends on them', () => {
  const never = (): never => {
    throw new Error('asked');
  };
  expect(isFailing(freshRecord, never)).toBe(false);
  expect(isFailing(record(10, 5), never)).toBe(true);
  expect(isFailing(record(14, 5), never)).toBe(false);
  expect(isFailing(record(100, 29), never)).toBe(false);
});

test.each([
  [4.99, 1, undefined],
  [5, 0, 0],
  [5, 1, 0.2],
])('K: of %d results, %d failures are a share of %s', (results, failures, share) => {
  expect(failureShare(record(results, failures))).toBe(share);
});
