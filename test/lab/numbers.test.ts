import { expect, test } from 'vitest';
import { counted, mean, median, percentile } from '../../playground/engine/numbers.ts';
import { generatorOf, poisson } from './arrivals.ts';

test('percentiles are by nearest rank', () => {
  expect(percentile([3, 1, 2, 4], 0.5)).toBe(2);
  expect(percentile([3, 1, 2, 4], 0.99)).toBe(4);
  expect(percentile([7], 0)).toBe(7);
  expect(percentile([], 0.5)).toBeNull();
});

test('a median is the middle, or the mean of the two in the middle', () => {
  expect(median([5, 1, 3])).toBe(3);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([])).toBeNull();
  expect(mean([1, 2])).toBe(1.5);
  expect(mean([])).toBeNull();
});

test('times are counted in whole bins', () => {
  expect(counted([-1, 0, 9, 10, 25, 29, 30], 0, 29, 10)).toEqual([2, 1]);
  expect(counted([0], 0, 5, 10)).toEqual([]);
});

test('each client of a fleet calls at its own moments, whatever the others do', () => {
  const fleet = { clients: 20, perSecond: 5, shapes: 'node' } as const;
  const arrivals = poisson(fleet, 7, 0, 100_000);
  expect(arrivals.length / 100).toBeCloseTo(100, -1);
  expect(arrivals).toEqual(arrivals.toSorted((a, b) => a.atMs - b.atMs));
  const alone = poisson({ ...fleet, clients: 1 }, 7, 0, 100_000);
  expect(arrivals.filter(({ client }) => client === 0)).toEqual(alone);
  expect(poisson(fleet, 8, 0, 1_000)).not.toEqual(poisson(fleet, 7, 0, 1_000));
  expect(generatorOf(1, 2, 'a')()).not.toBe(generatorOf(1, 2, 'b')());
});
