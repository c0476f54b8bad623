import fc from 'fast-check';
import { expect, test } from 'vitest';
import { freshRecord } from '../../src/health/record.ts';
import { memoryStore } from '../../src/index.ts';
import { UNREACHABLE, type What } from '../support/health.ts';
import { type Answer, after, failedToFetch, refused, reset, silence } from '../support/service.ts';
import { CHAT, chat, outcomeOf, setup } from '../support/setup.ts';
import { ops } from './ops.ts';
import { aWorld, someChances } from './world.ts';

/** Nothing comes back; and what callers and their credentials do all the while. */
const NO_ANSWER: readonly What[] = [...UNREACHABLE, ...UNREACHABLE, 'aborted', 'token-source', 'offline'];

test('Invariant 7: while no region can be reached, nothing is held against any, whatever else goes on', () => {
  fc.assert(
    fc.property(ops(NO_ANSWER, { jumps: true }), someChances, fc.constantFrom(1, 2, 3), (list, chances, regions) => {
      const world = aWorld({ regions, chances, sunny: 'connect' });
      for (const op of list) {
        world.do(op);
        for (const { record } of world.records()) expect(record).toEqual(freshRecord);
      }
      expect(world.changes).toEqual([]);
    }),
    { numRuns: 250 },
  );
});

test('Invariant 7: when the network is back, nothing of it is held against any region', () => {
  fc.assert(
    fc.property(ops(UNREACHABLE), someChances, fc.constantFrom('r0', 'r1', 'r2'), (list, chances, first) => {
      const world = aWorld({ regions: 3, chances, sunny: 'network' });
      for (const op of list) world.do(op);
      // By then it is known: no region could be reached.
      world.call({ r0: 'connect', r1: 'connect', r2: 'connect' });
      world.clock.jump(1);
      world.ask(first, 'ok');
      for (const sent of world.running.splice(0)) world.end(sent, 'network');
      world.ask(first, 'ok');
      for (const { record } of world.records())
        expect(record).toMatchObject({ circuit: { state: 'closed' }, points: 0 });
    }),
    { numRuns: 100 },
  );
});

const anAnswer = fc.constantFrom<Answer>(
  refused,
  reset,
  failedToFetch,
  silence,
  after(50, refused),
  after(2_000, reset),
  after(40_000, failedToFetch),
);

test('Invariant 7: calls that reach no region open none, and nothing of it is stored', {
  timeout: 60_000,
}, async () => {
  const scripts = fc.record({
    regions: fc.array(fc.array(anAnswer, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 3 }),
    gaps: fc.array(fc.constantFrom(0, 0, 100, 5_000, 60_000), { minLength: 1, maxLength: 8, size: 'max' }),
    hedge: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(scripts, async ({ regions, gaps, hedge }) => {
      const store = memoryStore();
      const names = regions.map((_, index) => `region${index}`);
      const script = Object.fromEntries(names.map((name, index) => [name, regions[index] ?? refused]));
      const doors = Object.fromEntries(names.map((name) => [name, refused]));
      const world = setup({
        script,
        doors,
        regions: names,
        store,
        ...(hedge && { hedge: { afterMs: 1_000, budget: 1 } }),
      });
      const url = CHAT.replace('sweden', 'region0');
      const calls = [];
      for (const ms of gaps) {
        await world.clock.advance(ms);
        calls.push(outcomeOf(world.fetch(url, chat())));
      }
      await world.clock.run(Promise.all(calls));
      expect(world.fetch.regions().map(({ state }) => state)).toEqual(names.map(() => 'closed'));
      expect(world.heard('health')).toEqual([]);
      expect(await store.load()).toBeUndefined();
    }),
    { numRuns: 150 },
  );
});
