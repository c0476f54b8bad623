import { expect, test } from 'vitest';
import { type Latency, learn, p95Of } from '../../src/health/latency.ts';
import { NOW } from '../support/health.ts';
import { seeded } from '../support/random.ts';

const learned = (samples: readonly number[], everyMs = 1_000): Latency => {
  let latency: Latency | undefined;
  samples.forEach((ms, index) => {
    latency = learn(latency, ms, NOW + index * everyMs);
  });
  if (!latency) throw new Error('There are no samples');
  return latency;
};

test('the first sample is the mean, and half of a first guess at the 95th percentile', () => {
  expect(learn(undefined, 400, NOW)).toEqual({ meanMs: 400, p95Ms: 800, samples: 1, at: NOW });
});

test('the first ten samples weigh the same, later ones a tenth each', () => {
  expect(learned([100, 200]).meanMs).toBe(150);
  expect(learned([100, 200, 600]).meanMs).toBeCloseTo(300, 9);
  const ten = learned(Array.from({ length: 10 }, (_, i) => i * 100));
  expect(ten.meanMs).toBeCloseTo(450, 9);
  const twenty = learned(Array.from({ length: 20 }, () => 100));
  expect(learn(twenty, 1_100, twenty.at).meanMs).toBeCloseTo(200, 9);
});

test('the estimate of the 95th percentile goes far up for a slow sample, and a little down for a quick one', () => {
  const one = learn(undefined, 100, NOW);
  expect(learn(one, 201, NOW).p95Ms).toBeCloseTo(200 * 1.095, 9);
  expect(learn(one, 200, NOW).p95Ms).toBeCloseTo(200 * 0.995, 9);
  expect(learn(one, 1, NOW).p95Ms).toBeCloseTo(200 * 0.995, 9);
});

test.each([1, 2, 3])('about 95 of 100 samples stay under the estimate (seed %i)', (seed) => {
  const random = seeded(seed);
  let latency: Latency | undefined;
  let under = 0;
  for (let i = 0; i < 6_000; i++) {
    const ms = 300 - 200 * Math.log(1 - random());
    if (i >= 1_000 && latency && ms <= latency.p95Ms) under++;
    latency = learn(latency, ms, NOW + i);
  }
  expect(under / 5_000).toBeGreaterThan(0.93);
  expect(under / 5_000).toBeLessThan(0.97);
});

test('a first answer that took no time does not fix the estimate at none', () => {
  const latency = learned([0, ...Array.from({ length: 100 }, () => 500)]);
  expect(latency.p95Ms).toBeGreaterThan(400);
});

test('what is older than three minutes is forgotten', () => {
  const before = learned([100, 100, 100]);
  expect(learn(before, 900, before.at + 180_000).samples).toBe(4);
  expect(learn(before, 900, before.at + 180_001)).toEqual(learn(undefined, 900, before.at + 180_001));
  expect(learn(before, 900, before.at - 1e9).samples).toBe(4);
});

test('twenty samples are enough to tell the 95th percentile', () => {
  const enough = learned(Array.from({ length: 20 }, () => 100));
  expect(p95Of(undefined)).toBeUndefined();
  expect(p95Of(learned(Array.from({ length: 19 }, () => 100)))).toBeUndefined();
  expect(p95Of(enough)).toBe(enough.p95Ms);
});
