import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choose, isAllowed } from '../../src/health/choose.ts';
import { latency, priority, type Strategy, weighted } from '../../src/health/strategies.ts';
import { defaults } from '../../src/options.ts';
import { aChance, anyRecord, known, NOW } from '../support/health.ts';
import { aCall } from '../support/setup.ts';
import { ops } from './ops.ts';
import { aWorld, someChances } from './world.ts';

const aRegion = fc.record(
  {
    record: anyRecord,
    target: anyRecord,
    forced: fc.constantFrom('in' as const, 'out' as const),
    suspected: fc.boolean(),
    inFlight: fc.nat(3),
    priority: fc.nat(2),
    weight: fc.integer({ min: 1, max: 9 }),
    deployments: fc.constantFrom({ gpt: false as const }, { gpt: 'own' }, {}),
  },
  { requiredKeys: [] },
);
const aList = fc.array(aRegion, { minLength: 1, maxLength: 5 }).map(known);
const aQuestion = fc.record({
  deployment: fc.constantFrom('gpt', 'o3', '__proto__'),
  boundTo: fc.constantFrom([], [], ['resp_1']),
  replayable: fc.boolean(),
});
const aStrategy = fc.constantFrom<Strategy>(
  priority(),
  weighted(),
  latency(),
  (candidates) => [...candidates].reverse(),
  (candidates) => candidates.slice(1),
  () => [],
);
const someTimeouts = fc.constantFrom(0, 3_000).map((livenessMs) => ({ ...defaults.timeouts, livenessMs }));

test('Invariant 1: whatever is believed, every region that may take a call is a choice or cooling, once, and no other', () => {
  fc.assert(
    fc.property(aList, aQuestion, aStrategy, someTimeouts, aChance, (list, operation, strategy, timeouts, chance) => {
      const call = aCall(operation, { addressed: 'r1' });
      const settings = { strategy, breaker: defaults.breaker, timeouts, random: () => chance };
      const { choices, cooling, questions, freeAt } = choose(list, settings, call, NOW);
      const planned = [...choices, ...cooling].map(({ region }) => region.name);
      const allowed = list.filter((one) => isAllowed(one, call)).map(({ region }) => region.name);
      expect([...planned].sort()).toEqual(allowed.sort());
      for (const { name } of questions) expect(allowed).toContain(name);
      const open = choices.filter(({ as }) => as !== 'last-resort').length > 0;
      expect(freeAt === undefined).toBe(open || allowed.length === 0);
      if (freeAt !== undefined) expect(freeAt).toBeGreaterThanOrEqual(NOW);
    }),
    { numRuns: 1_500 },
  );
});

test('Invariant 1: a region that is forced out, lacks the deployment or is not where a call is bound, is never chosen', () => {
  fc.assert(
    fc.property(aList, aQuestion, aStrategy, aChance, (list, operation, strategy, chance) => {
      const call = aCall(operation, { addressed: 'r1' });
      const settings = { ...defaults, strategy, random: () => chance };
      const { choices, cooling } = choose(list, settings, call, NOW);
      for (const { region } of [...choices, ...cooling]) {
        const one = list.find((other) => other.region === region);
        expect(one?.forced).not.toBe('out');
        const { deployments = {} } = region.options;
        if (Object.hasOwn(deployments, operation.deployment)) expect(deployments[operation.deployment]).not.toBe(false);
        if (operation.boundTo.length > 0) expect(region.name).toBe('r1');
      }
    }),
    { numRuns: 500 },
  );
});

test('Invariant 1: whatever has happened, a book knows where to send a call', () => {
  fc.assert(
    fc.property(ops(undefined, { jumps: true }), someChances, (list, chances) => {
      const world = aWorld({ regions: 3, chances });
      for (const op of list) {
        world.do(op);
        const { choices, cooling } = world.book.plan(world.callOf());
        expect(choices.length + cooling.length).toBe(3);
        expect(world.book.statuses()).toHaveLength(3);
      }
    }),
    { numRuns: 150 },
  );
});
