import { expect, test } from 'vitest';
import { type Budget, deposit, fullReserve, refill, withdraw } from '../../src/health/budget.ts';
import { NOW, TUNED, times } from '../support/health.ts';

const { reserve, reserveMs, mostSaved, savedMs } = TUNED;

/** How many tries it gives at one moment, and what is left. */
function drained(budget: Budget, now = NOW): readonly [tries: number, left: Budget] {
  let left = budget;
  for (let tries = 0; tries < 1_000; tries++) {
    const next = withdraw(left, now);
    if (!next) return [tries, left];
    left = next;
  }
  throw new Error('It never ends');
}
const [, empty] = drained(fullReserve);
const saved = (successes: number, share = 0.25, from = empty): Budget =>
  times(successes, share).reduce((budget, one) => deposit(budget, one, NOW), from);

test('O: a region begins with a small reserve', () => {
  expect(drained(fullReserve)[0]).toBe(reserve);
  expect(empty).toEqual({ saved: 0, reserve: 0, at: NOW });
  expect(withdraw(empty, NOW)).toBeUndefined();
});

test('O: the reserve comes back by itself, bit by bit, and no more than it', () => {
  const gives = (ms: number) => drained(empty, NOW + ms)[0];
  expect(gives(reserveMs - 1)).toBe(0);
  expect(gives(reserveMs)).toBe(1);
  expect(gives(reserve * reserveMs - 1)).toBe(reserve - 1);
  expect(gives(reserve * reserveMs)).toBe(reserve);
  expect(gives(99 * reserveMs)).toBe(reserve);
});

test('O: what came back so far is kept when one is taken', () => {
  const once = withdraw(empty, NOW + 1.5 * reserveMs);
  expect(once).toEqual({ saved: 0, reserve: 0.5, at: NOW + 1.5 * reserveMs });
  expect(once && withdraw(once, NOW + 2 * reserveMs)).toEqual({ saved: 0, reserve: 0, at: NOW + 2 * reserveMs });
});

test('O: a success pays its share in, up to what may be saved', () => {
  expect(deposit(empty, 0.25, NOW)).toEqual({ saved: 0.25, reserve: 0, at: NOW });
  expect(drained(saved(40))[0]).toBe(10);
  expect(drained(saved(9_999))[0]).toBe(mostSaved);
});

test('O: a success keeps what came back by itself', () => {
  expect(deposit(empty, 0.25, NOW + reserveMs)).toEqual({ saved: 0.25, reserve: 1, at: NOW + reserveMs });
});

test('O: what was saved is taken first, and what it lacks from the reserve', () => {
  const both = saved(5, 0.25, fullReserve);
  expect(both).toEqual({ saved: 1.25, reserve, at: NOW });
  const once = withdraw(both, NOW);
  expect(once).toEqual({ saved: 0.25, reserve, at: NOW });
  expect(once && withdraw(once, NOW)).toEqual({ saved: 0, reserve: reserve - 0.75, at: NOW });
});

test('O: less than one in all is none', () => {
  expect(withdraw({ saved: 0.5, reserve: 0.49, at: NOW }, NOW)).toBeUndefined();
  expect(withdraw({ saved: 0.5, reserve: 0.5, at: NOW }, NOW)).toEqual({ saved: 0, reserve: 0, at: NOW });
});

test('O: what was saved long ago is worth nothing in the next outage', () => {
  const before = saved(32);
  expect(deposit(before, 0, NOW + savedMs).saved).toBeCloseTo(8 * Math.exp(-1), 9);
  expect(deposit(before, 0, NOW + 20 * savedMs).saved).toBeCloseTo(0, 6);
  expect(deposit(empty, 0, NOW + savedMs).saved).toBe(0);
});

test('O: a clock that was set back takes nothing away', () => {
  expect(withdraw({ saved: 3, reserve, at: NOW }, NOW - 1e9)).toEqual({ saved: 2, reserve, at: NOW - 1e9 });
});

test('O: what it holds by now is known without taking any', () => {
  expect(refill(empty, NOW + reserveMs)).toEqual({ saved: 0, reserve: 1, at: NOW + reserveMs });
  expect(refill({ saved: 3, reserve, at: NOW }, NOW - 1e9)).toEqual({ saved: 3, reserve, at: NOW - 1e9 });
});
