import { expect, test, vi } from 'vitest';
import type { TokenSource } from '../../src/index.ts';
import { settled } from '../support/clock.ts';
import { HOUR, NOON, signedWith, withToken } from '../support/credentials.ts';
import { ok, refused, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

test.each<[string, () => unknown]>([
  ['rejects', () => Promise.reject(new Error('Entra is down'))],
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  [
    'throws a string',
    () => {
      throw 'no';
    },
  ],
  ['answers nothing', () => undefined],
  ['answers a bare string', async () => 'token'],
  ['answers no token', async () => ({ expiresAt: NOON + HOUR })],
  ['answers a token no header can carry', async () => ({ token: 'a\nb', expiresAt: NOON + HOUR })],
  ['answers an expired token', async () => ({ token: 't', expiresAt: NOON - 1 })],
  ['says seconds for milliseconds', async () => ({ token: 't', expiresAt: (NOON + HOUR) / 1_000 })],
  ['does not say when it expires', async () => ({ token: 't', expiresAt: Number.NaN })],
  [
    'answers what throws when it is read',
    async () => ({
      get token() {
        throw 'secret';
      },
    }),
  ],
  ['never answers', () => new Promise(() => {})],
])('F: a token source that %s is nobody’s outage: ERR_CREDENTIAL', async (_, getToken) => {
  const { chat: ask, requests, fetch, left } = setup(withToken(getToken as TokenSource['getToken']));
  await expect(ask()).rejects.toMatchObject({ name: 'FailoverError', code: 'ERR_CREDENTIAL' });
  expect(requests).toEqual([]);
  expect(fetch.regions()).toMatchObject([
    { state: 'closed', deployments: {} },
    { state: 'closed', deployments: {} },
  ]);
  expect(left()).toEqual([]);
});

const SECRET = 'eyJ0eXAiOiJKV1QifQ.eyJzZWNyZXQiOjF9.c2VjcmV0';
const late = (given: object) => async () => ({ token: SECRET, ...given });
const failing = (error: unknown) => () => Promise.reject(error);
const coded = (name: string, code: unknown) => Object.assign(new Error(`says ${SECRET}`), { name, code });

test.each<[string, () => unknown, RegExp]>([
  [
    'answers nothing',
    async () => undefined,
    /must answer \{ token, expiresAt \}: text without white space, and .*; got undefined, NaN;/,
  ],
  ['answers a bare token', async () => SECRET, /must answer \{ token, expiresAt \}: text .*; got undefined, NaN;/],
  ['answers with a scheme before it', late({ token: `Bearer ${SECRET}` }), /: text without white space, and/],
  [
    'says seconds for milliseconds',
    late({ expiresAt: (NOON + HOUR) / 1_000 }),
    /and Unix time in ms \(not s\) after \d{13}; got string, \d{10};/,
  ],
  ['answers an expired token', late({ expiresAt: NOON - 1 }), /Unix time in ms .*after \d{13}; got string, \d{13};/],
  ['does not say when it expires', late({}), /; got string, NaN;/],
  ['says it in a text', late({ expiresAt: SECRET }), /; got string, NaN;/],
  [
    'is a credential of @azure/identity',
    late({ expiresOnTimestamp: NOON + HOUR }),
    /wrap a TokenCredential in `entra`;/,
  ],
  [
    'fails with a name and a code',
    failing(coded('CredentialUnavailableError', 'ECONNREFUSED')),
    /The token source failed \(CredentialUnavailableError, ECONNREFUSED\): see `cause`;/,
  ],
  [
    'fails with a secret as its code',
    failing(coded('Error', SECRET)),
    /The token source failed \(Error\): see `cause`;/,
  ],
  ['fails with a number as its code', failing(coded(SECRET, 7)), /The token source failed \(object\): see `cause`;/],
  ['fails with a text', failing(SECRET), /The token source failed \(string\): see `cause`;/],
  [
    'fails with an error that throws when it is read',
    failing(
      Object.defineProperty(new Error(SECRET), 'name', {
        get() {
          throw SECRET;
        },
      }),
    ),
    /The token source failed \(object\): see `cause`;/,
  ],
  ['fails with nothing', failing(undefined), /The token source failed \(undefined\): see `cause`;/],
  [
    'fails with what throws when it is read',
    failing({
      get name() {
        throw SECRET;
      },
    }),
    /The token source failed \(object\): see `cause`;/,
  ],
])('F: the error says why, and no secret: a token source that %s', async (_, getToken, says) => {
  const { chat: ask } = setup(withToken(getToken as TokenSource['getToken']));
  const error = await ask().catch((thrown: Error) => thrown);
  expect(error).toMatchObject({ code: 'ERR_CREDENTIAL', message: expect.stringMatching(says) });
  expect(`${error}`).not.toContain(SECRET);
});

test('F: a source that fails for one region leaves the others theirs', async () => {
  const {
    chat: ask,
    asked,
    stateOf,
  } = setup({
    regions: [
      {
        name: 'sweden',
        endpoint: endpointOf('sweden'),
        credential: { getToken: () => Promise.reject(new Error('no')) },
      },
      { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'key' } },
    ],
  });
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['eastus']);
  expect(stateOf('sweden')).toBe('closed');
});

test('F: a token that is still valid is used while its source fails, and renewed in the background before it expires', async () => {
  const getToken = vi.fn<TokenSource['getToken']>().mockResolvedValueOnce({ token: 'one', expiresAt: NOON + HOUR });
  const { chat: ask, clock, requests } = setup(withToken(getToken));
  await ask();
  getToken.mockRejectedValue(new Error('Entra is down'));
  await clock.advance(HOUR - 60_000);
  expect((await ask()).status).toBe(200);
  await settled();
  expect(getToken).toHaveBeenCalledTimes(2);
  getToken.mockResolvedValue({ token: 'two', expiresAt: NOON + 2 * HOUR });
  await clock.advance(6_000);
  expect((await ask()).status).toBe(200);
  await settled();
  expect((await ask()).status).toBe(200);
  expect(requests.map(signedWith)).toEqual(['Bearer one', 'Bearer one', 'Bearer one', 'Bearer two']);
});

test('F: a source that hung once is asked again', async () => {
  const getToken = vi.fn<TokenSource['getToken']>().mockReturnValueOnce(new Promise(() => {}));
  getToken.mockResolvedValue({ token: 't', expiresAt: Number.POSITIVE_INFINITY });
  const { chat: ask } = setup(withToken(getToken));
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_CREDENTIAL' });
  expect((await ask()).status).toBe(200);
});

test('F: a caller who gives up while a token is renewed leaves the region as it was', async () => {
  const getToken: TokenSource['getToken'] = ({ refresh }) =>
    refresh ? new Promise(() => {}) : Promise.resolve({ token: 't', expiresAt: NOON + HOUR });
  const { fetch, clock, stateOf } = setup(withToken(getToken, { sweden: status(401) }));
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(10);
  caller.abort('enough');
  expect(await answer).toEqual({ error: 'enough' });
  expect(stateOf('sweden')).toBe('closed');
});

test('F: close() ends what a token source has under way', async () => {
  let seen: AbortSignal | undefined;
  const { fetch, clock } = setup(
    withToken(({ signal }) => {
      seen = signal;
      return new Promise(() => {});
    }),
  );
  outcomeOf(fetch(CHAT, chat()));
  await clock.advance(1);
  expect(seen?.aborted).toBe(false);
  await fetch.close();
  expect(seen?.aborted).toBe(true);
});

test('F: what kept the last region from being asked does not hide why the others failed', async () => {
  const { chat: ask } = setup({
    script: { sweden: refused },
    regions: ['sweden', 'eastus'].map((name) => ({ name, endpoint: endpointOf(name), credential: 'caller' as const })),
  });
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_ALL_REGIONS_FAILED' });
});

test('K: a probe that was given up while it waited for its token gives its place back', async () => {
  const tokens = [Promise.resolve({ token: 'one', expiresAt: NOON + 4_000 }), new Promise<never>(() => {})];
  const getToken = () => tokens.shift() ?? Promise.resolve({ token: 'two', expiresAt: NOON + HOUR });
  const {
    fetch,
    clock,
    chat: ask,
    asked,
    stateOf,
    openMs,
  } = setup({
    script: { sweden: [refused, refused, ok] },
    regions: [
      { name: 'sweden', endpoint: endpointOf('sweden'), credential: { getToken } },
      { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'key' } },
    ],
  });
  await ask();
  await clock.advance(openMs('sweden'));
  // Its front door answers.
  await ask();
  expect(stateOf('sweden')).toBe('half-open');
  // Nobody is there to stand in for it.
  fetch.force('eastus', 'out');
  const caller = new AbortController();
  const probe = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(29_000);
  caller.abort('enough');
  expect(await probe).toEqual({ error: 'enough' });
  // By now a new token is asked for.
  await clock.advance(2_000);
  await ask();
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus', 'eastus', 'sweden']);
});

test.each([
  [undefined, 30_000],
  [300_000, 300_000],
])('F: a source is waited for as long as it says (patienceMs: %s)', async (patienceMs, ms) => {
  const credential: TokenSource = { getToken: () => new Promise(() => {}), ...(patienceMs && { patienceMs }) };
  const { chat: ask, clock } = setup({ regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential }] });
  const before = clock.now();
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_CREDENTIAL' });
  expect(clock.now() - before).toBe(ms);
});
