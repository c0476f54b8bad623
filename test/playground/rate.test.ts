import fc from 'fast-check';
import { expect, test } from 'vitest';
import { callsUntil, type Rate, rateAt, secondsUntil } from '../../playground/engine/rate.ts';

/** Doubles would nearly all be next to nothing. */
const thousandths = (most: number, least = 0): fc.Arbitrary<number> =>
  fc.integer({ min: least * 1_000, max: most * 1_000 }).map((n) => n / 1_000);
const rps = thousandths(1_000, 0.01);
const anyRate: fc.Arbitrary<Rate> = fc.oneof(
  fc.record({ rps }),
  fc.record({
    rps,
    ramp: fc.record({
      rps: fc.oneof(rps, fc.constant(0)),
      seconds: thousandths(1_000, 0.01),
    }),
  }),
);
const anySeconds = thousandths(2_000);

test('so many calls are expected as the rate adds up to', () => {
  fc.assert(
    fc.property(anyRate, anySeconds, (rate, seconds) => {
      const steps = 1_000;
      // The midpoint rule is exact on every step but the one in which the ramp ends.
      const sum = Array.from({ length: steps }, (_, step) => rateAt(rate, ((step + 0.5) / steps) * seconds))
        .map((perSecond) => (perSecond * seconds) / steps)
        .reduce((all, part) => all + part, 0);
      const most = Math.max(rate.rps, rate.ramp?.rps ?? 0) * seconds;
      expect(Math.abs(callsUntil(rate, seconds) - sum)).toBeLessThanOrEqual(most / steps + 1e-9);
    }),
  );
});

test('until so many calls are expected, so many are expected', () => {
  fc.assert(
    fc.property(anyRate, thousandths(2), (rate, share) => {
      const calls = share * callsUntil(rate, rate.ramp?.seconds ?? 10);
      const seconds = secondsUntil(rate, calls);
      if (seconds === Number.POSITIVE_INFINITY) {
        expect(rate.ramp?.rps).toBe(0);
        expect(callsUntil(rate, rate.ramp?.seconds ?? 0)).toBeLessThan(calls);
      } else {
        expect(Math.abs(callsUntil(rate, seconds) - calls)).toBeLessThanOrEqual(1e-6 * Math.max(1, calls));
      }
    }),
  );
});

test('a rate without a ramp is the same at all times, and one with it is its own at the start', () => {
  fc.assert(
    fc.property(anyRate, anySeconds, (rate, seconds) => {
      expect(rateAt(rate, 0)).toBe(rate.rps);
      expect(rateAt({ rps: rate.rps }, seconds)).toBe(rate.rps);
      if (rate.ramp) expect(rateAt(rate, rate.ramp.seconds)).toBeCloseTo(rate.ramp.rps);
    }),
  );
});
