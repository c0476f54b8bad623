import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose } from '../../src/health/choose.ts';
import { LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { freshRecord, type HealthRecord, MOST_TARGETS, statusOf } from '../../src/health/record.ts';
import { reduce } from '../../src/health/reduce.ts';
import { decode, encode, type RegionRecords } from '../../src/health/snapshot.ts';
import { priority } from '../../src/health/strategies.ts';
import { defaults } from '../../src/options.ts';
import { anyRecord, BREAKER, conditions, failure, known, NOW, refusal, success, TUNED } from '../support/health.ts';
import { aCall } from '../support/setup.ts';
import { aWorld, ops, someChances } from './world.ts';

const LONGEST = BREAKER.maxOpenMs;
const NAMES = ['r', 'other', 'constructor'] as const;
const someTargets = fc
  .dictionary(fc.constantFrom('', 'gpt', 'o3', '__proto__', 'constructor'), anyRecord)
  .map((targets) => new Map(Object.entries(targets)));
const someRecords = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), fc.record({ record: anyRecord, targets: someTargets })), {
    selector: ([name]) => name,
  })
  .map((entries) => new Map<string, RegionRecords>(entries));
const read = (snapshot: unknown, now = NOW) => decode(snapshot, NAMES, now, LONGEST);

test('Invariant 12: what was read, and is stored and read again, is the same', () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const once = read(encode(records, NOW));
      expect(read(encode(once, NOW))).toEqual(once);
      expect([...once.keys()].sort()).toEqual([...records.keys()].sort());
    }),
    { numRuns: 250 },
  );
});

test('Invariant 12: it makes no difference how a snapshot is kept', () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const snapshot = encode(records, NOW);
      expect(read(JSON.parse(JSON.stringify(snapshot)))).toEqual(read(snapshot));
      expect(read(structuredClone(snapshot))).toEqual(read(snapshot));
    }),
    { numRuns: 250 },
  );
});

test('Invariant 12: what a book knows comes back, as far as people can see', () => {
  fc.assert(
    fc.property(ops(), someChances, (list, chances) => {
      const world = aWorld({ chances });
      for (const op of list) world.do(op);
      const now = world.clock.now();
      const restored = decode(encode(world.book.records(), now), ['r0', 'r1'], now, LONGEST);
      for (const [region, before] of world.book.records()) {
        const after = restored.get(region) ?? { record: freshRecord, targets: new Map() };
        const [was, is] = [statusOf({ region, ...before }, now), statusOf({ region, ...after }, now)];
        expect(Object.keys(is.deployments)).toEqual(Object.keys(was.deployments));
        // What jitter adds to the longest there is, is left out.
        for (const [name, { until, cause }] of Object.entries(was.deployments))
          expect(is.deployments[name]).toEqual({ until: Math.min(until, now + LONGEST_EXCLUSION_MS), cause });
        // A ramp is not stored, nor what only deployments that are well again were going through.
        if (was.state !== 'ramping' && before.record.circuit.state !== 'closed') expect(is.state).toBe(was.state);
      }
    }),
    { numRuns: 250 },
  );
});

/** Whether what was read keeps to the limits that what is learned keeps to. */
function isBounded({ circuit, excluded, ...rest }: HealthRecord, now: number): boolean {
  const { opens, closedAt, generation, points, results, failures } = rest;
  return (
    (circuit.state === 'closed' || (circuit.state === 'open' && circuit.until <= now + LONGEST)) &&
    (!excluded ||
      (excluded.until > now &&
        excluded.until <= now + LONGEST_EXCLUSION_MS &&
        (excluded.since ?? 0) <= now &&
        Number.isFinite(excluded.streak))) &&
    opens >= 0 &&
    opens <= TUNED.mostOpens &&
    closedAt <= now &&
    [generation, points, results, failures].every((one) => one === 0)
  );
}

test('Invariant 12: what was stored is read for an hour, never before its time, and with no end further than the longest', () => {
  fc.assert(
    fc.property(someRecords, fc.integer({ min: -10, max: TUNED.ttlMs + 10 }), (records, laterMs) => {
      const now = NOW + laterMs;
      const restored = read(structuredClone(encode(records, NOW)), now);
      expect(restored.size).toBe(laterMs < 0 || laterMs > TUNED.ttlMs ? 0 : records.size);
      for (const { record, targets } of restored.values())
        for (const one of [record, ...targets.values()]) expect(isBounded(one, now)).toBe(true);
    }),
    { numRuns: 250 },
  );
});

const SHAPES = [
  ...['version', 'records', 'r', 'savedAt', 'open', 'until', 'cause', 'opens', 'closedAt', 'excluded'],
  ...['deployments', 'streak', 'since', 'gpt', '__proto__'],
];
const garbage = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.anything(),
    fc.constantFrom(
      0,
      1,
      -1,
      1e300,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      NOW,
      NOW - 5,
      NOW + 5,
      NOW + 1e12,
      'connect',
      null,
    ),
    fc.dictionary(fc.constantFrom(...SHAPES), tie('value')),
  ),
})).value;

test('Invariant 12: garbage decodes to nothing, or to records that can be worked with; it never throws', () => {
  fc.assert(
    fc.property(garbage, garbage, (value, r) => {
      const half = { version: 1, records: { r: typeof r === 'object' ? { savedAt: NOW, ...r } : r } };
      for (const restored of [read(value), read(half)]) {
        for (const { record, targets } of restored.values()) {
          for (const one of [record, ...targets.values()]) {
            expect(isBounded(one, NOW)).toBe(true);
            for (const step of [failure('connect'), refusal('throttled'), success()])
              reduce(one, step(one, NOW), conditions());
          }
          statusOf({ region: 'r', record, targets }, NOW);
          const list = known([{ record, target: targets.get('gpt') }]);
          const settings = { ...defaults, strategy: priority(), random: () => 0.5 };
          const { choices, cooling } = choose(list, settings, aCall(), NOW);
          expect(choices.length + cooling.length).toBe(1);
        }
      }
    }),
    { numRuns: 600 },
  );
});

test('Invariant 12: of a region, no more deployments are read than are ever known', () => {
  const deployments = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, i) => [`d${i}`, { open: { until: NOW + 5_000, cause: 'timeout' } }]),
  );
  const restored = read({ version: 1, records: { r: { savedAt: NOW, deployments } } }).get('r');
  expect(restored?.targets.size).toBeLessThanOrEqual(MOST_TARGETS);
});
