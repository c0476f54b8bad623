import { expect, test } from 'vitest';
import type { RegionStatus } from '../../src/health/record.ts';
import { type Candidate, latency, priority, type Strategy, weighted } from '../../src/health/strategies.ts';
import type { RegionOptions } from '../../src/types.ts';
import { seeded } from '../support/random.ts';
import { aCall } from '../support/setup.ts';

type Given = Partial<RegionOptions> & { readonly latencyMs?: number; readonly inFlight?: number };
const candidates = (list: readonly Given[]): readonly Candidate[] =>
  list.map(({ latencyMs, inFlight = 0, ...options }, index) => {
    const name = `r${index}`;
    const status: RegionStatus = {
      region: name,
      state: 'closed',
      deployments: {},
      ...(latencyMs !== undefined && { latencyMs }),
    };
    return { options: { name, endpoint: `https://${name}.openai.azure.com`, ...options }, status, inFlight };
  });
const names = (list: readonly Candidate[]) => list.map(({ options }) => options.name).join(' ');
const order = (strategy: Strategy, list: readonly Given[], random: () => number = () => 0.5) =>
  names(strategy(candidates(list), aCall(), random));
/** How often each one is first, as a part of all. */
function firsts(strategy: Strategy, list: readonly Given[], runs = 4_000): readonly number[] {
  const random = seeded(7);
  const count = list.map(() => 0);
  for (let i = 0; i < runs; i++) {
    const index = Number(order(strategy, list, random).charAt(1));
    count[index] = (count[index] ?? 0) + 1;
  }
  return count.map((one) => one / runs);
}

test('strategies are known by their names', () => {
  expect([priority().name, weighted().name, latency().name]).toEqual(['priority', 'weighted', 'latency']);
});

test.each<[string, readonly Given[], string]>([
  ['as they are listed', [{ priority: 0 }, { priority: 1 }, { priority: 2 }], 'r0 r1 r2'],
  ['lower numbers first', [{ priority: 5 }, { priority: -1 }, { priority: 2 }], 'r1 r2 r0'],
  ['no number is zero', [{ priority: 1 }, {}, { priority: 2 }], 'r1 r0 r2'],
  ['none at all', [], ''],
])('priority(): %s', (_, list, expected) => {
  expect(order(priority(), list)).toBe(expected);
});

test('priority(): what is in order is handed back as it is, and no chance is taken', () => {
  const list = candidates([{ priority: 0 }, { priority: 1 }]);
  const random = (): never => {
    throw new Error('asked');
  };
  expect(priority()(list, aCall(), random)).toBe(list);
});

test('priority(): regions of one priority are first in proportion to their weight', () => {
  const list = [{ priority: 0, weight: 3 }, { priority: 0 }, { priority: 1, weight: 1_000 }];
  const [r0, r1, r2] = firsts(priority(), list);
  expect(r0).toBeCloseTo(0.75, 1);
  expect(r1).toBeCloseTo(0.25, 1);
  expect(r2).toBe(0);
});

test('weighted(): each region gets its share, whatever its priority', () => {
  const [r0, r1, r2] = firsts(weighted(), [{ weight: 1, priority: 0 }, { weight: 2, priority: 9 }, { weight: 1 }]);
  expect(r0).toBeCloseTo(0.25, 1);
  expect(r1).toBeCloseTo(0.5, 1);
  expect(r2).toBeCloseTo(0.25, 1);
});

test('weighted(): what comes second is a fair draw among the others', () => {
  const random = seeded(3);
  const seconds = Array.from({ length: 4_000 }, () =>
    order(weighted(), [{ weight: 1_000 }, { weight: 1 }, { weight: 3 }], random),
  ).filter((drawn) => drawn.startsWith('r0 r2')).length;
  expect(seconds / 4_000).toBeCloseTo(0.75, 1);
});

test('weighted(): every region is in the order once, whatever chance says', () => {
  for (const chance of [0, 0.5, 0.999999]) {
    expect(
      order(weighted(), [{}, {}, {}], () => chance)
        .split(' ')
        .sort(),
    ).toEqual(['r0', 'r1', 'r2']);
  }
});

test.each<[string, readonly Given[], string]>([
  ['the one that is faster by far', [{ latencyMs: 500 }, { latencyMs: 300, priority: 1 }], 'r1 r0'],
  ['the preferred one when it is as fast', [{ latencyMs: 300 }, { latencyMs: 300, priority: 1 }], 'r0 r1'],
  ['the preferred one when it is the faster', [{ latencyMs: 100 }, { latencyMs: 900, priority: 1 }], 'r0 r1'],
  ['not for 50 ms', [{ latencyMs: 150 }, { latencyMs: 100, priority: 1 }], 'r0 r1'],
  ['for 51 ms', [{ latencyMs: 151 }, { latencyMs: 100, priority: 1 }], 'r1 r0'],
  ['not for a fifth', [{ latencyMs: 500 }, { latencyMs: 400, priority: 1 }], 'r0 r1'],
  ['for more than a fifth', [{ latencyMs: 500 }, { latencyMs: 399, priority: 1 }], 'r1 r0'],
  [
    'the one with fewer calls in flight',
    [
      { latencyMs: 100, inFlight: 3 },
      { latencyMs: 300, priority: 1 },
    ],
    'r1 r0',
  ],
  [
    'calls in flight multiply',
    [
      { latencyMs: 100, inFlight: 2 },
      { latencyMs: 300, priority: 1 },
    ],
    'r0 r1',
  ],
  ['the unknown one, if it is idle', [{ latencyMs: 500 }, { priority: 1 }], 'r1 r0'],
  ['not an unknown one that is busy', [{ inFlight: 1 }, { latencyMs: 5_000, priority: 1 }], 'r1 r0'],
  ['the preferred of two unknown ones', [{}, { priority: 1 }], 'r0 r1'],
  [
    'the one of lower number, listed last',
    [
      { priority: 2, latencyMs: 300 },
      { priority: 1, latencyMs: 300 },
    ],
    'r1 r0',
  ],
  ['one alone', [{}], 'r0'],
  ['none at all', [], ''],
])('latency(): %s', (_, list, expected) => {
  const random = seeded(1);
  for (let i = 0; i < 20; i++) expect(order(latency(), list, random)).toBe(expected);
});

test('latency(): two equals without a number are taken as they are drawn', () => {
  const [r0] = firsts(latency(), [{ latencyMs: 300 }, { latencyMs: 300 }], 1_000);
  expect(r0).toBeCloseTo(0.5, 1);
});

test('latency(): of two equals, the one of more weight is first as often as it is drawn first', () => {
  const [r0] = firsts(latency(), [{ latencyMs: 300, weight: 9 }, { latencyMs: 300 }], 1_000);
  expect(r0).toBeCloseTo(0.9, 1);
});

test('latency(): of three, the slowest is first only where it is not compared', () => {
  const [r0 = 1, r1 = 0, r2 = 1] = firsts(latency(), [
    { priority: 0, latencyMs: 900 },
    { priority: 1, latencyMs: 100 },
    { priority: 2, latencyMs: 400 },
  ]);
  expect(r0).toBe(0);
  expect(r1).toBeCloseTo(2 / 3, 1);
  expect(r2).toBeCloseTo(1 / 3, 1);
});

test('latency(): the rest follow by what they cost', () => {
  const random = seeded(5);
  const list = [{ latencyMs: 100 }, { latencyMs: 400 }, { latencyMs: 300 }, { latencyMs: 200 }, { latencyMs: 500 }];
  for (let i = 0; i < 50; i++) {
    const rest = order(latency(), list, random).split(' ').slice(2);
    const costs = rest.map((name) => list[Number(name.charAt(1))]?.latencyMs ?? 0);
    expect(costs).toEqual([...costs].sort((a, b) => a - b));
  }
});
