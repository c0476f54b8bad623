import { expect, test, vi } from 'vitest';
import { explain, type Middleware } from '../../src/index.ts';
import { refused, type Sent, status, throttled } from '../support/service.ts';
import { CHAT, chat, endpointOf, keyOf, outcomeOf, setup } from '../support/setup.ts';

const SIGNING = ['api-key', 'authorization', 'ocp-apim-subscription-key'];
const signing = ({ headers }: Sent) => Object.fromEntries([...headers].filter(([name]) => SIGNING.includes(name)));
const CALLERS = {
  'API-Key': 'callers-key',
  Authorization: 'Bearer callers',
  'Ocp-Apim-Subscription-Key': 'callers-sub',
};

test('E: the caller’s credentials are taken off, and each region gets its own and no other', async () => {
  const { chat: ask, requests } = setup({ script: { sweden: refused } });
  await ask({ headers: CALLERS });
  expect(requests.map(signing)).toEqual([
    { 'api-key': keyOf('sweden') },
    { 'api-key': keyOf('sweden') },
    { 'api-key': keyOf('eastus') },
  ]);
});

test('E: a token region gets no key, a key region no token', async () => {
  const getToken = async () => ({ token: 'entra', expiresAt: Number.POSITIVE_INFINITY });
  const { chat: ask, requests } = setup({
    script: { sweden: refused },
    regions: [
      { name: 'sweden', endpoint: endpointOf('sweden'), credential: { getToken } },
      { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'k' } },
    ],
  });
  await ask({ headers: CALLERS });
  expect(requests.map(signing)).toEqual([
    { authorization: 'Bearer entra' },
    { authorization: 'Bearer entra' },
    { 'api-key': 'k' },
  ]);
});

test('E: no redirect is followed, whatever the caller says', async () => {
  const { fetch, clock, requests, asked } = setup({
    script: { sweden: status(307, { location: 'https://evil.example' }) },
  });
  for (const redirect of ['follow', 'error', 'manual'] as const) {
    expect((await clock.run(fetch(CHAT, chat({ redirect })))).status).toBe(200);
    expect((await clock.run(fetch(new Request(CHAT, chat({ redirect }))))).status).toBe(200);
  }
  expect(new Set(requests.map(({ init }) => init.redirect))).toEqual(new Set(['manual']));
  expect(new Set(asked())).toEqual(new Set(['sweden', 'eastus']));
});

test.each([401, 403, 429, 500, 307, 'refused' as const])(
  'E: no key is to be found in what is told of a %s',
  async (code) => {
    const answer = code === 'refused' ? refused : status(code);
    const { chat: ask, fetch, events } = setup({ script: { sweden: answer, eastus: answer } });
    const outcome = await outcomeOf(ask({ headers: CALLERS }));
    const result = 'error' in outcome ? outcome.error : outcome.response;
    const told = [
      JSON.stringify([events, fetch.regions(), explain(result), fetch, result]),
      String(explain(result)),
      'error' in outcome
        ? `${outcome.error}${(outcome.error as Error).stack}${JSON.stringify((outcome.error as Error).cause)}`
        : '',
    ].join('\n');
    expect(told).not.toMatch(/key-of|callers/);
  },
);

test('E: a caller’s key that no header can carry is not shown', async () => {
  const { chat: ask } = setup();
  const outcome = await outcomeOf(ask({ headers: { 'api-key': 'callers-key\u0100' } }));
  expect(outcome).toMatchObject({ error: { code: 'ERR_INVALID_REQUEST' } });
  expect(String('error' in outcome ? outcome.error : '')).not.toContain('callers-key');
});

test('E: a middleware and a strategy see the region without its credential', async () => {
  const seen = vi.fn();
  const look: Middleware = (call, next) => {
    seen(call.attempt?.region, [...call.headers.keys()]);
    return next(call);
  };
  const { chat: ask } = setup({
    use: { perAttempt: [look] },
    strategy: (candidates) => {
      seen(candidates);
      return candidates;
    },
  });
  await ask();
  expect(seen).toHaveBeenCalledTimes(2);
  expect(JSON.stringify(seen.mock.calls)).not.toContain('key-of');
});

test.each([
  ['another host', (url: string) => url.replace('contoso-sweden', 'evil')],
  ['a host that begins alike', (url: string) => url.replace('azure.com', 'azure.com.evil.example')],
  ['a host behind a user name', (url: string) => url.replace('azure.com', 'azure.com@evil.example')],
  ['another port', (url: string) => url.replace('azure.com', 'azure.com:8443')],
  ['plain http', (url: string) => url.replace('https:', 'http:')],
  ['another region', (url: string) => url.replace('sweden', 'eastus')],
])('E: a middleware that sends the call to %s sends no credential there', async (_, elsewhere) => {
  const { fetch, clock, requests } = setup({
    use: { perAttempt: [(call, next) => next({ ...call, url: elsewhere(call.url) })] },
  });
  await outcomeOf(clock.run(fetch(CHAT, chat({ headers: CALLERS }))));
  for (const sent of requests) {
    expect(new URL(sent.url).origin).not.toBe(endpointOf('sweden'));
    expect(signing(sent)).toEqual({});
  }
});

const JWT = 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln';
test.each<[string, Record<string, string>, Record<string, string>?]>([
  ['a token goes everywhere', { authorization: JWT }, { authorization: JWT }],
  ['a key goes home only', { 'api-key': 'callers-key' }],
  ['a key as a bearer goes home only', { authorization: 'Bearer 0123456789abcdef0123456789abcdef' }],
  ['a subscription key goes home only', { 'ocp-apim-subscription-key': 'sub' }],
  ['of a key and a token only the token', { 'api-key': 'callers-key', authorization: JWT }, { authorization: JWT }],
])("E: with 'caller', %s", async (_, headers, elsewhere) => {
  const { fetch, clock, requests, asked } = setup({
    script: { sweden: refused },
    regions: ['sweden', 'eastus'].map((name) => ({ name, endpoint: endpointOf(name), credential: 'caller' as const })),
  });
  const outcome = await outcomeOf(clock.run(fetch(CHAT, chat({ headers }))));
  expect('response' in outcome).toBe(elsewhere !== undefined);
  expect(asked()).toEqual(elsewhere ? ['sweden', 'sweden', 'eastus'] : ['sweden', 'sweden']);
  expect(requests.map(signing)).toEqual([headers, headers, ...(elsewhere ? [elsewhere] : [])]);
});

test("E: 'caller' at home leaves a call without credentials as it is", async () => {
  const { chat: ask, requests } = setup({
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: 'caller' }],
  });
  expect((await ask({ headers: {} })).status).toBe(200);
  expect(requests.map(signing)).toEqual([{}]);
});

test('C: no request header is added that the caller did not send, but credentials', async () => {
  const { fetch, clock, requests } = setup({ script: { sweden: throttled(1), eastus: refused } });
  const headers = { 'content-type': 'application/json', 'x-mine': 'ü' };
  await outcomeOf(clock.run(fetch(CHAT, chat({ headers }))));
  expect(requests.length).toBeGreaterThan(2);
  for (const sent of requests) expect([...sent.headers.keys()].sort()).toEqual(['api-key', 'content-type', 'x-mine']);
});
