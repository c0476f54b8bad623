import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Candidate } from '../../src/health/strategies.ts';
import { type HealthStore, weighted } from '../../src/index.ts';
import { after, ok } from '../support/service.ts';
import { CHAT, chat, setup } from '../support/setup.ts';

const never = new Promise<never>(() => {});
const STORES: Readonly<Record<string, HealthStore>> = {
  hangs: { load: () => never, save: () => never },
  fails: { load: () => Promise.reject(new Error('no')), save: () => Promise.reject(new Error('no')) },
};

test.each(Object.keys(STORES))(
  'Invariant 13: a call that nothing goes wrong with is one request, and waits for no store: it %s',
  async (store) => {
    const world = setup({ ...(STORES[store] && { store: STORES[store] }) });
    for (let i = 1; i <= 20; i++) {
      const before = world.clock.now();
      expect((await world.chat()).status).toBe(200);
      expect(world.clock.now()).toBe(before);
      expect(world.requests).toHaveLength(i);
    }
    expect(world.questions).toEqual([]);
    expect(world.heard('attempt')).toHaveLength(20);
    expect(world.heard('failover')).toEqual([]);
    expect(world.heard('health')).toEqual([]);
  },
);

test('Invariant 13: nothing is written while nothing goes wrong', async () => {
  const saved: unknown[] = [];
  const world = setup({ store: { load: async () => undefined, save: async (snapshot) => void saved.push(snapshot) } });
  for (let i = 0; i < 5; i++) await world.chat();
  expect(saved).toEqual([]);
});

test('Invariant 13: a call looks at each region once, however many calls there were', { timeout: 60_000 }, async () => {
  const worlds = fc.record({ regions: fc.integer({ min: 1, max: 12 }), calls: fc.integer({ min: 1, max: 40 }) });
  await fc.assert(
    fc.asyncProperty(worlds, async ({ regions, calls }) => {
      const seen: number[] = [];
      let chances = 0;
      const strategy = weighted();
      const names = Array.from({ length: regions }, (_, index) => `region${index}`);
      const world = setup({
        regions: names,
        strategy: (candidates: readonly Candidate[], call, random) => {
          seen.push(candidates.length);
          return strategy(candidates, call, random);
        },
        random: () => {
          chances++;
          return 0.5;
        },
      });
      chances = 0;
      const url = CHAT.replace('sweden', 'region0');
      const running = Array.from({ length: calls }, () => world.fetch(url, chat()));
      await world.clock.run(Promise.all(running));
      expect(world.requests).toHaveLength(calls);
      // One region is not put in order.
      expect(seen).toEqual(regions === 1 ? [] : Array.from({ length: calls }, () => regions));
      expect(chances).toBeLessThanOrEqual(calls * regions);
    }),
    { numRuns: 60 },
  );
});

test('Invariant 13: timers that a call sets are as many as its attempts, and none is left', async () => {
  const world = setup({ script: { sweden: after(500, ok) } });
  const running = world.chat();
  await world.clock.advance(100);
  // The service's own, and the limit of the attempt.
  expect(world.clock.open).toBe(2);
  await running;
  expect(world.clock.open).toBe(0);
});
