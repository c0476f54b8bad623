import { expect, test, vi } from 'vitest';
import { createFailoverFetch, memoryStore, type TokenSource } from '../../src/index.ts';
import { settled } from '../support/clock.ts';
import { accepts, HOUR, NOON, signedWith, withKeys, withToken } from '../support/credentials.ts';
import { pretend } from '../support/platform.ts';
import { ok, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, type Given, outcomeOf, setup } from '../support/setup.ts';

const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"},"name":{"value":"Zoë"}}}';
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const challenge = (claims: string) =>
  status(401, {
    'www-authenticate': `Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", error="insufficient_claims", claims="${claims}"`,
  });

/** A source that counts its tokens. */
const counted = () => {
  let nth = 0;
  return vi.fn<TokenSource['getToken']>(async () => ({ token: `token${++nth}`, expiresAt: NOON + HOUR }));
};

test.each([
  ['base64', base64(CLAIMS)],
  ['base64 without padding', base64(CLAIMS).replace(/=+$/, '')],
  ['base64url', base64(CLAIMS).replaceAll('+', '-').replaceAll('/', '_')],
])('F: a claims challenge in %s is decoded, and the source asked for a token that meets it', async (_, encoded) => {
  const getToken = counted();
  const { chat: ask, requests, stateOf } = setup(withToken(getToken, { sweden: [challenge(encoded), ok] }));
  expect((await ask()).status).toBe(200);
  expect(requests.map(signedWith)).toEqual(['Bearer token1', 'Bearer token2']);
  expect(getToken.mock.calls.map(([{ refresh, claims }]) => [refresh, claims])).toEqual([
    [false, undefined],
    [true, CLAIMS],
  ]);
  expect(stateOf('sweden')).toBe('closed');
});

test('F: a claims challenge is answered once: a second one is a refusal', async () => {
  const getToken = counted();
  const { chat: ask, asked, stateOf } = setup(withToken(getToken, { sweden: challenge(base64(CLAIMS)) }));
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus']);
  expect(getToken).toHaveBeenCalledTimes(2);
  expect(stateOf('sweden')).toBe('open');
});

test.each([
  ['is not base64', '%%%'],
  ['is no JSON', base64('{claims')],
  ['is no object', base64('"secret"')],
  ['is empty', ''],
])('F: a claims challenge that %s is a refusal like any other', async (_, encoded) => {
  const getToken = counted();
  const { chat: ask } = setup(withToken(getToken, { sweden: [challenge(encoded), ok] }));
  expect((await ask()).status).toBe(200);
  expect(getToken.mock.calls.map(([{ claims }]) => claims)).toEqual([undefined, undefined]);
});

test('F: a token is renewed in the background from when its source says so', async () => {
  let nth = 0;
  const getToken = vi.fn<TokenSource['getToken']>(async () => ({
    token: `token${++nth}`,
    expiresAt: NOON + 24 * HOUR,
    refreshAt: nth === 1 ? NOON + 12 * HOUR : undefined,
  }));
  const { chat: ask, clock, requests } = setup(withToken(getToken));
  await ask();
  await clock.advance(12 * HOUR - 1);
  await ask();
  expect(getToken).toHaveBeenCalledTimes(1);
  await clock.advance(1);
  await ask();
  await settled();
  await ask();
  expect(getToken.mock.calls.map(([{ refresh }]) => refresh)).toEqual([false, false]);
  expect(requests.map(signedWith).at(-2)).toBe('Bearer token1');
  expect(requests.map(signedWith).at(-1)).toBe('Bearer token2');
});

test('F: an answer that comes after the next one is not used', async () => {
  const answers: ((token: string) => void)[] = [];
  const getToken: TokenSource['getToken'] = () =>
    new Promise((resolve) => {
      answers.push((token) => resolve({ token, expiresAt: NOON + HOUR }));
    });
  const { fetch, clock, chat: ask, requests } = setup(withToken(getToken));
  const first = fetch(CHAT, chat());
  first.catch(() => {});
  await clock.advance(31_000);
  const second = fetch(CHAT, chat());
  await clock.advance(1);
  answers[1]?.('new');
  await second;
  answers[0]?.('old');
  await settled();
  await ask();
  expect(requests.map(signedWith)).toEqual(['Bearer new', 'Bearer new']);
});

test('F: what says itself what helps is not wrapped', async () => {
  const said = Object.assign(new Error('Run az login'), { name: 'TokenSourceError' });
  const { chat: ask } = setup(withToken(() => Promise.reject(said)));
  await expect(ask()).rejects.toMatchObject({
    code: 'ERR_CREDENTIAL',
    message: expect.stringContaining('Run az login'),
    cause: { message: 'Run az login' },
  });
});

test('F: the key that works is preferred until it is refused, and then the other one is tried again', async () => {
  const script = { sweden: accepts('key2') };
  const { chat: ask, requests, stateOf } = setup(withKeys(script));
  await ask();
  await ask();
  script.sweden = accepts('key1');
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(200);
  expect(requests.map(signedWith)).toEqual(['key1', 'key2', 'key2', 'key2', 'key1', 'key1']);
  expect(stateOf('sweden')).toBe('closed');
});

const ROLE =
  'that who signs in has the role Cognitive Services OpenAI User on it (Owner is not enough, and a new role takes minutes)';
const lacking = status(401, {}, 'Principal does not have access to API/Operation.', 'PermissionDenied');
const disabled = status(403, {}, 'Key based authentication is disabled.', 'AuthenticationTypeDisabled');
const spent = status(429, {}, 'You exceeded your quota.', 'insufficient_quota');
const callers: Given = { regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: 'caller' }] };

test.each<[what: string, given: Given, message: string]>([
  ['a key’s 401', withKeys({ sweden: status(401) }), 'refuses its credential (401): check its key and endpoint'],
  [
    'a token’s 401',
    withToken(counted(), { sweden: status(401) }),
    `refuses its credential (401): check its tenant and scope, and ${ROLE}`,
  ],
  [
    'a role that is missing',
    withToken(counted(), { sweden: lacking }),
    `does not let this client in (401 PermissionDenied): check ${ROLE}, and its network rules`,
  ],
  [
    'a key’s 403',
    withKeys({ sweden: disabled }),
    'does not let this client in (403 AuthenticationTypeDisabled): check that it allows keys, and its network rules',
  ],
  [
    'a token’s 403',
    withToken(counted(), { sweden: status(403) }),
    `does not let this client in (403): check ${ROLE}, and its network rules`,
  ],
  [
    'the caller’s 401',
    { ...callers, script: { sweden: status(401) } },
    'refuses its credential (401): check what the caller sends',
  ],
  ['a spent quota', withKeys({ sweden: spent }), 'has blocked this resource (429 insufficient_quota): check its quota'],
])('F: a warning says what was refused, how, and what to check: %s', async (_, given, message) => {
  const { chat: ask, heard } = setup(given);
  await outcomeOf(ask());
  const code = expect.stringMatching(/^(credential-refused|blocked):sweden$/);
  expect(heard('warning')).toEqual([{ type: 'warning', code, message: `sweden ${message}` }]);
});

/** The warnings of three calls, each with its code. */
async function warningsOf(endpoint: string, credential: Parameters<typeof createFailoverFetch>[0]['credential']) {
  const warnings: string[] = [];
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'here', endpoint }],
    ...(credential && { credential }),
    fetch: async () => Response.json({}),
    onEvent: (event) => {
      if (event.type === 'warning') warnings.push(`${event.code}: ${event.message}`);
    },
  });
  for (let i = 0; i < 3; i++) await fetch(`${endpoint}/openai/v1/chat/completions`, chat());
  return warnings;
}

test('E: a key in a page earns one warning, which says why and what to use instead', async () => {
  pretend('browser');
  const warnings = await warningsOf(endpointOf('sweden'), { apiKey: 'secret-key' });
  expect(warnings).toEqual([expect.stringMatching(/^key-in-page: .*can read its API key.*`msal`.*server/)]);
  expect(warnings.join()).not.toContain('secret-key');
});

test('E: a key on a server, a token in a page, and a key of a region that is not real earn none', async () => {
  pretend('server');
  expect(await warningsOf(endpointOf('sweden'), { apiKey: 'secret-key' })).toEqual([]);
  pretend('browser');
  const getToken: TokenSource['getToken'] = async () => ({ token: 't', expiresAt: Number.POSITIVE_INFINITY });
  expect(await warningsOf(endpointOf('sweden'), { getToken })).toEqual([]);
  expect(await warningsOf('http://127.0.0.1:8080', { apiKey: 'secret-key' })).toEqual([]);
  expect(await warningsOf('https://eastus.sim.invalid', { apiKey: 'secret-key' })).toEqual([]);
});
