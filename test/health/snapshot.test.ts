import { expect, test } from 'vitest';
import { LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { freshRecord, type HealthRecord, statusOf } from '../../src/health/record.ts';
import { decode, encode } from '../../src/health/snapshot.ts';
import { BREAKER, excluded, halfOpen, NOW, open, ramping, TUNED } from '../support/health.ts';

const LONGEST = BREAKER.maxOpenMs;
type Targets = Readonly<Record<string, HealthRecord>>;
const saved = (record: HealthRecord, targets: Targets = {}, region = 'r') =>
  encode(new Map([[region, { record, targets: new Map(Object.entries(targets)) }]]), NOW);
const read = (snapshot: unknown, laterMs = 0) => decode(snapshot, ['r'], NOW + laterMs, LONGEST).get('r');
/** A region's own record, stored and read again. */
const back = (record: HealthRecord, laterMs = 0) => read(structuredClone(saved(record)), laterMs)?.record;
const stored = (r: unknown) => ({ version: 1, records: { r } });

test.each<[string, HealthRecord]>([
  ['a closed one', freshRecord],
  ['an open one', open(5_000)],
  ['an open one that is due', open(-5_000)],
  ['an excluded one', excluded(5_000, 'forbidden', { streak: 3, since: NOW - 9 })],
  ['one that another session excluded', excluded(5_000, 'blocked')],
  ['one that was opened often', { ...freshRecord, opens: 4, closedAt: NOW - 5_000 }],
  ['one that is all of it', { ...open(5_000), ...excluded(9_000), circuit: open(5_000).circuit, opens: 2 }],
])('T: a record comes back as it was: %s', (_, record) => {
  expect(back(record)).toEqual(record);
});

test('T: what is in flux is not stored: evidence, generations, lost connections', () => {
  const record = {
    ...open(5_000),
    generation: 7,
    points: 3,
    results: 9,
    failures: 4,
    at: NOW,
    lost: { startedAt: 1, endedAt: 2 },
  };
  expect(back(record)).toEqual(open(5_000));
});

test('T: a probe in flight is stored as a region that is open and due', () => {
  expect(back(halfOpen(9_000, {}, 'gateway', 1))).toEqual(open(0, {}, 'gateway'));
});

test('T: a ramp is not stored: another session begins with all of the traffic', () => {
  expect(back(ramping(5))).toEqual(freshRecord);
});

test('T: deployments come back that are out or open, whatever they are called', () => {
  const targets = {
    gpt: open(5_000),
    o3: excluded(9_000),
    '': excluded(9_000, 'no-deployment'),
    well: freshRecord,
    over: excluded(-1),
    ['__proto__']: open(5_000),
  };
  const found = read(structuredClone(saved(freshRecord, targets)))?.targets;
  expect([...(found ?? [])].sort()).toEqual([
    ['', excluded(9_000, 'no-deployment')],
    ['__proto__', open(5_000)],
    ['gpt', open(5_000)],
    ['o3', excluded(9_000)],
  ]);
  expect(read(JSON.parse(JSON.stringify(saved(freshRecord, targets))))?.targets).toEqual(found);
});

test('T: a region may be called what objects have by themselves', () => {
  for (const name of ['__proto__', 'constructor', 'toString']) {
    const through = structuredClone(saved(open(5_000), {}, name));
    expect(decode(through, [name], NOW, LONGEST).get(name)?.record).toEqual(open(5_000));
    expect(decode(saved(open(5_000)), [name], NOW, LONGEST).size).toBe(0);
  }
});

test('T: what is older than an hour, from the future or of another region is dropped', () => {
  const record = open(5_000);
  expect(back(record, TUNED.ttlMs)).toBeDefined();
  expect(back(record, TUNED.ttlMs + 1)).toBeUndefined();
  expect(back(record, -1)).toBeUndefined();
  expect(read(saved(record, {}, 'other'))).toBeUndefined();
});

test('T: no time lies further ahead than the longest there is', () => {
  const far = {
    ...open(1e9),
    excluded: { until: NOW + 1e9, cause: 'forbidden', streak: 1, since: NOW + 1e9 },
  } as const;
  expect(back({ ...far, opens: 99, closedAt: NOW + 5 })).toEqual({
    ...open(LONGEST),
    opens: TUNED.mostOpens,
    closedAt: NOW,
    excluded: { until: NOW + LONGEST_EXCLUSION_MS, cause: 'forbidden', streak: 1, since: NOW },
  });
});

test('T: an exclusion that is over is not read', () => {
  expect(back(excluded(5), 4)).toHaveProperty('excluded');
  expect(back(excluded(5), 5)).not.toHaveProperty('excluded');
  expect(back(open(5), 5)?.circuit.state).toBe('open');
});

test('T: a record says what it was when it was stored', () => {
  expect(saved(open(5_000), { gpt: halfOpen(9, {}, 'timeout') })).toEqual({
    version: 1,
    records: {
      r: {
        savedAt: NOW,
        open: { until: NOW + 5_000, cause: 'connect' },
        opens: 0,
        closedAt: 0,
        excluded: undefined,
        deployments: {
          gpt: { open: { until: NOW, cause: 'timeout' }, opens: 0, closedAt: 0, excluded: undefined },
        },
      },
    },
  });
});

test('T: what is stored looks the same to people when it is read again', () => {
  for (const record of [freshRecord, open(5_000), open(0), excluded(5_000, 'forbidden'), halfOpen(5)]) {
    const seen = (one: HealthRecord) => statusOf({ region: 'r', record: one, targets: new Map() }, NOW);
    expect(seen(back(record) ?? freshRecord)).toEqual(seen(record));
  }
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a number', 7],
  ['a text', 'text'],
  ['a list', []],
  ['an empty object', {}],
  ['another version', { version: 2, records: saved(open(5)).records }],
  ['a version as text', { version: '1', records: saved(open(5)).records }],
  ['no records', { version: 1 }],
  ['records that are a list', { version: 1, records: [] }],
  ['a record without a time', stored({})],
  ['a record that is no object', stored('text')],
  ['a record of a time that is none', stored({ savedAt: 'now' })],
  ['a record of no number', stored({ savedAt: Number.NaN })],
  ['a record of an endless time', stored({ savedAt: Number.NEGATIVE_INFINITY })],
  ['what it has not by itself', Object.create(saved(open(5)))],
])('T: what cannot be read decodes to nothing: %s', (_, value) => {
  expect(decode(value, ['r'], NOW, LONGEST).size).toBe(0);
});

test.each<[string, object]>([
  ['nothing said', {}],
  ['open that is no object', { open: 5 }],
  ['open without an end', { open: { cause: 'connect' } }],
  ['open without a cause', { open: { until: NOW + 5 } }],
  ['open until what is no time', { open: { until: -1, cause: 'connect' } }],
  ['open for a cause that is no text', { open: { until: NOW + 5, cause: 5 } }],
  ['counts that are none', { opens: -1, closedAt: Number.POSITIVE_INFINITY }],
  ['excluded without an end', { excluded: { cause: 'throttled', streak: 1 } }],
  ['excluded without a cause', { excluded: { until: NOW + 5, streak: 1 } }],
  ['excluded for a cause that is no text', { excluded: { until: NOW + 5, cause: {}, streak: 1 } }],
  ['deployments that are a text', { deployments: 'text' }],
  ['deployments that are null', { deployments: null }],
  ['deployments that are no objects', { deployments: { gpt: 5, o3: null, x: [] } }],
])('T: of a record, what cannot be read is as if nothing were known: %s', (_, value) => {
  expect(read(stored({ savedAt: NOW, ...value }))).toEqual({ record: freshRecord, targets: new Map() });
});

test('T: what was open until the beginning of time is open and due', () => {
  const record = { savedAt: NOW, open: { until: 0, cause: 'gateway' } };
  expect(read(stored(record))?.record.circuit).toEqual({ state: 'open', until: 0, cause: 'gateway' });
});

test('T: an exclusion without a streak is the first of it', () => {
  const read = (streak: unknown) =>
    decode(stored({ savedAt: NOW, excluded: { until: NOW + 5, cause: 'throttled', streak } }), ['r'], NOW, LONGEST).get(
      'r',
    )?.record.excluded;
  expect(read('many')).toEqual({ until: NOW + 5, cause: 'throttled', streak: 1 });
  expect(read(7)).toEqual({ until: NOW + 5, cause: 'throttled', streak: 7 });
});
