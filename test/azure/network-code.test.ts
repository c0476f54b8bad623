import { expect, test } from 'vitest';
import { networkCode } from '../../src/azure/network-error.ts';

const error = (code: unknown, facts: object = {}) => Object.assign(new Error('It failed.'), { code, ...facts });
const fetchFailed = (cause: unknown) => new TypeError('fetch failed', { cause });

test.each<[what: string, rejection: unknown, code: string | undefined]>([
  ['Chromium', new TypeError('Failed to fetch'), undefined],
  ['a DOMException, whose code is a number', new DOMException('', 'TimeoutError'), undefined],
  ['Node', fetchFailed(error('ENOTFOUND')), 'ENOTFOUND'],
  ['Bun', error('ConnectionRefused'), 'ConnectionRefused'],
  ['the deepest of several', error('A', { cause: error('B', { cause: new Error('It failed.') }) }), 'B'],
  [
    'the first of several addresses',
    fetchFailed(new AggregateError([error('ETIMEDOUT'), error('ENETUNREACH')])),
    'ETIMEDOUT',
  ],
])('tells the platform’s own code: %s', (_, rejection, code) => {
  expect(networkCode(rejection)).toBe(code);
});

test('finds the code ten causes deep, and looks no deeper', () => {
  let reason: unknown = error('ECONNREFUSED');
  for (let depth = 0; depth < 10; depth++) reason = error(undefined, { cause: reason });
  expect(networkCode(reason)).toBe('ECONNREFUSED');
  expect(networkCode(error(undefined, { cause: reason }))).toBeUndefined();
});
