import { expect, test } from 'vitest';
import { fullReserve } from '../../src/health/budget.ts';
import { freshRecord, type HealthRecord, MOST_TARGETS } from '../../src/health/record.ts';
import { RegionHealth } from '../../src/health/region-health.ts';
import {
  alive,
  BREAKER,
  conditions,
  excluded,
  failure,
  halfOpen,
  known,
  NOW,
  open,
  probe,
  question,
  ramping,
  refusal,
  type Step,
  success,
} from '../support/health.ts';

const of = (record: HealthRecord = freshRecord, gpt?: HealthRecord): RegionHealth => {
  const region = new RegionHealth('r0', 'https://r0');
  region.record = record;
  if (gpt) region.targets.set('gpt', gpt);
  return region;
};
const apply = (region: RegionHealth, deployment: string | undefined, step: Step, options = conditions()) => {
  const record = deployment === undefined ? region.record : region.target(deployment);
  return region.apply(deployment, step(record, NOW), options);
};

test('a region begins with nothing known of it', () => {
  expect(of()).toMatchObject({
    name: 'r0',
    site: 'https://r0',
    record: freshRecord,
    budget: fullReserve,
    inFlight: 0,
    forced: undefined,
  });
  expect(of().target('gpt')).toBe(freshRecord);
  expect(of().targets.size).toBe(0);
});

test('H: an event changes the scope that it is about', () => {
  const region = of();
  apply(region, undefined, failure('connect'));
  expect([region.record.results, region.target('gpt').results]).toEqual([1, 0]);
  apply(region, 'gpt', failure('timeout'));
  apply(region, '', failure('timeout'));
  expect([region.record.results, region.target('gpt').results, region.target('').results]).toEqual([1, 1, 1]);
});

test('V: what showed nothing of a deployment is not kept', () => {
  const region = of();
  apply(region, 'gpt', alive());
  expect(region.targets.size).toBe(0);
});

test('people hear of what changes what is believed, and of nothing else', () => {
  const due = { ...freshRecord, points: 4.5, at: NOW };
  expect(apply(of(), undefined, alive())).toBeUndefined();
  expect(apply(of(), undefined, success())).toBeUndefined();
  expect(apply(of(), 'gpt', failure('timeout'))).toBeUndefined();
  expect(apply(of(due), undefined, failure('server-error'))).toBe('learned');
  expect(apply(of(freshRecord, due), 'gpt', failure('server-error'))).toBe('learned');
  expect(apply(of(), 'gpt', refusal('throttled'))).toBe('learned');
  expect(apply(of(), undefined, refusal('forbidden'))).toBe('seen');
  expect(apply(of(excluded(-5)), undefined, success())).toBe('learned');
  expect(apply(of(open(-5)), undefined, probe())).toBe('seen');
  expect(apply(of(open(-5)), undefined, question())).toBeUndefined();
  expect(apply(of(ramping(BREAKER.rampMs)), undefined, success())).toBe('seen');
});

test('V: what is known of deployments is bounded, the oldest goes first', () => {
  const region = of();
  for (let i = 0; i < MOST_TARGETS; i++) apply(region, `d${i}`, success());
  apply(region, 'd0', success());
  expect([...region.targets.keys()].slice(0, 2)).toEqual(['d0', 'd1']);
  apply(region, 'one-more', success());
  expect(region.targets.size).toBe(MOST_TARGETS);
  expect(region.target('d0')).toBe(freshRecord);
  expect([...region.targets.keys()].at(-1)).toBe('one-more');
});

test('I: of deployments, those that nothing is held against are forgotten first', () => {
  const region = of();
  apply(region, 'cooling', refusal('throttled'));
  region.targets.set('open', open(5_000));
  for (let i = 0; i < 2 * MOST_TARGETS; i++) apply(region, `d${i}`, success());
  expect(region.targets.size).toBe(MOST_TARGETS);
  expect(region.target('cooling').excluded?.cause).toBe('throttled');
  expect(region.target('open').circuit.state).toBe('open');
});

test.each([
  [-1, 'out'],
  [0, undefined],
  [1, undefined],
] as const)('L: what it was forced to holds until its end: %i ms after it, %s', (later, forced) => {
  const region = of();
  region.forced = { to: 'out', until: NOW, at: NOW };
  expect(region.forcedAt(NOW + later)).toBe(forced);
  expect(of().forcedAt(NOW)).toBeUndefined();
});

test.each<[string, HealthRecord, HealthRecord | undefined, readonly [region: boolean, gpt: boolean]]>([
  ['well', freshRecord, undefined, [true, true]],
  ['on its ramp', ramping(0), undefined, [true, true]],
  ['open', open(5), undefined, [false, false]],
  ['open and due', open(0), undefined, [false, false]],
  ['half-open', halfOpen(0), undefined, [false, false]],
  ['excluded', excluded(5, 'forbidden'), undefined, [false, false]],
  ['no longer excluded', excluded(0, 'forbidden'), undefined, [true, true]],
  ['well, but for the deployment', freshRecord, open(5), [true, false]],
  ['well, with the deployment cooling', freshRecord, excluded(5), [true, false]],
  ['well, with the deployment on its ramp', freshRecord, ramping(5), [true, true]],
])('L: calls are sent as usual to a region that is %s', (_, record, gpt, [any, one]) => {
  const region = of(record, gpt);
  expect([region.isUsable(undefined, NOW), region.isUsable('gpt', NOW)]).toEqual([any, one]);
  region.forced = { to: 'out', until: NOW + 5, at: NOW };
  expect([region.isUsable(undefined, NOW), region.isUsable('gpt', NOW)]).toEqual([false, false]);
  region.forced = { to: 'in', until: NOW + 5, at: NOW };
  expect([region.isUsable(undefined, NOW), region.isUsable('gpt', NOW)]).toEqual([any, one]);
});

test('a call is told what is known of its deployment and of answers like its own', () => {
  const [{ region: r0 } = {} as never] = known([{}]);
  const region = of(ramping(0), open(5));
  region.inFlight = 3;
  region.forced = { to: 'in', until: NOW + 5, at: NOW };
  region.latency.stream = { meanMs: 100, p95Ms: 1, samples: 1, at: NOW };
  region.latency.whole = { meanMs: 900, p95Ms: 1, samples: 1, at: NOW };
  const told = (deployment: string, stream: boolean) => region.knownFor(r0, deployment, stream, true, NOW);
  expect(told('gpt', true)).toMatchObject({
    region: r0,
    record: region.record,
    target: open(5),
    forced: 'in',
    suspected: true,
    inFlight: 3,
  });
  expect(told('o3', true).target).toBeUndefined();
  expect(told('gpt', true).status()).toEqual(region.statusAt(NOW, 'stream'));
  expect([told('gpt', true).status().latencyMs, told('gpt', false).status().latencyMs]).toEqual([100, 900]);
  delete region.latency.stream;
  expect(told('gpt', true).status()).not.toHaveProperty('latencyMs');
});

test('people are told the latency of streams, and where there are none, of other answers', () => {
  const region = of();
  expect(region.statusAt(NOW)).not.toHaveProperty('latencyMs');
  region.latency.whole = { meanMs: 900, p95Ms: 1, samples: 1, at: NOW };
  expect([region.statusAt(NOW).latencyMs, region.statusAt(NOW, 'stream').latencyMs]).toEqual([900, undefined]);
  region.latency.stream = { meanMs: 100, p95Ms: 1, samples: 1, at: NOW };
  expect([region.statusAt(NOW).latencyMs, region.statusAt(NOW, 'whole').latencyMs]).toEqual([100, 900]);
  region.forced = { to: 'out', until: NOW + 1, at: NOW };
  expect(region.statusAt(NOW)).toMatchObject({ region: 'r0', forced: 'out', state: 'closed', deployments: {} });
});
