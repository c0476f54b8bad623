import { expect, test } from 'vitest';
import { type Circuit, freshRecord, type HealthRecord, shareOf, statusOf } from '../../src/health/record.ts';
import { BREAKER, excluded, halfOpen, NOW, open, ramping, TUNED } from '../support/health.ts';

const { rampMs } = BREAKER;
const { leastShare } = TUNED;

test.each<[string, Circuit, number]>([
  ['closed', { state: 'closed' }, 1],
  ['open', { state: 'open', until: NOW + 5, cause: 'connect' }, 0],
  ['open and due', { state: 'open', until: NOW - 5, cause: 'connect' }, 0],
  ['half-open', { state: 'half-open', cause: 'connect', probeUntil: 0, successes: 1 }, 0],
  ['at the foot of its ramp', { state: 'ramping', since: NOW, overMs: rampMs }, leastShare],
  ['a tenth up its ramp', { state: 'ramping', since: NOW - rampMs / 10, overMs: rampMs }, leastShare],
  ['half up its ramp', { state: 'ramping', since: NOW - rampMs / 2, overMs: rampMs }, 1 / 2],
  ['nine tenths up its ramp', { state: 'ramping', since: NOW - rampMs * 0.9, overMs: rampMs }, 0.9],
  ['past its ramp', { state: 'ramping', since: NOW - rampMs, overMs: rampMs }, 1],
  ['long past its ramp', { state: 'ramping', since: NOW - 1e9, overMs: rampMs }, 1],
  ['on a ramp that begins in the future', { state: 'ramping', since: NOW + 1, overMs: rampMs }, 1],
])('K: a circuit that is %s lets through its share', (_, circuit, share) => {
  expect(shareOf(circuit, NOW)).toBeCloseTo(share, 12);
});

const seen = (
  record: HealthRecord,
  targets: Readonly<Record<string, HealthRecord>> = {},
  more: Partial<Parameters<typeof statusOf>[0]> = {},
) => statusOf({ region: 'r', record, targets: new Map(Object.entries(targets)), ...more }, NOW);

test.each<[string, HealthRecord, object]>([
  ['fresh', freshRecord, { state: 'closed' }],
  ['open', open(5), { state: 'open', until: NOW + 5, cause: 'connect' }],
  ['open and due', open(0), { state: 'half-open', cause: 'connect' }],
  ['half-open', halfOpen(0, {}, 'gateway'), { state: 'half-open', cause: 'gateway' }],
  ['half-open, its probe under way', halfOpen(9), { state: 'half-open', cause: 'connect' }],
  ['on its ramp', ramping(rampMs / 2), { state: 'ramping', share: 1 / 2 }],
  ['past its ramp', ramping(rampMs), { state: 'closed' }],
  ['excluded', excluded(5, 'forbidden'), { state: 'open', until: NOW + 5, cause: 'forbidden' }],
  ['no longer excluded', excluded(0, 'forbidden'), { state: 'closed' }],
  [
    'excluded, and open for longer',
    { ...open(9), excluded: { until: NOW + 5, cause: 'forbidden', streak: 1 } },
    { state: 'open', until: NOW + 5, cause: 'forbidden' },
  ],
])('status: a record that is %s', (_, record, status) => {
  expect(seen(record)).toEqual({ region: 'r', deployments: {}, ...status });
});

test('status: latency in whole ms, and what it was forced to, where they are known', () => {
  expect(seen(freshRecord, {}, { latencyMs: 12.6, forced: 'in' })).toEqual({
    region: 'r',
    state: 'closed',
    deployments: {},
    latencyMs: 13,
    forced: 'in',
  });
  expect(seen(freshRecord, {}, { latencyMs: 0 })).toMatchObject({ latencyMs: 0 });
  expect(Object.keys(seen(freshRecord, {}, { latencyMs: undefined, forced: undefined })).sort()).toEqual([
    'deployments',
    'region',
    'state',
  ]);
});

test.each<[string, HealthRecord, object | undefined]>([
  ['closed', freshRecord, undefined],
  ['open', open(5), { until: NOW + 5, cause: 'connect' }],
  ['open and due', open(0), undefined],
  ['half-open', halfOpen(5), undefined],
  ['cooling', excluded(5), { until: NOW + 5, cause: 'throttled' }],
  ['no longer cooling', excluded(0), undefined],
  [
    'open, and cooling for longer',
    { ...open(5), ...excluded(9), circuit: open(5).circuit },
    { until: NOW + 9, cause: 'throttled' },
  ],
  ['cooling, and open for longer', { ...excluded(5), circuit: open(9).circuit }, { until: NOW + 9, cause: 'connect' }],
])('status: a deployment that is %s', (_, target, deployment) => {
  expect(seen(freshRecord, { gpt: target, o3: freshRecord }).deployments).toEqual(
    deployment === undefined ? {} : { gpt: deployment },
  );
});

test.each(['__proto__', 'constructor', ''])('V: a deployment may be called "%s"', (name) => {
  const targets = new Map([[name, open(5)]]);
  const { deployments } = statusOf({ region: 'r', record: freshRecord, targets }, NOW);
  expect(Object.entries(deployments)).toEqual([[name, { until: NOW + 5, cause: 'connect' }]]);
});

test.each<[string, HealthRecord, Readonly<Record<string, HealthRecord>>, object]>([
  ['none of its deployments is known', freshRecord, {}, { state: 'closed' }],
  ['its only deployment is out', freshRecord, { gpt: open(5, {}, 'server-error') }, { state: 'open', until: NOW + 5 }],
  ['its only deployment is asked again', freshRecord, { gpt: halfOpen(5, {}, 'timeout') }, { state: 'half-open' }],
  ['its only deployment is on its ramp', freshRecord, { gpt: ramping(rampMs / 2) }, { state: 'ramping', share: 0.5 }],
  ['all of its deployments are out', freshRecord, { gpt: open(5), o3: open(9) }, { state: 'open', until: NOW + 5 }],
  ['one of its deployments is not', freshRecord, { gpt: open(5), o3: freshRecord }, { state: 'closed' }],
  ['one of its deployments is past its ramp', freshRecord, { o3: open(9), gpt: ramping(rampMs) }, { state: 'closed' }],
  ['its only deployment is cooling', freshRecord, { gpt: excluded(5) }, { state: 'closed' }],
  ['it is on its own ramp', ramping(rampMs / 2), { gpt: open(5) }, { state: 'ramping', share: 0.5 }],
  ['it is open itself', open(9, {}, 'gateway'), { gpt: open(5) }, { state: 'open', until: NOW + 9, cause: 'gateway' }],
])('status: a region where %s', (_, record, targets, status) => {
  expect(seen(record, targets)).toMatchObject(status);
});
