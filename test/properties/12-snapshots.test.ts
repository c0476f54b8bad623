import fc from 'fast-check';
import { expect, test } from 'vitest';
import { adopt, suspect } from '../../src/health/absorb.ts';
import { choose } from '../../src/health/choose.ts';
import { isOfCredential, LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { decode, decodePins } from '../../src/health/read-snapshot.ts';
import { type HealthRecord, isDown, MOST_TARGETS, statusOf } from '../../src/health/record.ts';
import { reduce } from '../../src/health/reduce.ts';
import { encode, latestOf, type RegionRecords } from '../../src/health/snapshot.ts';
import { priority } from '../../src/health/strategies.ts';
import { mergeSnapshots } from '../../src/index.ts';
import { defaults } from '../../src/options.ts';
import {
  aBook,
  anyRecord,
  BREAKER,
  conditions,
  failure,
  idsOf,
  known,
  NOW,
  refusal,
  regionOf,
  success,
  TUNED,
} from '../support/health.ts';
import { aCall } from '../support/setup.ts';
import { ops } from './ops.ts';
import { aWorld, someChances } from './world.ts';

const LONGEST = BREAKER.maxOpenMs;
const NAMES = ['r', 'other', 'constructor'] as const;
const IDS = idsOf(...NAMES);
const [ID = ''] = IDS.keys();
const someTargets = fc.dictionary(fc.constantFrom('', 'gpt', 'o3', '__proto__', 'constructor'), anyRecord);
const aTime = fc.integer({ min: NOW - 90_000_000, max: NOW });
const aLatency = fc.record({ meanMs: fc.nat(9_000), p95Ms: fc.nat(9_000), samples: fc.nat(50), at: aTime });
const aRegion = fc
  .record({
    record: anyRecord,
    targets: someTargets,
    latency: fc.record({ stream: aLatency, whole: aLatency }, { requiredKeys: [] }),
    forced: fc.option(
      fc.record({
        to: fc.constantFrom('in' as const, 'out' as const, 'auto' as const),
        until: fc.constantFrom(NOW - 1, NOW + 5_000, Number.POSITIVE_INFINITY),
        at: aTime,
      }),
      { nil: undefined },
    ),
  })
  .map(({ record, targets, ...more }) => regionOf(record, targets, more));
const someRecords = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), aRegion), { selector: ([name]) => name })
  .map((entries) => new Map<string, RegionRecords>(entries));
const save = (records: ReadonlyMap<string, RegionRecords>, now = NOW) => encode(records, IDS, now);
const read = (snapshot: unknown, now = NOW) => decode(snapshot, IDS, now, LONGEST);

test('Invariant 12: what was read, and is stored and read again, is the same', () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const once = read(save(records));
      const isKnown = ([, region]: [string, RegionRecords]): boolean =>
        latestOf(region) > 0 || 'stream' in region.latency || 'whole' in region.latency;
      expect(new Map([...read(save(once))].filter(isKnown))).toEqual(new Map([...once].filter(isKnown)));
    }),
    { numRuns: 250 },
  );
});

test('Invariant 12: it makes no difference how a snapshot is kept, nor into what it is merged that is older', () => {
  fc.assert(
    fc.property(someRecords, (records) => {
      const snapshot = save(records);
      expect(read(JSON.parse(JSON.stringify(snapshot)))).toEqual(read(snapshot));
      expect(read(structuredClone(snapshot))).toEqual(read(snapshot));
      expect(read(mergeSnapshots(undefined, snapshot))).toEqual(read(snapshot));
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
      const ids = idsOf('r0', 'r1');
      const restored = decode(encode(world.book.records(), ids, now), ids, now, LONGEST);
      for (const [region, { record, targets }] of world.book.records()) {
        const { record: ownAgain, targets: targetsAgain } = restored.get(region) ?? regionOf();
        const after = { record: ownAgain, targets: targetsAgain };
        // What was learned more than an hour ago is not stored, and what a credential caused never is.
        const isKept = (one: HealthRecord) => one.learnedAt > now - TUNED.ttlMs;
        const shared = ({ excluded, ...rest }: HealthRecord): HealthRecord =>
          excluded && !isOfCredential(excluded.cause) ? { ...rest, excluded } : rest;
        const before = {
          record: isKept(record) ? shared(record) : regionOf().record,
          targets: new Map([...targets].filter(([, one]) => isKept(one)).map(([name, one]) => [name, shared(one)])),
        };
        const [was, is] = [statusOf({ region, ...before }, now), statusOf({ region, ...after }, now)];
        expect(Object.keys(is.deployments).sort()).toEqual(Object.keys(was.deployments).sort());
        // What jitter adds to the longest there is, is left out.
        for (const [name, { until, cause }] of Object.entries(was.deployments)) {
          expect(is.deployments[name]?.cause).toBe(cause);
          expect(until - (is.deployments[name]?.until ?? 0)).toBeLessThanOrEqual(TUNED.longestJitterMs);
        }
        // A question that is under way is not stored.
        const isAsked = record.circuit.state === 'open' && record.circuit.until <= now + 3_000;
        if (!isAsked) expect(is.state).toBe(was.state);
      }
    }),
    { numRuns: 250 },
  );
});

/** Whether what was read keeps to the limits that what is learned keeps to. */
function isBounded({ circuit, excluded, ...rest }: HealthRecord, now: number): boolean {
  const { opens, closedAt, generation, points, results, failures } = rest;
  const isStill =
    circuit.state === 'closed' ||
    (circuit.state === 'open' && circuit.until <= now + LONGEST) ||
    (circuit.state === 'ramping' && circuit.since <= now && circuit.overMs > 0 && circuit.overMs <= TUNED.ttlMs);
  return (
    isStill &&
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
const scopesOf = ({ record, targets }: RegionRecords) => [record, ...targets.values()];

test('Invariant 12: what was stored is read for an hour, with no end further than the longest, and never before its time', () => {
  fc.assert(
    fc.property(someRecords, fc.integer({ min: -400_000, max: TUNED.ttlMs + 10 }), (records, laterMs) => {
      const now = NOW + laterMs;
      for (const region of read(structuredClone(save(records)), now).values()) {
        for (const one of scopesOf(region)) {
          expect(isBounded(one, now)).toBe(true);
          expect(one.learnedAt).toBeLessThanOrEqual(now + TUNED.skewMs);
          if (one.learnedAt > 0) expect(now - one.learnedAt).toBeLessThan(TUNED.ttlMs);
          if (isDown(one.circuit)) expect(one.circuit).toMatchObject({ state: 'open' });
        }
      }
    }),
    { numRuns: 250 },
  );
});

const SHAPES = [
  ...['version', 'records', 'pins', ID, `${ID}/gpt`, `${ID}!stream`, `${ID}!forced`, 'at', 'open', 'ramp'],
  ...['until', 'cause', 'since', 'overMs', 'opens', 'closedAt', 'excluded', 'streak', 'to', 'meanMs', 'p95Ms'],
  ...['samples', 'region', '__proto__', 'toString', 'valueOf', 'toJSON'],
];
const garbage = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.anything(),
    fc.constantFrom(0, 1, -1, 1e300, Number.NaN, Number.POSITIVE_INFINITY, NOW, NOW - 5, NOW + 5, NOW + 1e12, null),
    fc.constantFrom('connect', 'throttled', 'out', ID),
    fc.dictionary(fc.constantFrom(...SHAPES), tie('value')),
  ),
})).value;

/** What is done with anything that is read. */
function workWith(region: RegionRecords, now: number): void {
  const { record, targets } = region;
  for (const one of [record, ...targets.values()]) {
    expect(isBounded(one, now)).toBe(true);
    for (const step of [failure('connect'), refusal('throttled'), success()])
      reduce(one, step(one, now), conditions({ now }));
  }
  statusOf({ region: 'r', record, targets }, now);
  const list = known([{ record, target: targets.get('gpt') }]);
  const settings = { ...defaults, strategy: priority(), random: () => 0.5 };
  const { choices, cooling } = choose(list, settings, aCall(), now);
  expect(choices.length + cooling.length).toBe(1);
}

test('Invariant 12: garbage decodes to nothing, or to records that can be worked with; it never throws', () => {
  const fresh = save(new Map([['r', regionOf()]]));
  fc.assert(
    fc.property(garbage, garbage, garbage, (value, register, pin) => {
      const learnt = typeof register === 'object' ? { at: NOW, ...register } : register;
      const half = { version: 1, records: { [ID]: learnt, [`${ID}/gpt`]: learnt, [`${ID}!forced`]: learnt } };
      for (const odd of [value, half, { ...half, pins: { resp_1: pin } }, mergeSnapshots(half, fresh)]) {
        for (const region of read(odd).values()) workWith(region, NOW);
        decodePins(odd, IDS, NOW);
        for (const absorb of [adopt, suspect]) {
          const { book } = aBook();
          const renamed = [...read(odd)].map(([name, region]) => [name === 'r' ? 'r0' : 'r1', region] as const);
          book.absorb(new Map(renamed), absorb);
          book.statuses();
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('Invariant 12: of a region, no more deployments are read than are ever known', () => {
  const register = { at: NOW, open: { until: NOW + 5_000, cause: 'timeout' } };
  const records = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${ID}/d${i}`, register]));
  const restored = read({ version: 1, records }).get('r');
  expect(restored?.targets.size).toBe(MOST_TARGETS);
});
