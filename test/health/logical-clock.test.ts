import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LogicalClock } from '../../src/health/logical-clock.ts';
import { NOW } from '../support/health.ts';

test('T: a logical clock tells the time', () => {
  const clock = new LogicalClock();
  expect(clock.tick(NOW)).toBe(NOW);
  expect(clock.tick(NOW + 5.5)).toBe(NOW + 6);
});

test('T: it never tells one time twice, nor an earlier one than before, wherever its clock goes', () => {
  const clock = new LogicalClock();
  const times = [NOW, NOW, NOW - 600_000, NOW, NOW + 1].map((now) => clock.tick(now));
  expect(times).toEqual([NOW, NOW + 1, NOW + 2, NOW + 3, NOW + 4]);
});

test('T: what is learned knowing of something else is later, though it came from a clock that is ahead', () => {
  const clock = new LogicalClock();
  clock.see(NOW + 60_000);
  clock.see(NOW + 5);
  expect([clock.tick(NOW), clock.tick(NOW)]).toEqual([NOW + 60_001, NOW + 60_002]);
});

test('T: it is monotone, and later than all that it has seen, and as soon as it can be the time itself', () => {
  const anOp = fc.record({ sees: fc.boolean(), at: fc.integer({ min: NOW - 900_000, max: NOW + 900_000 }) });
  fc.assert(
    fc.property(fc.array(anOp, { maxLength: 50 }), (ops) => {
      const clock = new LogicalClock();
      let latest = 0;
      for (const { sees, at } of ops) {
        if (sees) {
          clock.see(at);
          latest = Math.max(latest, at);
        } else {
          const ticked = clock.tick(at);
          expect(ticked).toBe(Math.max(at, latest + 1));
          latest = ticked;
        }
      }
    }),
  );
});
