import fc from 'fast-check';
import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/azure/retry-after.ts';

const NOW = Date.UTC(2026, 10, 22, 12, 0, 0);
const hint = (headers: Record<string, string>, message?: string) => retryAfterMs(new Headers(headers), message, NOW);

test.each<[why: string, headers: Record<string, string>, message: string | undefined, ms: number | undefined]>([
  ['nothing said', {}, undefined, undefined],
  [
    'retry-after-ms before all',
    { 'retry-after-ms': '250', 'retry-after': '9', 'x-ms-retry-after-ms': '8' },
    undefined,
    250,
  ],
  ['x-ms-retry-after-ms before retry-after', { 'x-ms-retry-after-ms': '800', 'retry-after': '9' }, undefined, 800],
  ['seconds', { 'retry-after': '33' }, 'Please retry after 45 seconds.', 33_000],
  ['decimal seconds', { 'retry-after': '0.25' }, undefined, 250],
  ['never less than asked', { 'retry-after-ms': '10.2' }, undefined, 11],
  ['zero is an answer', { 'retry-after': '0' }, undefined, 0],
  ['a date against our clock', { 'retry-after': 'Sun, 22 Nov 2026 12:00:07 GMT' }, undefined, 7000],
  [
    'a date against the server’s clock',
    { 'retry-after': 'Sun, 22 Nov 2026 09:00:07 GMT', date: 'Sun, 22 Nov 2026 09:00:00 GMT' },
    undefined,
    7000,
  ],
  [
    'a date and a broken server clock',
    { 'retry-after': 'Sun, 22 Nov 2026 12:00:07 GMT', date: 'soon' },
    undefined,
    7000,
  ],
  ['a past date', { 'retry-after': 'Sun, 22 Nov 2026 11:00:00 GMT' }, undefined, 0],
  ['an old date format', { 'retry-after': 'Sunday, 22-Nov-26 12:00:09 GMT' }, undefined, 9000],
  ['garbage, then the next source', { 'retry-after-ms': 'soon', 'retry-after': '2' }, undefined, 2000],
  ['an empty header', { 'retry-after-ms': '', 'retry-after': '2' }, undefined, 2000],
  ['two headers made one, no date', { 'retry-after': '5, 5' }, undefined, undefined],
  ['no date of that name', { 'retry-after': 'Sun, 99 Nov 2026 12:00:00 GMT' }, 'try again in 4 seconds', 4000],
  ['a negative number is no number', { 'retry-after': '-5' }, 'try again in 4 seconds', 4000],
  ['NaN and Infinity', { 'retry-after-ms': 'NaN', 'retry-after': 'Infinity' }, undefined, undefined],
  ['hexadecimal', { 'retry-after': '0x10' }, undefined, undefined],
  ['more than a number holds', { 'retry-after': '9'.repeat(400) }, undefined, undefined],
])('I: reads a header: %s', (_, headers, message, ms) => {
  expect(hint(headers, message)).toBe(ms);
});

test.each<[why: string, headers: Record<string, string>, ms: number | undefined]>([
  [
    'openai-python#937: tokens, remaining unsaid',
    {
      'x-rate-limit-reset-tokens': '55',
      'x-ratelimit-remaining-requests': '12',
      'policy-id': 'DeploymentRatelimit-Token',
    },
    55_000,
  ],
  [
    'openai-dotnet#838: sentinels',
    { 'x-ratelimit-limit-tokens': '-1', 'x-ratelimit-remaining-tokens': '-1', 'x-ratelimit-reset-tokens': '0' },
    undefined,
  ],
  ['-1', { 'x-ratelimit-reset-tokens': '-1' }, undefined],
  ['empty', { 'x-ratelimit-reset-tokens': '' }, undefined],
  [
    'the exhausted one',
    {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '3',
      'x-ratelimit-remaining-tokens': '900',
      'x-ratelimit-reset-tokens': '60',
    },
    3000,
  ],
  [
    'the longer of two',
    {
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': '3',
      'x-ratelimit-remaining-tokens': '-12',
      'x-ratelimit-reset-tokens': '9',
    },
    9000,
  ],
  ['plenty remains', { 'x-ratelimit-remaining-tokens': '900', 'x-ratelimit-reset-tokens': '60' }, undefined],
  ['6m0s', { 'x-ratelimit-reset-requests': '6m0s' }, 360_000],
  ['20ms', { 'x-ratelimit-reset-requests': '20ms' }, 20],
  ['1h2m3s', { 'x-ratelimit-reset-tokens': '1h2m3s' }, 3_723_000],
  ['1.5s', { 'x-ratelimit-reset-tokens': '1.5s' }, 1500],
  ['nonsense', { 'x-ratelimit-reset-tokens': '6m0x' }, undefined],
])('I: reads an exhausted limit’s reset: %s', (_, headers, ms) => {
  expect(hint(headers)).toBe(ms);
});

test.each<[message: string, ms: number | undefined]>([
  [
    'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-05-01-preview have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 33 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.',
    33_000,
  ],
  ['Rate limit is exceeded. Try again in 40 seconds.', 40_000],
  ['Please retry after 20 milliseconds.', 20],
  ['Please retry after 86400 seconds.', 86_400_000],
  ['Please retry after 1 second.', 1000],
  ['Please retry after 2 minutes.', 120_000],
  ['Please try again in 6m0s.', 360_000],
  ['Please try again in 1.2s. Visit …', 1200],
  ['retry after 1 minute 30 seconds', 90_000],
  ['retry after 20 seconds or ask for more', 20_000],
  ['try again in 3 different regions', undefined],
  ['retry after a while', undefined],
  ['retry after 5', undefined],
  ['retry after 1.2.3 seconds', undefined],
  ['retry in five seconds', undefined],
])('I: reads the message, for browsers see no header: %s', (message, ms) => {
  expect(hint({}, message)).toBe(ms);
});

test('V: any headers and message give a whole number of ms, or nothing', () => {
  const names = [
    'retry-after-ms',
    'x-ms-retry-after-ms',
    'retry-after',
    'date',
    'x-ratelimit-reset-tokens',
    'x-ratelimit-remaining-tokens',
  ];
  const value = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0123456789.-+ ,:eEmshdGT') }),
    fc.double().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), fc.string(), fc.double(), (headers, message, now) => {
      const ms = retryAfterMs(new Headers(headers), `retry after ${message}`, now);
      expect(ms === undefined || (Number.isInteger(ms) && ms >= 0)).toBe(true);
    }),
  );
});
