import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLater, join } from '../../src/health/merge.ts';
import { type HealthSnapshot, mergeSnapshots, type Pin } from '../../src/index.ts';
import { NOW, TUNED } from '../support/health.ts';

const snapshot = (records: object, pins?: Readonly<Record<string, Pin>>, savedAt?: number): HealthSnapshot => ({
  version: 1,
  records: records as HealthSnapshot['records'],
  ...(pins && { pins }),
  ...(savedAt !== undefined && { savedAt }),
});

const aRegister = fc.record(
  {
    // Few times, so that many are the same.
    at: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom(NOW, NOW + 1)),
    by: fc.constantFrom('a', 'b'),
    open: fc.record({ until: fc.nat(2), cause: fc.constantFrom('connect', 'gateway') }),
    opens: fc.nat(2),
  },
  { requiredKeys: ['at'] },
);
const aKey = fc.oneof(fc.constantFrom('r#1', 'r#1/gpt', '__proto__', 'constructor', ''), fc.string({ maxLength: 2 }));
const aPin = fc.record({ region: fc.constantFrom('r#1', 's#2'), at: fc.nat(3) });
const someSnapshot = fc
  .record({
    records: fc.dictionary(aKey, aRegister),
    pins: fc.option(fc.dictionary(aKey, aPin), { nil: undefined, freq: 3 }),
  })
  // As it comes out of a join.
  .map(({ records, pins }) => snapshot(records, pins && Object.keys(pins).length > 0 ? pins : undefined));

test('T: of two facts about one thing, a join has the later, and all that only one of them knows', () => {
  const a = snapshot({ both: { at: 1, x: 1 }, mine: { at: 5 } }, { p: { region: 'a', at: 9 } });
  const b = snapshot(
    { both: { at: 2, x: 2 }, theirs: { at: 3 } },
    { p: { region: 'b', at: 8 }, q: { region: 'b', at: 1 } },
  );
  expect(join(a, b)).toEqual(
    snapshot(
      { both: { at: 2, x: 2 }, mine: { at: 5 }, theirs: { at: 3 } },
      { p: { region: 'a', at: 9 }, q: { region: 'b', at: 1 } },
    ),
  );
});

test('T: joins are commutative', () => {
  fc.assert(
    fc.property(someSnapshot, someSnapshot, (a, b) => {
      expect(join(a, b)).toEqual(join(b, a));
    }),
  );
});

test('T: joins are associative', () => {
  fc.assert(
    fc.property(someSnapshot, someSnapshot, someSnapshot, (a, b, c) => {
      expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
    }),
  );
});

test('T: joins are idempotent: what is known already changes nothing', () => {
  fc.assert(
    fc.property(someSnapshot, someSnapshot, (a, b) => {
      expect(join(a, a)).toEqual(a);
      expect(join(join(a, b), b)).toEqual(join(a, b));
      expect(join(a, undefined)).toEqual(a);
    }),
  );
});

test('T: joins are inflationary: nothing is forgotten, and no time goes back', () => {
  fc.assert(
    fc.property(someSnapshot, someSnapshot, (a, b) => {
      const joined = join(a, b);
      for (const [key, { at }] of Object.entries(a.records as Record<string, Pin>)) {
        expect(Object.hasOwn(joined.records, key)).toBe(true);
        expect((joined.records[key] as Pin).at).toBeGreaterThanOrEqual(at);
      }
      for (const [id, { at }] of Object.entries(a.pins ?? {})) expect(joined.pins?.[id]?.at).toBeGreaterThanOrEqual(at);
    }),
  );
});

test('T: joins come to the same, in whatever order and however often snapshots come in', () => {
  const deliveries = fc
    .array(someSnapshot, { minLength: 1, maxLength: 5 })
    .chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length })));
  fc.assert(
    fc.property(deliveries, ([list, order]) => {
      const all = (some: readonly HealthSnapshot[]) => some.reduce((last, one) => join(last, one), snapshot({}));
      expect(all([...order, ...list])).toEqual(all(list));
    }),
  );
});

test('T: all agree on which of two facts of one time counts', () => {
  fc.assert(
    fc.property(aRegister, aRegister, (one, other) => {
      const same = JSON.stringify(one) === JSON.stringify(other);
      expect(Number(isLater(one, other)) + Number(isLater(other, one))).toBe(same ? 0 : 1);
    }),
  );
});

/** So many facts, each of another thing, of the times that are given, in turn. */
const many = (prefix: string, count: number, times: readonly number[]) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, i) => [`${prefix}${i}`, { region: 'r', at: times[i % times.length] ?? 0 }]),
  );
const sizesOf = ({ records, pins = {} }: HealthSnapshot) => [Object.keys(records).length, Object.keys(pins).length];

test('T: a thousand facts and ten thousand pins are kept, the latest', () => {
  const [old, young] = [many('old', 600, [1, 2, 3]), many('young', 900, [2, 3, 4])];
  const pins = [many('old', 6_000, [1, 2, 3]), many('young', 9_000, [2, 3, 4])] as const;
  const joined = join(snapshot(old, pins[0]), snapshot(young, pins[1]));
  expect(sizesOf(joined)).toEqual([1_000, 10_000]);
  for (const [kept, all] of [
    [joined.records, { ...old, ...young }],
    [joined.pins ?? {}, { ...pins[0], ...pins[1] }],
  ] as const) {
    const left = Object.keys(all).filter((key) => !Object.hasOwn(kept, key));
    const timeOf = (key: string): number => all[key]?.at ?? 0;
    expect(Math.max(...left.map(timeOf))).toBeLessThanOrEqual(Math.min(...Object.keys(kept).map(timeOf)));
  }
});

test('T: joins keep their laws where there is more than is kept', () => {
  const times = fc.array(fc.nat(5), { minLength: 1, maxLength: 4 });
  const large = fc
    .tuple(fc.constantFrom('x', 'y'), fc.integer({ min: 400, max: 1_000 }), times)
    .map(([prefix, count, given]) => snapshot(many(prefix, count, given)));
  fc.assert(
    fc.property(large, large, large, (a, b, c) => {
      expect(join(a, b)).toEqual(join(b, a));
      expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
      expect(join(join(a, b), b)).toEqual(join(a, b));
    }),
    { numRuns: 25 },
  );
});

test('T: what lies in the future of what is saved goes, wherever it comes from', () => {
  const latest = NOW + TUNED.skewMs;
  const facts = (prefix: string) => ({
    [`${prefix} in time`]: { at: latest },
    [`${prefix} moved`]: { at: latest + 1 },
  });
  const pins = (prefix: string) => many(prefix, 2, [latest, latest + 1]);
  const merged = mergeSnapshots(
    snapshot(facts('stored'), pins('stored')),
    snapshot(facts('saved'), pins('saved'), NOW),
  );
  expect(Object.keys(merged.records)).toEqual(['stored in time', 'saved in time']);
  expect(Object.keys(merged.pins ?? {})).toEqual(['stored0', 'saved0']);
});

test('T: who does not say when it was saved is believed', () => {
  const merged = mergeSnapshots(undefined, snapshot({ r: { at: 1e15 } }));
  expect(merged).toEqual(snapshot({ r: { at: 1e15 } }));
});

test('T: what is no snapshot is nothing, and what is none of its facts is not one', () => {
  const good = snapshot({ r: { at: 1 } }, { p: { region: 'r', at: 1 } });
  const kept = (stored: unknown): void => {
    expect(mergeSnapshots(stored, good)).toEqual(good);
  };
  fc.assert(fc.property(fc.anything(), kept));
  fc.assert(
    fc.property(fc.anything(), fc.anything(), (value, at) => {
      kept({ version: 2, records: { s: { at: 1 } } });
      kept({ version: 1, records: value, pins: value === null ? value : [value] });
      kept({ version: 1, records: { s: value }, pins: { q: { region: 'r', at: typeof at === 'number' ? -1 : at } } });
    }),
  );
});

test('T: facts of one time that cannot be compared do no harm', () => {
  const cycle: { at: number; self?: unknown } = { at: 1 };
  cycle.self = cycle;
  for (const odd of [cycle, { at: 1, big: 1n }]) {
    expect(() => mergeSnapshots(snapshot({ r: odd }), snapshot({ r: { at: 1 } }))).not.toThrow();
    expect(() => mergeSnapshots(snapshot({ r: { at: 1 } }), snapshot({ r: odd }))).not.toThrow();
  }
});
