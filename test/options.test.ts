import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFailoverFetch, type FailoverOptions, type Strategy, type TokenSource, weighted } from '../src/index.ts';
import { defaults, resolveOptions } from '../src/options.ts';
import { BAD_OPTIONS, EASTUS, KEY, SWEDEN, withOptions, withRegion, withSwedenTwice } from './support/bad-options.ts';

const inTurn: Strategy = (...given) => weighted()(...given);
const make = (options: unknown) => createFailoverFetch(options as FailoverOptions);

test.each(BAD_OPTIONS)('A bad configuration throws at construction: %s', (_, options, message) => {
  expect(() => make(options)).toThrow(TypeError);
  expect(() => make(options)).toThrow(message);
  expect(() => make(options)).toThrow(/^createFailoverFetch: /);
  expect(() => make(options)).not.toThrow(/secret/);
});

test.each<[string, unknown]>([
  ['where an endpoint should be', withRegion({ endpoint: KEY })],
  ['in an endpoint, as a password', withRegion({ endpoint: `https://user:${KEY}@contoso.openai.azure.com` })],
  ['in an endpoint, as a query', withRegion({ endpoint: `https://contoso.openai.azure.com?api-key=${KEY}` })],
  ['in an endpoint, as a fragment', withRegion({ endpoint: `https://contoso.openai.azure.com#${KEY}` })],
  ['under a misspelt name', withRegion({ apiKey: KEY })],
  ['under a misspelt name in a credential', withRegion({ credential: { key: KEY } })],
  ['as the credential of all', { regions: [{ name: 'a', endpoint: SWEDEN.endpoint }], credential: KEY }],
])('E: no message shows a key, wherever it was put: %s', (_, options) => {
  expect(() => make(options)).toThrow(TypeError);
  expect(() => make(options)).not.toThrow(/secret/);
});

test.each<[string, unknown]>([
  ['the least there may be', { regions: [SWEDEN] }],
  [
    'one credential for all',
    { regions: [{ name: 'a', endpoint: SWEDEN.endpoint }], credential: { apiKey: [KEY, 'other'] } },
  ],
  [
    'http on loopback',
    {
      regions: [
        { ...SWEDEN, endpoint: 'http://127.0.0.1:8080' },
        { ...EASTUS, endpoint: new URL('http://[::1]:80') },
        { ...EASTUS, name: 'c', endpoint: 'http://sweden.localhost' },
      ],
    },
  ],
  [
    'two prefixes on one host',
    {
      regions: [
        { ...SWEDEN, endpoint: 'https://gw.example.com/a' },
        { ...EASTUS, endpoint: 'https://gw.example.com/b/' },
      ],
    },
  ],
  [
    'undefined for not set',
    withOptions({
      retry: { attempts: undefined },
      timeouts: undefined,
      strategy: undefined,
      store: undefined,
      clock: undefined,
      use: undefined,
      breaker: { rampMs: undefined },
    }),
  ],
  [
    'parts of numbers, where a number is a part of something',
    withOptions({ retry: { budget: 0.01 }, hedge: { budget: 1.5 } }),
  ],
  ['a strategy that passes on whatever it is given', withOptions({ strategy: inTurn })],
  ['hedging as it is', withOptions({ hedge: {} })],
  ['hedging off', withOptions({ hedge: false })],
  ['undefined for no hedging', withOptions({ hedge: undefined })],
  ['undefined for a learned delay', withOptions({ hedge: { afterMs: undefined, budget: undefined } })],
  ['one endpoint twice, each time with other deployments', withSwedenTwice({ gpt: 'ptu' }, { gpt: 'payg' })],
  [
    'one pool for several regions',
    {
      regions: [
        { ...SWEDEN, pool: 'global' },
        { ...EASTUS, pool: 'global' },
      ],
    },
  ],
  ['undefined for no middleware', withOptions({ use: { perCall: undefined, perAttempt: [] } })],
  [
    'undefined for no deployments',
    withRegion({
      deployments: undefined,
      apiVersion: undefined,
      priority: undefined,
      weight: undefined,
      pool: undefined,
    }),
  ],
  [
    'the edges of every number',
    withOptions({
      retry: { attempts: 1, sameRegion: 0, budget: 0, maxWaitMs: 0, baseDelayMs: 0, maxDelayMs: 0 },
      timeouts: { totalMs: 2 ** 31 - 1, livenessMs: 0 },
      breaker: { openMs: 1, maxOpenMs: 1, successesToClose: 1, rampMs: 0 },
      hedge: { afterMs: 0, budget: 0 },
    }),
  ],
])('A good configuration is taken: %s', (_, options) => {
  expect(() => make(options)).not.toThrow();
});

test('Whatever is passed, construction succeeds or throws a TypeError that says whose it is', () => {
  const junk = fc.anything({ withNullPrototype: true, withBigInt: true, withDate: true });
  const options = fc.record(
    {
      regions: fc.oneof(
        junk,
        fc.array(
          fc.record(
            {
              name: junk,
              endpoint: junk,
              credential: junk,
              deployments: junk,
              apiVersion: junk,
              priority: junk,
              weight: junk,
              pool: junk,
            },
            { requiredKeys: [] },
          ),
          { maxLength: 2 },
        ),
        fc.constant([SWEDEN, EASTUS]),
      ),
      ...{ credential: junk, strategy: junk, store: junk, retry: junk, timeouts: junk, breaker: junk },
      ...{ use: junk, hedge: junk, classify: junk, onEvent: junk, fetch: junk, clock: junk, random: junk },
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(junk, options), (given) => {
      try {
        make(given);
      } catch (error) {
        expect(String(error)).toMatch(/^TypeError: createFailoverFetch: .+ must be /s);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('Regions may come from a list, and options from variables that may not be set', () => {
  const unset = undefined as string | undefined;
  const number = undefined as number | undefined;
  // TypeScript has its say in this one: `exactOptionalPropertyTypes` is on.
  const options: FailoverOptions = {
    regions: [SWEDEN, EASTUS].map(({ name, endpoint }) => ({
      ...{ name, endpoint, credential: undefined, deployments: undefined },
      ...{ apiVersion: unset, pool: unset, priority: number, weight: number },
    })),
    credential: unset === undefined ? { apiKey: KEY } : undefined,
    ...{ strategy: undefined, store: undefined, fetch: undefined, clock: undefined, random: undefined },
    ...{ classify: undefined, onEvent: undefined, use: { perCall: undefined, perAttempt: undefined } },
    retry: {
      ...{ attempts: number, sameRegion: number, budget: number },
      ...{ maxWaitMs: number, baseDelayMs: number, maxDelayMs: number },
    },
    timeouts: {
      ...{ totalMs: number, responseMs: number, firstEventMs: number, idleMs: number, livenessMs: number },
    },
    breaker: { openMs: number, maxOpenMs: number, successesToClose: number, rampMs: number },
    hedge: { afterMs: number, budget: number },
  };
  expect(() => createFailoverFetch(options)).not.toThrow();
  const groups = { retry: undefined, timeouts: undefined, breaker: undefined, hedge: undefined, use: undefined };
  expect(() => createFailoverFetch({ ...options, ...groups })).not.toThrow();
  expect(() => createFailoverFetch({ regions: [] as const })).toThrow(/regions must be a list of at least one region/);
  const source: TokenSource = { patienceMs: number, getToken: async () => ({ token: 't', expiresAt: 0 }) };
  expect(() => createFailoverFetch({ ...options, credential: source })).not.toThrow();
});

test('What is changed in the options later changes nothing', async () => {
  const region = { ...SWEDEN, deployments: { gpt: 'own' } };
  const sent: unknown[] = [];
  const fetch = createFailoverFetch({
    regions: [region],
    fetch: async (_, init) => {
      sent.push(init?.body);
      return new Response('{}');
    },
  });
  region.deployments.gpt = 'changed';
  await fetch(`${SWEDEN.endpoint}/openai/v1/responses`, { method: 'POST', body: '{"model":"gpt"}' });
  expect(sent).toEqual(['{"model":"own"}']);
});

test('Every @default in the documentation of the options is the default', () => {
  const source = readFileSync(new URL('../src/options.ts', import.meta.url), 'utf8');
  const documented = (group: string) => {
    const [, body = ''] = new RegExp(`interface ${group} \\{\\n([^}]*)\\n\\}`).exec(source) ?? [];
    const members = body.matchAll(/@default ([\d_.]+)[^/]*\*\/\s*readonly (\w+): number/g);
    return Object.fromEntries([...members].map(([, value, name]) => [name, Number(value?.replaceAll('_', ''))]));
  };
  expect(documented('RetryOptions')).toEqual(defaults.retry);
  expect(documented('Timeouts')).toEqual(defaults.timeouts);
  expect(documented('BreakerOptions')).toEqual(defaults.breaker);
  const { hedge } = resolveOptions(withOptions({ hedge: {} }) as unknown as FailoverOptions);
  expect(documented('HedgeOptions')).toEqual(hedge);
});
