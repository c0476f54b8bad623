import { expect, test } from 'vitest';
import { noRate, perSecond, type Rate, tick } from '../../src/health/rate.ts';
import { NOW } from '../support/health.ts';

/** So many calls, one every so many ms. */
function calls(count: number, everyMs: number, from: Rate = noRate, start = NOW): Rate {
  let rate = from;
  for (let i = 0; i < count; i++) rate = tick(rate, start + i * everyMs);
  return rate;
}

test('K: no calls are none a second', () => {
  expect(perSecond(noRate)).toBe(0);
});

test('K: a first call is one in ten seconds, for nobody knows when the next one comes', () => {
  expect(perSecond(calls(1, 0))).toBe(0.1);
  expect(calls(1, 0)).toEqual({ calls: 1, seenMs: 0, at: NOW });
});

test.each([
  [50, 0.02],
  [10, 0.1],
  [1, 1],
  [0.05, 20],
])('K: a call every %d s becomes %d a second', (everySeconds, rate) => {
  const seen = perSecond(calls(Math.ceil(2_000 / everySeconds), everySeconds * 1_000));
  expect(seen).toBeGreaterThan(rate * 0.95);
  expect(seen).toBeLessThan(rate * 1.3);
});

test('K: a burst within ten seconds is spread over ten', () => {
  expect(perSecond(calls(30, 0))).toBe(3);
});

test('K: old calls fade with the time that they took', () => {
  const busy = calls(1_200, 100);
  const slow = calls(60, 10_000, busy, NOW + 130_000);
  expect(perSecond(busy)).toBeGreaterThan(9);
  expect(perSecond(slow)).toBeLessThan(0.3);
  expect(tick({ calls: 2, seenMs: 60_000, at: NOW }, NOW + 120_000)).toEqual({
    calls: 2 * Math.exp(-1) + 1,
    seenMs: 60_000 * Math.exp(-1) + 120_000,
    at: NOW + 120_000,
  });
});

test.each([1e6, 1e12])('K: a night asleep, or a clock that was set forward, is two minutes at most (%i ms)', (ms) => {
  const busy = calls(1_200, 100);
  expect(tick(busy, busy.at + ms)).toMatchObject({
    calls: tick(busy, busy.at + 120_000).calls,
    seenMs: tick(busy, busy.at + 120_000).seenMs,
  });
});

test('K: a clock that was set back takes no time', () => {
  const busy = calls(1_200, 100);
  expect(tick(busy, busy.at - 1e9)).toEqual({ calls: busy.calls + 1, seenMs: busy.seenMs, at: busy.at - 1e9 });
});
