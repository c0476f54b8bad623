import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isHeld, LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { decode } from '../../src/health/read-snapshot.ts';
import { freshRecord, type HealthRecord } from '../../src/health/record.ts';
import { reduce } from '../../src/health/reduce.ts';
import { encode } from '../../src/health/snapshot.ts';
import type { VerdictKind } from '../../src/types.ts';
import {
  aChance,
  anyConditions,
  anyRecord,
  BREAKER,
  conditions,
  idsOf,
  NOW,
  refusal,
  regionOf,
  success,
} from '../support/health.ts';
import { type Kind, play, someWorlds } from './chain-world.ts';

/** What is held against anybody for a hint, however long it is, ms. */
const held = (hintMs: number): number => Math.min(hintMs, LONGEST_EXCLUSION_MS);
const COOL_DOWNS = ['throttled', 'no-capacity', 'blocked'] as const;
/** Those of a deployment, and those of a region. */
const FAMILIES: readonly (readonly VerdictKind[])[] = [
  ['throttled', 'no-capacity', 'no-deployment'],
  ['blocked', 'forbidden', 'unauthorized'],
];
const hints = fc.oneof(fc.integer({ min: 1, max: 900_000 }), fc.constantFrom(1, 1_000, 86_400_000, Number.MAX_VALUE));

test('Invariant 10: no exclusion ends before the time that was asked for, whatever was held before', () => {
  fc.assert(
    fc.property(anyRecord, fc.constantFrom(...FAMILIES.flat()), hints, anyConditions, (record, kind, hintMs, given) => {
      const { excluded } = reduce(record, refusal(kind, hintMs)(record, given.now), given);
      expect(excluded?.until).toBeGreaterThanOrEqual(given.now + held(hintMs));
    }),
    { numRuns: 2_000 },
  );
});

/** What comes in afterwards: another refusal, or a success, of an attempt that was sent then or before. */
const aStep = (kinds: readonly VerdictKind[]) =>
  fc.record({
    laterMs: fc.constantFrom(0, 1, 500, 10_000, 70_000, 400_000),
    kind: fc.option(fc.constantFrom(...kinds), { nil: undefined }),
    hintMs: fc.option(hints, { nil: undefined }),
    earlierMs: fc.constantFrom(0, 0, 0, 100, 30_000),
    chance: aChance,
  });
const someSteps = fc
  .constantFrom(...FAMILIES)
  .chain((kinds) => fc.array(aStep(kinds), { minLength: 1, maxLength: 20, size: 'max' }));

test('Invariant 10: what the service asks for is not cut short by whatever comes in afterwards', () => {
  fc.assert(
    fc.property(someSteps, (steps) => {
      let [record, now]: [HealthRecord, number] = [freshRecord, NOW];
      let askedUntil = 0;
      for (const { laterMs, kind, hintMs, earlierMs, chance } of steps) {
        now += laterMs;
        const step = kind === undefined ? success : (more: object) => refusal(kind, hintMs, more);
        const given = conditions({ now, random: () => chance });
        record = reduce(record, step({ startedAt: now - earlierMs })(record, now), given);
        if (hintMs !== undefined && COOL_DOWNS.some((one) => one === kind))
          askedUntil = Math.max(askedUntil, now + held(hintMs));
        if (askedUntil <= now) continue;
        expect(record.excluded?.until).toBeGreaterThanOrEqual(askedUntil);
        expect(record.excluded && isHeld(record.excluded, now)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('Invariant 10: a restart does not cut short what the service asked for', () => {
  fc.assert(
    fc.property(hints, fc.nat(700_000), aChance, (hintMs, laterMs, chance) => {
      const given = conditions({ random: () => chance });
      const record = reduce(freshRecord, refusal('throttled', hintMs)(freshRecord, NOW), given);
      const ids = idsOf('r');
      const snapshot = structuredClone(encode(new Map([['r', regionOf(freshRecord, { gpt: record })]]), ids, NOW));
      const read = decode(snapshot, ids, NOW + laterMs, BREAKER.maxOpenMs)
        .get('r')
        ?.targets.get('gpt')?.excluded;
      if (laterMs >= held(hintMs)) return;
      expect(read?.until).toBeGreaterThanOrEqual(NOW + held(hintMs));
    }),
    { numRuns: 1_000 },
  );
});

const KINDS = ['ok', 'throttled', 'throttled for long', 'no capacity', 'server-error', 'refused'] as const;

test('Invariant 10: what asks to be left alone is left alone, unless there is nothing else', {
  timeout: 60_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(someWorlds(KINDS satisfies readonly Kind[]), async (world) => {
      const { heard, names } = await play(world);
      const attempts = heard('attempt');
      /** Until when a region asks to be left alone, of what it had said by then. */
      const askedUntil = (name: string, at: number): number =>
        Math.max(
          0,
          ...attempts
            .filter(({ record: one }) => one.region === name && one.startedAt + one.durationMs < at)
            .map(({ record: one }) => one.startedAt + one.durationMs + held(one.verdict.retryAfterMs ?? 0)),
        );
      for (const { callId, record } of attempts) {
        const { region, startedAt } = record;
        if (askedUntil(region, startedAt) <= startedAt) continue;
        // Asked all the same: the first try of a call for which nobody would be free in time.
        expect(attempts.find((other) => other.callId === callId)?.record.startedAt).toBe(startedAt);
        for (const name of names) expect(askedUntil(name, startedAt)).toBeGreaterThan(startedAt);
      }
    }),
    { numRuns: 150 },
  );
});
