import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QuotaMeter } from '../../src/simulator/quota-meter.ts';
import { tokenCost } from '../../src/simulator/token-cost.ts';

const start = Date.UTC(2026, 10, 22, 12);

function meter(tokensPerMinute: number, requestsPerMinute: number): (second: number, cost?: number) => string {
  const quota = new QuotaMeter({ kind: 'quota', tokensPerMinute, requestsPerMinute });
  return (second, cost = 0) => {
    const { usedUp, waitMs } = quota.take('gpt-4o', cost, start + second * 1000);
    return usedUp === undefined ? 'ok' : `${usedUp} for ${waitMs / 1000} s`;
  };
}

test('tokens are those of the last minute', () => {
  const take = meter(1000, 6000);
  expect([take(0, 600), take(10, 400)]).toEqual(['ok', 'ok']);
  expect(take(10, 1)).toBe('tokens for 50 s');
  expect(take(10.5, 601)).toBe('tokens for 59.5 s');
  expect(take(59.999, 1)).toBe('tokens for 0.001 s');
  expect([take(60, 600), take(60, 1)]).toEqual(['ok', 'tokens for 10 s']);
});

test('what is more than a minute has is told to wait a minute', () => {
  expect(meter(1000, 6000)(0, 1001)).toBe('tokens for 60 s');
});

test('requests are those of a slice of ten seconds, refused ones included', () => {
  const take = meter(1e6, 12);
  expect([0, 1, 2, 9.5].map((second) => take(second))).toEqual(['ok', 'ok', 'requests for 8 s', 'requests for 0.5 s']);
  expect([10, 19, 19, 20].map((second) => take(second))).toEqual(['ok', 'ok', 'requests for 1 s', 'ok']);
});

test('each deployment has its own', () => {
  const quota = new QuotaMeter({ kind: 'quota', tokensPerMinute: 100, requestsPerMinute: 6 });
  expect(quota.take('a', 100, start)).toEqual({ remainingTokens: 0, remainingRequests: 0, waitMs: 0 });
  expect(quota.take('a', 1, start).usedUp).toBe('requests');
  expect(quota.take('b', 30, start)).toEqual({ remainingTokens: 70, remainingRequests: 0, waitMs: 0 });
});

test('never grants more than its tokens in a minute, and who waits as told is granted', () => {
  const asks = fc.array(fc.record({ afterMs: fc.nat({ max: 9000 }), cost: fc.nat({ max: 500 }) }), { maxLength: 60 });
  fc.assert(
    fc.property(asks, (list) => {
      const quota = new QuotaMeter({ kind: 'quota', tokensPerMinute: 1000, requestsPerMinute: 1e6 });
      const granted: { at: number; cost: number }[] = [];
      let now = start;
      for (const { afterMs, cost } of list) {
        now += afterMs;
        const { usedUp, waitMs } = quota.take('a', cost, now);
        if (usedUp) {
          now += waitMs;
          expect(quota.take('a', cost, now).usedUp).toBeUndefined();
        }
        granted.push({ at: now, cost });
        const lately = granted.filter(({ at }) => at > now - 59_000);
        expect(lately.reduce((sum, one) => sum + one.cost, 0)).toBeLessThanOrEqual(1000);
      }
    }),
  );
});

test.each([
  ['chat', { max_tokens: 100 }, 100],
  ['chat', { max_completion_tokens: 50, max_tokens: 100 }, 50],
  ['responses', { max_output_tokens: 7 }, 7],
  ['chat', {}, 16],
  ['chat', { max_tokens: -1 }, 16],
  ['embeddings', { input: 'twelve chars' }, 3],
  ['embeddings', { input: ['one', 'more than', 7] }, 5],
] as const)('a request for %s with %j counts as %i tokens', (operation, body, tokens) => {
  expect(tokenCost(operation, body)).toBe(tokens);
});
