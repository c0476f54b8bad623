import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freshRecord, type RegionRecord, statusOf } from '../../src/health/record.ts';
import { decode, encode } from '../../src/health/snapshot.ts';
import { after, anyRecord, NOW } from '../support/health.ts';

const LONGEST = 120_000;
const back = (record: RegionRecord, laterMs = 0, through: (value: unknown) => unknown = structuredClone) =>
  decode(through(encode(new Map([['r', record]]), NOW)), ['r'], NOW + laterMs, LONGEST).get('r');

test.each<[string, RegionRecord]>([
  ['a closed one', freshRecord],
  ['an open one', after(freshRecord, ['connect', 'connect'])],
  ['a cooling one', after(freshRecord, ['throttled'])],
  ['one that was opened often', { ...freshRecord, opens: 4, closedAt: NOW - 5_000 }],
])('T: a record comes back as it was: %s', (_, record) => {
  expect(back(record)).toEqual({ ...record, points: 0, at: 0, generation: 0 });
});

test('T: a probe in flight is stored as a region that is open and due', () => {
  const record: RegionRecord = {
    ...freshRecord,
    circuit: { state: 'half-open', cause: 'gateway', probeUntil: NOW + 9_000, successes: 1 },
  };
  expect(back(record)?.circuit).toEqual({ state: 'open', until: NOW, cause: 'gateway' });
});

test('T: what is older than an hour, from the future or of another region is dropped', () => {
  const record = after(freshRecord, ['connect', 'connect']);
  expect(back(record, 3_600_000)).toBeDefined();
  expect(back(record, 3_600_001)).toBeUndefined();
  expect(back(record, -1)).toBeUndefined();
  expect(decode(encode(new Map([['other', record]]), NOW), ['r'], NOW, LONGEST).size).toBe(0);
});

test('T: no time lies further ahead than the longest there is', () => {
  const far: RegionRecord = {
    ...freshRecord,
    circuit: { state: 'open', until: NOW + 1e9, cause: 'connect' },
    excluded: { until: NOW + 1e9, cause: 'forbidden', streak: 1 },
  };
  expect(back(far)).toMatchObject({ circuit: { until: NOW + LONGEST }, excluded: { until: NOW + 600_000 } });
});

test('T: what comes back from JSON and from a structured clone is the same, and looks the same', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const viaJson = back(record, 0, (value) => JSON.parse(JSON.stringify(value)));
      expect(viaJson).toEqual(back(record));
      if (record.excluded || record.circuit.state !== 'open' || record.circuit.until > NOW + LONGEST) return;
      const [before, restored] = [statusOf('r', record, NOW), statusOf('r', viaJson ?? freshRecord, NOW)];
      expect(restored.state).toBe(before.state);
    }),
    { numRuns: 1_000 },
  );
});

const SHAPES = [
  'version',
  'records',
  'r',
  'savedAt',
  'open',
  'until',
  'cause',
  'opens',
  'closedAt',
  'excluded',
  'deployments',
  'streak',
];
const garbage = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.anything(),
    fc.constantFrom(1, NOW, NOW - 5, 'connect', null),
    fc.dictionary(fc.constantFrom(...SHAPES, '__proto__'), tie('value')),
  ),
})).value;

test('T: garbage decodes to nothing, or to records that can be worked with; it never throws', () => {
  fc.assert(
    fc.property(garbage, garbage, (value, record) => {
      expect(decode(value, ['r'], NOW, LONGEST).size).toBeLessThanOrEqual(1);
      const half = { version: 1, records: { r: typeof record === 'object' ? { savedAt: NOW, ...record } : record } };
      for (const made of decode(half, ['r'], NOW, LONGEST).values()) {
        expect(() => statusOf('r', made, NOW)).not.toThrow();
        expect(Number.isFinite(made.opens) && Number.isFinite(made.closedAt)).toBe(true);
        const ends = [made.excluded, ...Object.values(made.deployments)].map((held) => held?.until ?? 0);
        for (const end of ends) expect(end).toBeLessThanOrEqual(NOW + 600_000);
      }
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  undefined,
  null,
  7,
  'text',
  [],
  {},
  { version: 2, records: {} },
  { version: 1 },
  { version: 1, records: { r: {} } },
])('T: %j decodes to nothing', (value) => {
  expect(decode(value, ['r'], NOW, LONGEST).size).toBe(0);
});
