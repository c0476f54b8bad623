import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONGEST_EXCLUSION_MS } from '../../src/health/exclusion.ts';
import { decode } from '../../src/health/read-snapshot.ts';
import { freshRecord, type HealthRecord, MOST_TARGETS, statusOf } from '../../src/health/record.ts';
import { encode, type Forced, type RegionRecords, regionId } from '../../src/health/snapshot.ts';
import {
  BREAKER,
  excluded,
  halfOpen,
  idsOf,
  learnedAt,
  NOW,
  open,
  ramping,
  regionOf,
  TUNED,
} from '../support/health.ts';

const LONGEST = BREAKER.maxOpenMs;
const DAY = 86_400_000;
const IDS = idsOf('r');
const [ID = ''] = IDS.keys();
const learnedNow = (record: HealthRecord): HealthRecord => learnedAt(NOW, record);
type Targets = Readonly<Record<string, HealthRecord>>;
const saved = (region: RegionRecords, ids = IDS) =>
  encode(new Map([...ids.values()].map((name) => [name, region])), ids, NOW);
const read = (snapshot: unknown, laterMs = 0) => decode(snapshot, IDS, NOW + laterMs, LONGEST).get('r');
/** What is known of a region, stored and read again. */
const through = (region: RegionRecords, laterMs = 0) => read(JSON.parse(JSON.stringify(saved(region))), laterMs);
/** A deployment's record, learned now, stored and read again. */
const back = (record: HealthRecord, laterMs = 0) =>
  through(regionOf(freshRecord, { gpt: learnedNow(record) }), laterMs)?.targets.get('gpt');
const register = (fields: object, part = '') => ({ version: 1, records: { [ID + part]: { at: NOW, ...fields } } });
const learned = (targets: Targets): Targets =>
  Object.fromEntries(Object.entries(targets).map(([name, target]) => [name, learnedNow(target)]));

test.each<[string, HealthRecord]>([
  ['a closed one', freshRecord],
  ['an open one', open(5_000)],
  ['an open one that is due', open(-5_000)],
  ['one on its ramp', ramping(5_000)],
  ['one that the service asked to be left alone', excluded(5_000, 'throttled', { streak: 3, since: NOW - 9 })],
  ['one that another session excluded', excluded(5_000, 'no-deployment')],
  ['one that was opened often', { ...freshRecord, opens: 4, closedAt: NOW - 5_000 }],
  ['one that is all of it', { ...open(5_000), ...excluded(9_000), circuit: open(5_000).circuit, opens: 2 }],
])('T: a record comes back as it was: %s', (_, record) => {
  expect(back(record)).toEqual(learnedNow(record));
});

test('T: what is in flux is not stored: evidence, generations, lost connections', () => {
  const flux = { generation: 7, points: 3, results: 9, failures: 4, at: NOW, lost: { startedAt: 1, endedAt: 2 } };
  expect(back({ ...open(5_000), ...flux })).toEqual(learnedNow(open(5_000)));
});

test('T: of what nothing was learned nothing is stored', () => {
  expect(saved(regionOf({ ...freshRecord, points: 3 }, { gpt: { ...freshRecord, results: 9 } })).records).toEqual({});
});

test('T: a probe in flight is stored as a region that is open and due', () => {
  expect(back(halfOpen(9_000, {}, 'gateway', 1))).toEqual(learnedNow(open(-NOW, {}, 'gateway')));
});

test('T: a region that is being tested is due for others too, however far ahead the clock is of who learned of it', () => {
  const { record } = through(regionOf(learnedAt(NOW + 60_000, halfOpen(9_000)))) ?? regionOf();
  expect(statusOf({ region: 'r', record, targets: new Map() }, NOW).state).toBe('half-open');
});

test('T: a ramp goes on where it was, for as long as it was to take', () => {
  const share = (laterMs: number) => {
    const record = back(ramping(6_000), laterMs) ?? freshRecord;
    return statusOf({ region: 'r', record, targets: new Map() }, NOW + laterMs);
  };
  expect(share(0)).toMatchObject({ state: 'ramping', share: 6_000 / BREAKER.rampMs });
  expect(share(9_000)).toMatchObject({ state: 'ramping', share: 15_000 / BREAKER.rampMs });
  expect(share(BREAKER.rampMs)).toMatchObject({ state: 'closed' });
});

test('T: what only others say is not said on', () => {
  const heard = (record: HealthRecord): HealthRecord =>
    ({ ...record, circuit: { ...record.circuit, hearsay: true } }) as HealthRecord;
  for (const record of [open(5_000), open(-5), halfOpen(9_000), halfOpen(0)]) {
    expect(back(record)).toBeDefined();
    expect(back(heard(record))).toBeUndefined();
    expect(saved(regionOf(freshRecord, learned({ gpt: heard(record) }))).records).toEqual({});
  }
});

test('E: what a person’s credential caused is not stored: another one’s may be let in', () => {
  for (const cause of ['unauthorized', 'forbidden', 'blocked'] as const) {
    expect(back(excluded(5_000, cause))).toEqual(learnedNow(freshRecord));
    expect(back({ ...open(5_000), ...excluded(9_000, cause), circuit: open(5_000).circuit })).toEqual(
      learnedNow(open(5_000)),
    );
  }
});

test('T: deployments come back, whatever they are called', () => {
  const targets = learned({
    gpt: open(5_000),
    o3: excluded(9_000),
    '': excluded(9_000, 'no-deployment'),
    'a/b!forced': ramping(5),
    well: freshRecord,
    ['__proto__']: open(5_000),
  });
  const found = through(regionOf(freshRecord, targets))?.targets;
  const expected = Object.entries(targets).map(([name, target]) => [name, learnedNow(target)] as const);
  expect([...(found ?? [])].sort()).toEqual(expected.sort());
  expect(read(structuredClone(saved(regionOf(freshRecord, targets))))?.targets).toEqual(found);
});

const NAMES = ['', 'gpt', 'false', 'a/b!forced', '__proto__', 'constructor'];
const aName = fc.constantFrom(...NAMES);
const aTarget = fc.oneof(fc.constantFrom(...NAMES.slice(1)), fc.constant(false as const));
const someNames = fc.dictionary(aName, aTarget).map((names) => ({
  names: new Map([['r', names]]),
  /** What the region calls a deployment; `undefined` where that is what the caller calls it. */
  given: (said: string) => (said !== '' && Object.hasOwn(names, said) ? names[said] : undefined),
}));
const someTargets = fc.dictionary(
  aName,
  fc.nat(3).map((age) => learnedAt(NOW - age, open(5_000))),
);

test('T: what is known of a deployment is known to all who mean it, whatever they call it, as it was learned last', () => {
  const ids = idsOf('r', 'plain');
  fc.assert(
    fc.property(someTargets, someNames, someNames, (targets, theirs, ours) => {
      const region = regionOf(freshRecord, targets);
      const regions = new Map([...ids.values()].map((name) => [name, region]));
      const stored = encode(regions, ids, NOW, theirs.names);
      const found = decode(structuredClone(stored), ids, NOW, LONGEST, ours.names);
      expect(found.get('plain')?.targets ?? new Map()).toEqual(region.targets);
      for (const said of NAMES) {
        // Who has another name for it does not say the region's own.
        const isSaid = ours.given(said) !== undefined || !NAMES.some((other) => ours.given(other) === said);
        const meant = ours.given(said) ?? said;
        const same = [...region.targets].filter(
          ([name]) => isSaid && meant === (theirs.given(name) ?? name) && meant !== false,
        );
        const latest = same.length > 0 ? Math.max(...same.map(([, one]) => one.learnedAt)) : undefined;
        expect([said, found.get('r')?.targets.get(said)?.learnedAt]).toEqual([said, latest]);
      }
    }),
    { numRuns: 500 },
  );
});

test('T: what comes back from a store looks no newer, and is stored as it was', () => {
  fc.assert(
    fc.property(someTargets, someNames, (targets, { names }) => {
      const stored = encode(new Map([['r', regionOf(freshRecord, targets)]]), IDS, NOW, names);
      const again = encode(decode(stored, IDS, NOW + 5, LONGEST, names), IDS, NOW + 5, names);
      expect(again.records).toEqual(stored.records);
    }),
    { numRuns: 500 },
  );
});

test('T: of two names for one deployment, what only others say under one hides nothing that was learned under the other', () => {
  const heard: HealthRecord = {
    ...open(5_000),
    circuit: { ...open(5_000).circuit, hearsay: true } as HealthRecord['circuit'],
  };
  const names = new Map([['r', { gpt: 'big', talk: 'big' }]]);
  const region = regionOf(freshRecord, { talk: learnedAt(NOW - 5, excluded(5_000)), gpt: learnedNow(heard) });
  const found = decode(encode(new Map([['r', region]]), IDS, NOW, names), IDS, NOW, LONGEST, names).get('r')?.targets;
  expect([...(found?.values() ?? [])].map(({ learnedAt }) => learnedAt)).toEqual([NOW - 5, NOW - 5]);
});

test('T: however many names callers have for a deployment, no more are read than are ever known', () => {
  const many = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`d${i}`, 'gpt']));
  const found = decode(
    saved(regionOf(freshRecord, { gpt: learnedNow(open(5_000)) })),
    IDS,
    NOW,
    LONGEST,
    new Map([['r', many]]),
  );
  expect(found.get('r')?.targets.size).toBe(MOST_TARGETS);
});

test('T: a region may be called what objects have by themselves', () => {
  for (const name of ['__proto__', 'constructor', 'toString', '', '/', '#', '!forced']) {
    const ids = idsOf(name, 'another');
    const region = regionOf(learnedNow(open(5_000)), learned({ gpt: open(9_000) }));
    const found = decode(structuredClone(saved(region, ids)), ids, NOW, LONGEST);
    for (const one of [name, 'another']) {
      expect(found.get(one)?.record).toEqual(learnedNow(open(5_000)));
      expect(found.get(one)?.targets.get('gpt')).toEqual(learnedNow(open(9_000)));
    }
  }
});

test('T: a region of the same name at another endpoint is another region', () => {
  const region = regionOf(learnedNow(open(5_000)), learned({ gpt: open(5_000) }), {
    forced: { to: 'out', until: NOW + 5, at: NOW },
  });
  const moved = new Map([[regionId('r', 'https://elsewhere.openai.azure.com'), 'r']]);
  expect(decode(saved(region), moved, NOW, LONGEST).size).toBe(0);
  expect(decode(saved(region), idsOf('other'), NOW, LONGEST).size).toBe(0);
  expect(read(saved(region))?.record).toEqual(learnedNow(open(5_000)));
});

test('E: what a store calls a region does not give its endpoint away', () => {
  expect(regionId('r', 'https://user:secret@contoso.openai.azure.com/path')).toMatch(/^r#[a-z0-9]+-[a-z0-9]+$/);
});

test('T: what is older than an hour is neither stored nor read', () => {
  const record = learnedAt(NOW - TUNED.ttlMs + 1, open(5_000));
  const snapshot = saved(regionOf(record, { gpt: record }));
  expect(Object.keys(snapshot.records)).toEqual([ID, `${ID}/gpt`]);
  expect(read(snapshot)).toMatchObject({ record: { learnedAt: record.learnedAt } });
  const later = read(snapshot, 1);
  expect([later?.record, later?.targets.size]).toEqual([freshRecord, 0]);
  const old = learnedAt(NOW - TUNED.ttlMs, open(5_000));
  expect(saved(regionOf(old, { gpt: old })).records).toEqual({});
});

test('T: what comes from further in the future than clocks differ is dropped', () => {
  const at = (ms: number) => ({ version: 1, records: { [ID]: { at: NOW + ms, opens: 3 } } });
  expect(read(at(TUNED.skewMs))?.record.opens).toBe(3);
  expect(read(at(TUNED.skewMs + 1))).toBeUndefined();
});

test('T: no time lies further ahead than the longest there is', () => {
  const far = {
    ...open(1e9),
    excluded: { until: NOW + 1e9, cause: 'throttled', streak: 1, since: NOW + 1e9 },
  } as const;
  expect(back({ ...far, opens: 99, closedAt: NOW + 5 })).toEqual({
    ...learnedNow(open(LONGEST)),
    opens: TUNED.mostOpens,
    closedAt: NOW,
    excluded: { until: NOW + LONGEST_EXCLUSION_MS, cause: 'throttled', streak: 1, since: NOW },
  });
  expect(back(ramping(-1e9, {}, 1e9))?.circuit).toEqual({ state: 'ramping', since: NOW, overMs: TUNED.ttlMs });
});

test('T: however often it is read, an end that is too far off comes no later than the longest after it was learned', () => {
  const far = register(
    {
      open: { until: NOW + 1e12, cause: 'connect' },
      excluded: { until: NOW + 1e12, cause: 'throttled', streak: 1 },
    },
    '/gpt',
  );
  for (const laterMs of [0, 60_000, LONGEST, 700_000, TUNED.ttlMs - 1]) {
    const { circuit, excluded } = read(far, laterMs)?.targets.get('gpt') ?? freshRecord;
    expect(circuit).toMatchObject({ until: NOW + LONGEST });
    if (laterMs < LONGEST_EXCLUSION_MS) expect(excluded?.until).toBe(NOW + LONGEST_EXCLUSION_MS);
    else expect(excluded).toBeUndefined();
  }
});

test('T: an exclusion that is over is not read', () => {
  expect(back(excluded(5), 4)).toHaveProperty('excluded');
  expect(back(excluded(5), 5)).not.toHaveProperty('excluded');
  expect(back(open(5), 5)?.circuit.state).toBe('open');
});

test.each<[string, Forced]>([
  ['out', { to: 'out', until: NOW + 5_000, at: NOW }],
  ['in', { to: 'in', until: NOW + 5_000, at: NOW - DAY + 5_000 }],
  ['let go', { to: 'auto', until: NOW + 5_000, at: NOW }],
])('T: what somebody has said of a region comes back: %s', (_, forced) => {
  expect(through(regionOf(freshRecord, {}, { forced }))?.forced).toEqual(forced);
});

test('T: what somebody has said holds for as long as they said, and for a day at most', () => {
  const told = (until: number, at = NOW) => regionOf(freshRecord, {}, { forced: { to: 'out', until, at } });
  expect(through(told(NOW + 5_000), 4_999)?.forced).toBeDefined();
  expect(through(told(NOW + 5_000), 5_000)?.forced).toBeUndefined();
  const forEver = told(Number.POSITIVE_INFINITY);
  expect(through(forEver)?.forced).toEqual({ to: 'out', until: NOW + DAY, at: NOW });
  expect(through(forEver, DAY - 1)?.forced?.until).toBe(NOW + DAY);
  expect(through(forEver, DAY)?.forced).toBeUndefined();
  expect(saved(told(NOW + 5_000, NOW - DAY)).records).toEqual({});
});

test('T: however often it is read, nobody has said anything for longer than a day', () => {
  const odd = register({ to: 'out', until: NOW + 1e12 }, '!forced');
  for (const laterMs of [0, 5_000, DAY - 1]) expect(read(odd, laterMs)?.forced?.until).toBe(NOW + DAY);
  for (const laterMs of [DAY, 7 * DAY]) expect(read(odd, laterMs)?.forced).toBeUndefined();
});

test('T: latencies come back for a day', () => {
  const [stream, whole] = [
    { meanMs: 300.5, p95Ms: 900, samples: 30, at: NOW - 5 },
    { meanMs: 0, p95Ms: 1, samples: 1, at: NOW },
  ];
  const region = regionOf(freshRecord, {}, { latency: { stream, whole } });
  expect(through(region)?.latency).toEqual({ stream, whole });
  expect(through(region, DAY - 5)?.latency).toEqual({ whole });
  expect(through(region, DAY)?.latency).toEqual({});
  expect(saved(regionOf(freshRecord, {}, { latency: { stream: { ...stream, at: NOW - DAY } } })).records).toEqual({});
});

test('T: a record says what it was when it was stored, and when it was learned', () => {
  const region = regionOf(learnedAt(NOW - 5, open(5_000)), { gpt: learnedAt(NOW - 7, halfOpen(9, {}, 'timeout')) });
  expect(saved(region)).toEqual({
    version: 1,
    savedAt: NOW,
    records: {
      [ID]: { at: NOW - 5, open: { until: NOW + 5_000, cause: 'connect' }, opens: 0, closedAt: 0 },
      [`${ID}/gpt`]: { at: NOW - 7, open: { until: 0, cause: 'timeout' }, opens: 0, closedAt: 0 },
    },
  });
});

test('T: what is stored looks the same to people when it is read again', () => {
  for (const record of [freshRecord, open(5_000), open(0), excluded(5_000, 'throttled'), halfOpen(5), ramping(9_000)]) {
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
  ['another version', { ...register({}), version: 2 }],
  ['a version as text', { ...register({}), version: '1' }],
  ['no records', { version: 1 }],
  ['records that are a list', { version: 1, records: [] }],
  ['records that are a text', { version: 1, records: ID }],
  ['a record without a time', register({ at: undefined })],
  ['a record that is no object', { version: 1, records: { [ID]: 'text' } }],
  ['a record that is nothing', { version: 1, records: { [ID]: null } }],
  ['a record of a time that is none', register({ at: 'now' })],
  ['a record of no number', register({ at: Number.NaN })],
  ['a record of a time before all times', register({ at: -1 })],
  ['a record of an endless time', register({ at: Number.NEGATIVE_INFINITY })],
])('T: what cannot be read decodes to nothing: %s', (_, value) => {
  expect(decode(value, IDS, NOW, LONGEST).size).toBe(0);
});

test.each<[string, object]>([
  ['nothing said', {}],
  ['open that is no object', { open: 5 }],
  ['open without an end', { open: { cause: 'connect' } }],
  ['open without a cause', { open: { until: NOW + 5 } }],
  ['open until what is no time', { open: { until: -1, cause: 'connect' } }],
  ['open for a cause that is no text', { open: { until: NOW + 5, cause: 5 } }],
  ['open for a cause that is no name', { open: { until: NOW + 5, cause: 'See https://contoso.com' } }],
  ['open for a cause without end', { open: { until: NOW + 5, cause: 'x'.repeat(21) } }],
  ['a ramp that is no object', { ramp: true }],
  ['a ramp without a beginning', { ramp: { overMs: 5 } }],
  ['a ramp that takes no time', { ramp: { since: NOW, overMs: 0 } }],
  ['counts that are none', { opens: -1, closedAt: Number.POSITIVE_INFINITY }],
  ['excluded without an end', { excluded: { cause: 'throttled', streak: 1 } }],
  ['excluded without a cause', { excluded: { until: NOW + 5, streak: 1 } }],
  ['excluded for another’s credential', { excluded: { until: NOW + 5, cause: 'forbidden', streak: 1 } }],
  ['excluded for a cause that is no name', { excluded: { until: NOW + 5, cause: '', streak: 1 } }],
  ['excluded for a cause that is no text', { excluded: { until: NOW + 5, cause: {}, streak: 1 } }],
])('T: of a record, what cannot be read is as if nothing were known: %s', (_, value) => {
  for (const part of ['', '/gpt']) {
    const { record, targets } = read(register(value, part)) ?? regionOf();
    expect(part ? targets.get('gpt') : record).toEqual(learnedNow(freshRecord));
  }
});

test.each<[string, string, object]>([
  ['a latency without samples', '!whole', { meanMs: 5, p95Ms: 5 }],
  ['a latency of no number', '!stream', { meanMs: Number.NaN, p95Ms: 5, samples: 1 }],
  ['what somebody is said to have said', '!forced', { to: 'away', until: NOW + 5 }],
  ['what somebody has said without an end', '!forced', { to: 'out' }],
  ['what is told of a region and has another name', '!more', { to: 'out', until: NOW + 5 }],
  ['what begins like a region', 'x', { open: { until: NOW + 5, cause: 'connect' } }],
])('T: of a region, what cannot be read is as if nothing were known: %s', (_, part, fields) => {
  expect(read(register(fields, part)) ?? regionOf()).toEqual(regionOf());
});

test('T: what was open until the beginning of time is open and due', () => {
  const record = register({ open: { until: 0, cause: 'gateway' } });
  expect(read(record)?.record.circuit).toEqual({ state: 'open', until: 0, cause: 'gateway' });
});

test('T: an exclusion without a streak is the first of it', () => {
  const streakOf = (streak: unknown) =>
    read(register({ excluded: { until: NOW + 5, cause: 'throttled', streak } }, '/gpt'))?.targets.get('gpt')?.excluded;
  expect(streakOf('many')).toEqual({ until: NOW + 5, cause: 'throttled', streak: 1 });
  expect(streakOf(7)).toEqual({ until: NOW + 5, cause: 'throttled', streak: 7 });
});

test('H: a deployment is asked to wait, and never a region: of a region nothing of the kind is read', () => {
  const waits = { excluded: { until: NOW + 5, cause: 'throttled', streak: 1 } };
  expect(read(register(waits))?.record).toEqual(learnedNow(freshRecord));
  expect(read(register(waits, '/gpt'))?.targets.get('gpt')).toEqual(learnedNow(excluded(5)));
});
