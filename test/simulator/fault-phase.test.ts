import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextChangeAt, standingAt } from '../../src/simulator/fault-phase.ts';
import { connectionFault, serviceFault } from './arbitrary-fault.ts';

const start = Date.UTC(2026, 10, 22, 12);

test('nothing changes before it is said to change', () => {
  fc.assert(
    fc.property(
      fc.oneof(connectionFault, serviceFault),
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (fault, elapsed, share) => {
        const now = start + elapsed;
        const next = nextChangeAt(fault, start, now);
        if (next === undefined) {
          const later = standingAt(fault, start, now + 1e9 * share);
          expect(later).toEqual(standingAt(fault, start, now));
          return;
        }
        expect(next).toBeGreaterThanOrEqual(now);
        // Short of the turn by more than a rounding of Unix time.
        const before = now + Math.max(0, next - now - 0.01) * share;
        expect(standingAt(fault, start, before)).toEqual(standingAt(fault, start, now));
      },
    ),
  );
});
