import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pointsOf } from '../../src/health/evidence.ts';
import { reduce } from '../../src/health/reduce.ts';
import { anyConditions, anyRecord, shows, verdict, WHATS, type What } from '../support/health.ts';
import { ops } from './ops.ts';
import { aWorld, someChances } from './world.ts';

/** The caller's abort, 4xx, 429, credentials, being offline: nobody's failure. */
const INNOCENT: readonly What[] = WHATS.filter(
  (what) => !['region', 'network'].includes(verdict(what).blame) && !['slow', 'dependency'].includes(what),
);
const scopes = fc.constantFrom('region' as const, 'deployment' as const);

test('Invariant 5: what is not a failure is no evidence, of the region or of the deployment, and opens nothing', () => {
  expect(INNOCENT).toContain('throttled');
  fc.assert(
    fc.property(anyRecord, fc.constantFrom(...INNOCENT), scopes, anyConditions, (record, what, scope, conditions) => {
      const { now } = conditions;
      const after = reduce(record, shows(what, scope)(record, now), conditions);
      expect(pointsOf(after, now)).toBeLessThanOrEqual(pointsOf(record, now));
      expect(after.failures).toBeLessThanOrEqual(record.failures);
      expect(after.opens).toBe(record.opens);
      if (after.circuit.state === 'open') expect(after.circuit).toEqual(record.circuit);
    }),
    { numRuns: 2_000 },
  );
});

test('Invariant 5: a 429 changes no state, but that of a region that is asked whether it is back', () => {
  fc.assert(
    fc.property(anyRecord, scopes, anyConditions, (record, scope, conditions) => {
      const after = reduce(record, shows('throttled', scope)(record, conditions.now), conditions);
      if (record.circuit.state === 'half-open') return;
      // The end of a ramp is seen with the first answer after it, whatever it says.
      const ended = record.circuit.state === 'ramping' && after.circuit.state === 'closed';
      expect(after.circuit).toEqual(ended ? { state: 'closed' } : record.circuit);
      expect(after.generation).toBe(record.generation);
    }),
    { numRuns: 1_000 },
  );
});

test('Invariant 5: what a caller or a credential does wrong, or a limit turns away, never opens a region', () => {
  fc.assert(
    fc.property(ops(INNOCENT, { jumps: true }), someChances, (list, chances) => {
      const world = aWorld({ regions: 2, chances });
      // Calls that another region's answer cut short are evidence of slowness, and not of this.
      for (const op of list.filter((one) => one.do !== 'outrun')) {
        world.do(op);
        for (const { record } of world.records()) {
          expect([record.circuit.state, record.points, record.failures]).toEqual(['closed', 0, 0]);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('Invariant 5: the other scope hears no more than that the region can be reached', () => {
  fc.assert(
    fc.property(ops(['slow', 'dependency', 'server-error', 'ok', 'throttled']), someChances, (list, chances) => {
      const world = aWorld({ chances });
      for (const op of list) {
        world.do(op);
        for (const name of ['r0', 'r1'])
          expect(world.recordOf(name)).toMatchObject({ circuit: { state: 'closed' }, points: 0 });
      }
    }),
    { numRuns: 80 },
  );
  fc.assert(
    fc.property(ops(['connect', 'gateway', 'timeout', 'network', 'ok']), someChances, (list, chances) => {
      const world = aWorld({ chances });
      for (const op of list.filter((one) => one.do !== 'outrun')) {
        world.do(op);
        for (const { scope, record } of world.records()) {
          if (scope.includes('/')) expect(record).toMatchObject({ circuit: { state: 'closed' }, points: 0 });
        }
      }
    }),
    { numRuns: 80 },
  );
});
