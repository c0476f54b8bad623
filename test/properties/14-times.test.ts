import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exclude, LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { freshRecord } from '../../src/health/record.ts';
import { reduce } from '../../src/health/reduce.ts';
import { aChance, BREAKER, conditions, failure, NOW, TUNED } from '../support/health.ts';
import { after, status } from '../support/service.ts';
import { outcomeOf, setup } from '../support/setup.ts';

const upToAMillion = fc.oneof(
  fc.integer({ min: 0, max: 1_000_000 }),
  fc.constantFrom(0, 1, 52, 53, 1_023, 1_024, 1_000_000),
);
const ms = fc.oneof(fc.integer({ min: 1, max: 2_147_483_647 }), fc.double({ min: 1, max: 1e9, noNaN: true }));

test('Invariant 14: the millionth opening takes a time like any other: finite, not negative, no longer than the longest', () => {
  const options = fc.tuple(ms, ms).map(([a, b]) => ({ ...BREAKER, openMs: Math.min(a, b), maxOpenMs: Math.max(a, b) }));
  const paces = fc.oneof(fc.constantFrom(0, Number.MIN_VALUE, 1e300), fc.double({ min: 0, max: 1e6, noNaN: true }));
  fc.assert(
    fc.property(upToAMillion, options, paces, aChance, fc.boolean(), (opens, breaker, perSecond, chance, asked) => {
      const given = conditions({ options: breaker, perSecond, random: () => chance });
      const ill = { ...freshRecord, points: 99, at: NOW, opens, closedAt: NOW };
      const open = { ...ill, circuit: { state: 'open', until: NOW, cause: 'connect' } } as const;
      const after = asked
        ? reduce(open, { type: 'answer', generation: 0, reached: false }, given)
        : reduce(ill, failure('connect')(ill, NOW), given);
      if (after.circuit.state !== 'open') throw new Error(`It is ${after.circuit.state}`);
      const time = after.circuit.until - NOW;
      expect(Number.isFinite(time)).toBe(true);
      expect(time).toBeGreaterThanOrEqual(0);
      expect(time).toBeLessThanOrEqual(Math.ceil(breaker.maxOpenMs));
    }),
    { numRuns: 2_000 },
  );
});

test('Invariant 14: the millionth refusal in a row keeps out for a time like any other', () => {
  const kinds = fc.constantFrom('throttled', 'no-capacity', 'blocked', 'forbidden', 'no-deployment');
  const hints = fc.option(fc.oneof(fc.nat(1e9), fc.constantFrom(0, Number.MAX_VALUE)), { nil: undefined });
  fc.assert(
    fc.property(upToAMillion, kinds, hints, aChance, (streak, kind, retryAfterMs, chance) => {
      const before = { until: NOW, cause: kind, streak } as const;
      const { until, ...after } = exclude(before, { kind, retryAfterMs, startedAt: NOW }, NOW, () => chance);
      expect(until - NOW).toBeGreaterThanOrEqual(0);
      expect(until - NOW).toBeLessThanOrEqual(LONGEST_EXCLUSION_MS + TUNED.longestJitterMs);
      expect(after.streak).toBe(streak + 1);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  [500, 8_000],
  [0, 8_000],
])(
  'Invariant 14: the thousandth back-off is one like any other (from %i ms, at most %i ms)',
  async (baseDelayMs, maxDelayMs) => {
    // So slow that the region's reserve has come back by the time that it is asked again.
    const slow = after(TUNED.reserveMs, status(500));
    const { chat, heard } = setup({
      script: { sweden: slow },
      regions: ['sweden'],
      timeouts: { totalMs: 2_147_483_647, responseMs: 2 * TUNED.reserveMs, livenessMs: 0 },
      retry: { attempts: 1_100, baseDelayMs, maxDelayMs, sameRegion: 0 },
      random: () => 0.999,
    });
    await outcomeOf(chat());
    const waits = heard('wait').map((event) => event.ms);
    expect(waits).toHaveLength(1_099);
    expect(waits.findIndex((ms) => !(ms >= 0 && ms <= maxDelayMs))).toBe(-1);
  },
);
