import { expect, test } from 'vitest';
import { type Candidate, latency, priority, type RegionOptions, type Strategy, weighted } from '../../src/index.ts';
import { seeded } from '../support/random.ts';
import { after, ok, refused, status, throttled } from '../support/service.ts';
import { aCall, BUSY, endpointOf, setup } from '../support/setup.ts';

const DRAWS = 10_000;
/** Digits that `toBeCloseTo` compares: half of 10^-1.4. */
const TWO_PER_CENT = 1.4;
type Given = Partial<RegionOptions> & { readonly latencyMs?: number; readonly inFlight?: number };

/** Regions a, b, c, … as a strategy sees them. */
const candidates = (...list: readonly Given[]): readonly Candidate[] =>
  list.map(({ latencyMs, inFlight = 0, ...options }, index) => {
    const name = String.fromCharCode(97 + index);
    return {
      options: { name, endpoint: endpointOf(name), priority: index, weight: 1, ...options },
      status: { region: name, state: 'closed', deployments: {}, ...(latencyMs !== undefined && { latencyMs }) },
      inFlight,
    };
  });

/** How often each comes first, in parts of all. */
function shares(strategy: Strategy, list: readonly Candidate[]): Readonly<Record<string, number>> {
  const random = seeded(1);
  const firsts: Record<string, number> = {};
  for (let i = 0; i < DRAWS; i++) {
    const ranked = strategy(list, aCall(), random);
    expect(new Set(ranked)).toEqual(new Set(list));
    const name = ranked[0]?.options.name ?? '';
    firsts[name] = (firsts[name] ?? 0) + 1 / DRAWS;
  }
  return firsts;
}
const firstOf = (strategy: Strategy, list: readonly Candidate[]): string | undefined =>
  strategy(list, aCall(), () => 0.5)[0]?.options.name;

test('weighted: splits by weight, whatever the priority', () => {
  const split = shares(weighted(), candidates({ weight: 6 }, { weight: 3 }, { weight: 1 }));
  expect(split['a']).toBeCloseTo(0.6, TWO_PER_CENT);
  expect(split['b']).toBeCloseTo(0.3, TWO_PER_CENT);
  expect(split['c']).toBeCloseTo(0.1, TWO_PER_CENT);
});

test('weighted: a weight is a part of the sum, not a number of calls', () => {
  const split = shares(weighted(), candidates({ weight: 0.002 }, { weight: 0.006 }));
  expect(split['a']).toBeCloseTo(0.25, TWO_PER_CENT);
});

test('weighted: who comes next is drawn by weight too', () => {
  const random = seeded(2);
  const list = candidates({ weight: 1e9 }, { weight: 3 }, { weight: 1 });
  const seconds = Array.from({ length: DRAWS }, () => weighted()(list, aCall(), random)[1]?.options.name);
  expect(seconds.filter((name) => name === 'b').length / DRAWS).toBeCloseTo(0.75, TWO_PER_CENT);
});

test('weighted: what a region cannot take goes to the others, in proportion', async () => {
  const region = (name: string, weight: number) => ({
    name,
    endpoint: endpointOf(name),
    credential: { apiKey: 'key' },
    weight,
  });
  const {
    chat: ask,
    asked,
    clock,
  } = setup({
    regions: [region('sweden', 2), region('eastus', 3), region('france', 1)],
    script: { sweden: throttled(500) },
    strategy: weighted(),
    random: seeded(3),
  });
  for (let i = 0; i < 2_000; i++) {
    expect((await ask()).status).toBe(200);
    await clock.advance(10);
  }
  const count = (name: string) => asked().filter((one) => one === name).length;
  expect(count('sweden')).toBeLessThanOrEqual(1);
  expect(count('eastus') / 2_000).toBeCloseTo(0.75, TWO_PER_CENT);
});

test('priority: regions of equal priority share by weight; the next ones wait behind them', () => {
  const list = candidates({ priority: 0, weight: 3 }, { priority: 0, weight: 1 }, { priority: 1, weight: 99 });
  const split = shares(priority(), list);
  expect(split['a']).toBeCloseTo(0.75, TWO_PER_CENT);
  expect(split['c']).toBeUndefined();
  expect(priority()(list, aCall(), seeded(4)).at(-1)?.options.name).toBe('c');
});

test('latency: prefers the faster', () => {
  expect(firstOf(latency(), candidates({ latencyMs: 900 }, { latencyMs: 300 }))).toBe('b');
  expect(firstOf(latency(), candidates({ latencyMs: 300 }, { latencyMs: 900 }))).toBe('a');
});

test.each([
  [300, 250, 'a'],
  [1_000, 850, 'a'],
  [200, 160, 'a'],
  [300, 239, 'b'],
  [1_000, 790, 'b'],
  [100, 49, 'b'],
  [100, 51, 'a'],
])(
  'latency: of %i ms and %i ms it takes %s: the preferred one is kept unless a fifth and 50 ms are gained',
  (preferred, other, taken) => {
    expect(firstOf(latency(), candidates({ latencyMs: preferred }, { latencyMs: other }))).toBe(taken);
    // The order of the list says nothing; priority does.
    const [one, two] = candidates({ latencyMs: preferred }, { latencyMs: other }) as [Candidate, Candidate];
    expect(firstOf(latency(), [two, one])).toBe(taken);
  },
);

test('latency: counts the calls that wait already', () => {
  expect(firstOf(latency(), candidates({ latencyMs: 300, inFlight: 3 }, { latencyMs: 900 }))).toBe('b');
  expect(firstOf(latency(), candidates({ latencyMs: 300, inFlight: 1 }, { latencyMs: 900 }))).toBe('a');
});

test('latency: tries a region of which nothing is known, one call at a time', () => {
  expect(firstOf(latency(), candidates({ latencyMs: 900 }, {}))).toBe('b');
  expect(firstOf(latency(), candidates({}, { latencyMs: 900 }))).toBe('a');
  expect(firstOf(latency(), candidates({ inFlight: 1 }, { latencyMs: 900 }))).toBe('b');
  expect(firstOf(latency(), candidates({ latencyMs: 900 }, { inFlight: 1 }))).toBe('a');
});

test('latency: of many it takes the faster of two that are picked at random, so that the fastest is not flooded', () => {
  const split = shares(
    latency(),
    candidates({ latencyMs: 1_000 }, { latencyMs: 100 }, { latencyMs: 2_000 }, { latencyMs: 4_000 }),
  );
  expect(split['b']).toBeCloseTo(1 / 2, TWO_PER_CENT);
  expect(split['a']).toBeCloseTo(1 / 3, TWO_PER_CENT);
  expect(split['c']).toBeCloseTo(1 / 6, TWO_PER_CENT);
  expect(split['d']).toBeUndefined();
});

test('latency: learns from good answers, and tells streams from whole ones', async () => {
  const {
    chat: ask,
    asked,
    clock,
    statusOf,
  } = setup({
    script: { sweden: after(900, ok), eastus: after(300, ok) },
    strategy: latency(),
    random: seeded(5),
  });
  for (let i = 0; i < 20; i++) {
    await ask();
    await clock.advance(1_000);
  }
  expect(asked().slice(0, 2).toSorted()).toEqual(['eastus', 'sweden']);
  expect(new Set(asked().slice(2))).toEqual(new Set(['eastus']));
  expect([statusOf('sweden')?.latencyMs, statusOf('eastus')?.latencyMs]).toEqual([900, 300]);
  const before = asked().length;
  const stream = { body: '{"model":"gpt","stream":true}' };
  await ask(stream);
  await ask(stream);
  expect(asked().slice(before).toSorted()).toEqual(['eastus', 'sweden']);
});

test('latency: what fails fast does not look fast', async () => {
  const {
    chat: ask,
    statusOf,
    asked,
  } = setup({
    script: { sweden: status(503), eastus: after(800, ok) },
    strategy: latency(),
    random: seeded(6),
    callsPerSecond: BUSY,
  });
  for (let i = 0; i < 10; i++) expect((await ask()).status).toBe(200);
  expect(statusOf('sweden')?.latencyMs).toBeUndefined();
  expect(statusOf('sweden')?.state).toBe('open');
  expect(asked().at(-1)).toBe('eastus');
});

test.each<[string, () => Strategy]>([
  ['priority', priority],
  ['weighted', weighted],
  ['latency', latency],
])('L: with %s, every region is asked before a call fails', async (_, strategy) => {
  const { chat: ask, asked } = setup({
    regions: ['sweden', 'eastus', 'france'],
    script: { sweden: refused, eastus: status(429) },
    strategy: strategy(),
    random: seeded(7),
  });
  for (let i = 0; i < 30; i++) expect((await ask()).status).toBe(200);
  expect(new Set(asked())).toEqual(new Set(['sweden', 'eastus', 'france']));
});
