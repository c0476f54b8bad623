import { expect, test } from 'vitest';
import { freshRecord, type RegionRecord } from '../../src/health/record.ts';
import { evidence, reduce } from '../../src/health/reduce.ts';
import { after, BREAKER, NOW, outcome, type What } from '../support/health.ts';

const half = () => 0.5;
const ms = (record: RegionRecord) => (record.circuit.state === 'open' ? record.circuit.until - NOW : undefined);
const opened = after(freshRecord, ['connect', 'connect']);
const probing = reduce(opened, { type: 'probe', until: NOW + 9_000 }, BREAKER, NOW, half);

test.each<[readonly What[], 'open' | 'closed']>([
  [['connect'], 'closed'],
  [['connect', 'connect'], 'open'],
  [['network', 'network'], 'closed'],
  [['network', 'network', 'network'], 'open'],
  [['gateway', 'gateway', 'gateway'], 'open'],
  [['timeout', 'timeout', 'timeout'], 'open'],
  [['bad-body', 'bad-body', 'bad-body'], 'open'],
  [['server-error', 'server-error', 'server-error', 'server-error'], 'closed'],
  [['server-error', 'server-error', 'server-error', 'server-error', 'server-error'], 'open'],
  [['connect', 'gateway'], 'closed'],
  [['connect', 'gateway', 'server-error'], 'open'],
  [['connect', 'ok', 'connect', 'ok', 'connect'], 'closed'],
  [['gateway', 'gateway', 'throttled', 'gateway'], 'open'],
])('K: after %j a region is %s', (whats, state) => {
  expect(after(freshRecord, whats).circuit.state).toBe(state);
});

test.each([
  [0, 5],
  [60_000, 4.35],
  [300_000, 2.5],
  [3_000_000, 0.005],
])('K: after %i ms five points are worth about %d', (later, points) => {
  expect(evidence({ ...freshRecord, points: 5, at: NOW }, NOW + later)).toBeCloseTo(points, 1);
});

test('K: a region that held for two minutes is forgiven one opening', () => {
  const again = (heldMs: number) =>
    ms(after({ ...freshRecord, opens: 3, closedAt: NOW - heldMs }, ['connect', 'connect'], NOW, 0.999999)) ?? 0;
  expect([0, 119_000, 120_000, 360_000, 1e9].map((heldMs) => Math.round(again(heldMs) / 1_000))).toEqual([
    40, 40, 20, 5, 5,
  ]);
});

test.each<[string, readonly What[], RegionRecord['circuit']['state']]>([
  ['one success is not enough', ['ok'], 'half-open'],
  ['two successes close it', ['ok', 'ok'], 'closed'],
  ['a failure opens it again', ['server-error'], 'open'],
  ['a failure after a success opens it again', ['ok', 'gateway'], 'open'],
  ['any answer shows that it can be reached', ['throttled', 'invalid'], 'closed'],
  ['an abort teaches nothing', ['aborted', 'aborted', 'aborted'], 'half-open'],
  ['a missing token teaches nothing', ['token-source', 'token-source'], 'half-open'],
])('K: half-open after a dead connection, %s', (_, whats, state) => {
  expect(after(probing, whats).circuit.state).toBe(state);
});

test('K: half-open after server errors, only a good answer counts', () => {
  const failing = after(freshRecord, ['server-error', 'server-error', 'server-error', 'server-error', 'server-error']);
  const asking = reduce(failing, { type: 'probe', until: NOW + 9_000 }, BREAKER, NOW, half);
  expect(after(asking, ['throttled', 'invalid', 'forbidden']).circuit).toMatchObject({
    state: 'half-open',
    successes: 0,
    probeUntil: 0,
  });
  expect(after(asking, ['ok', 'throttled', 'ok']).circuit.state).toBe('closed');
});

test('K: an abort gives the probe’s place back', () => {
  expect(probing.circuit).toMatchObject({ state: 'half-open', probeUntil: NOW + 9_000 });
  expect(after(probing, ['aborted']).circuit).toMatchObject({ state: 'half-open', probeUntil: 0 });
  const release = { type: 'release', generation: probing.generation } as const;
  expect(reduce(probing, release, BREAKER, NOW, half).circuit).toMatchObject({ probeUntil: 0 });
});

test.each<[What, number | undefined, number, number]>([
  ['throttled', 7_000, 7_000, 7_700],
  ['throttled', 60_000, 60_000, 61_000],
  ['throttled', undefined, 10_000, 11_000],
  ['no-capacity', undefined, 10_000, 11_000],
  ['throttled', 86_400_000, 600_000, 601_000],
  ['no-deployment', undefined, 300_000, 301_000],
])('I: %s with a hint of %s ms cools the deployment for %i to %i ms', (what, retryAfterMs, least, most) => {
  for (const chance of [0, 0.999999]) {
    const record = reduce(
      freshRecord,
      outcome(freshRecord, what, retryAfterMs === undefined ? {} : { retryAfterMs }),
      BREAKER,
      NOW,
      () => chance,
    );
    const forMs = (record.deployments['gpt']?.until ?? 0) - NOW;
    expect(forMs).toBeGreaterThanOrEqual(least);
    expect(forMs).toBeLessThanOrEqual(most);
    expect(record).toMatchObject({ circuit: { state: 'closed' }, points: 0 });
  }
});

test('I: without hints, cool-downs that follow each other double, up to a minute, until a success', () => {
  let [record, now] = [freshRecord as RegionRecord, NOW];
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    record = reduce(record, outcome(record, 'throttled', { now }), BREAKER, now, () => 0);
    const until = record.deployments['gpt']?.until ?? 0;
    times.push(until - now);
    now = until;
  }
  expect(times).toEqual([10_000, 20_000, 40_000, 60_000, 60_000]);
  record = reduce(record, outcome(record, 'ok', { now }), BREAKER, now, half);
  expect(record.deployments).toEqual({});
});

test('I: a hundred refusals at once are one', () => {
  const record = after(
    freshRecord,
    Array.from({ length: 100 }, () => 'throttled'),
    NOW,
    0,
  );
  expect(record.deployments['gpt']).toMatchObject({ until: NOW + 10_000, streak: 1 });
});

test('I: of two hints the later end stands', () => {
  const long = reduce(freshRecord, outcome(freshRecord, 'throttled', { retryAfterMs: 60_000 }), BREAKER, NOW, () => 0);
  const both = reduce(long, outcome(long, 'throttled', { retryAfterMs: 1_000 }), BREAKER, NOW + 5, () => 0);
  expect(both.deployments['gpt']?.until).toBe(NOW + 60_000);
});

test('H: a success that began before a cool-down says nothing of it', () => {
  const cooling = reduce(
    freshRecord,
    outcome(freshRecord, 'throttled', { retryAfterMs: 5_000 }),
    BREAKER,
    NOW,
    () => 0,
  );
  const early = reduce(cooling, outcome(cooling, 'ok', { startedAt: NOW - 10 }), BREAKER, NOW + 50, half);
  expect(early.deployments['gpt']?.until).toBe(NOW + 5_000);
  const other = reduce(
    cooling,
    outcome(cooling, 'ok', { deployment: 'o3', now: NOW + 9_000 }),
    BREAKER,
    NOW + 9_000,
    half,
  );
  expect(other.deployments).toHaveProperty('gpt');
});
