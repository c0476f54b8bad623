import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from '../../src/simulator/token-bucket.ts';

const start = Date.UTC(2026, 10, 22, 12);

/** How many of the requests, which come `everyMs`, are let through in each second. */
function servedPerSecond(bucket: TokenBucket, seconds: number, everyMs: number): number[] {
  const served = new Array<number>(seconds).fill(0);
  for (let ms = 0; ms < seconds * 1000; ms += everyMs) {
    const second = Math.floor(ms / 1000);
    if (bucket.take(start + ms)) served[second] = (served[second] ?? 0) + 1;
  }
  return served;
}

test('lets as many through as were saved up, and then as many as come in', () => {
  expect(servedPerSecond(new TokenBucket({ perSecond: 5 }, start), 4, 10)).toEqual([9, 5, 5, 5]);
});

test('lets everything through that is no more than it has', () => {
  expect(servedPerSecond(new TokenBucket({ perSecond: 5 }, start), 4, 200)).toEqual([5, 5, 5, 5]);
});

test('saves up until it is one where it has less than one a second', () => {
  expect(servedPerSecond(new TokenBucket({ perSecond: 0.5 }, start), 8, 100)).toEqual([0, 1, 0, 1, 0, 1, 0, 1]);
});

test('lets nothing through where it has none', () => {
  expect(servedPerSecond(new TokenBucket({ perSecond: 0 }, start), 3, 10)).toEqual([0, 0, 0]);
});

test('grows evenly while it warms up, and not after', () => {
  const bucket = new TokenBucket({ perSecond: 0, warmUp: { to: 10, seconds: 10 } }, start);
  expect(servedPerSecond(bucket, 13, 5)).toEqual([0, 1, 3, 3, 5, 5, 7, 7, 9, 9, 10, 10, 10]);
});

test('lets no more through than comes in and was saved up, whenever they ask', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 50, noNaN: true }),
      fc.option(
        fc.record({ to: fc.double({ min: 0, max: 50, noNaN: true }), seconds: fc.integer({ min: 1, max: 20 }) }),
        { nil: undefined },
      ),
      fc.array(fc.integer({ min: -50, max: 400 }), { maxLength: 300 }),
      (perSecond, warmUp, pauses) => {
        const bucket = new TokenBucket({ perSecond, ...(warmUp && { warmUp }) }, start);
        const most = Math.max(perSecond, warmUp?.to ?? 0);
        let now = start;
        let latest = start;
        let served = 0;
        for (const pause of pauses) {
          now += pause;
          latest = Math.max(latest, now);
          if (bucket.take(now)) served++;
        }
        expect(served).toBeLessThanOrEqual(Math.max(1, most) + (most * (latest - start)) / 1000 + 1e-3);
      },
    ),
  );
});
