import { inspect } from 'node:util';
import {
  type AccountInfo,
  type AuthenticationResult,
  type EventCallbackFunction,
  InteractionRequiredAuthError,
  type IPublicClientApplication,
  PublicClientApplication,
} from '@azure/msal-browser';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { msal } from '../../src/credential/msal.ts';
import type { TokenRequest } from '../../src/index.ts';

const SECRET = 'eyJ.secret-of-a-person.sig';
const { signal } = new AbortController();
const asks = (more: Partial<TokenRequest> = {}): TokenRequest => ({ signal, refresh: false, ...more });
const account = (name: string): AccountInfo => ({
  homeAccountId: name,
  localAccountId: name,
  environment: 'login.microsoftonline.com',
  tenantId: 'contoso',
  username: `${name}@contoso.test`,
});
const ANN = account('ann');
const BOB = account('bob');
const HOUR_MS = 3_600_000;
const result = (token: string, who = ANN): AuthenticationResult =>
  ({ accessToken: token, account: who, expiresOn: new Date(Date.now() + HOUR_MS) }) as AuthenticationResult;
const needed = () => new InteractionRequiredAuthError('login_required', '', `AADSTS50058: ${SECRET}`);
const failing = (errorCode: string) => Object.assign(new Error(`${errorCode} ${SECRET}`), { errorCode });

beforeEach(() => void vi.useFakeTimers({ now: Date.UTC(2026, 10, 22, 12) }));
afterEach(() => void vi.useRealTimers());

/** An app that does as it is told. */
function fakeApp(accounts: readonly AccountInfo[] = [ANN], active: AccountInfo | null = null) {
  const listeners = new Set<EventCallbackFunction>();
  const fake = {
    initialize: vi.fn(async () => {}),
    getActiveAccount: vi.fn(() => active),
    getAllAccounts: vi.fn(() => [...accounts]),
    acquireTokenSilent: vi.fn<IPublicClientApplication['acquireTokenSilent']>(async () => result('silent')),
    acquireTokenPopup: vi.fn<IPublicClientApplication['acquireTokenPopup']>(async () => result('popup')),
    acquireTokenRedirect: vi.fn<IPublicClientApplication['acquireTokenRedirect']>(async () => {}),
    handleRedirectPromise: vi.fn<IPublicClientApplication['handleRedirectPromise']>(async () => null),
    addEventCallback: (listener: EventCallbackFunction) => {
      listeners.add(listener);
      return 'listener';
    },
    removeEventCallback: () => listeners.clear(),
  };
  return {
    ...fake,
    app: fake as unknown as IPublicClientApplication,
    /** A window opens, and says what the test says of it. */
    opens(window: { closed: boolean; opener: { document: { hasFocus(): boolean } } | null }) {
      for (const listener of listeners) listener({ payload: { popupWindow: window } } as never);
    },
    listening: () => listeners.size,
  };
}
const focused = (focus: boolean) => ({ document: { hasFocus: () => focus } });
const outcome = (work: Promise<unknown>): Promise<unknown> => work.catch((error: unknown) => error);
const failureOf = async (work: Promise<unknown>): Promise<string> => String(await outcome(work));

/** A popup that stays open until the test ends it. */
function staysOpen(fake: ReturnType<typeof fakeApp>) {
  const end = {
    resolve: (_: AuthenticationResult): void => {},
    reject: (_: Error): void => {},
  };
  const promise = new Promise<AuthenticationResult>((resolve, reject) => Object.assign(end, { resolve, reject }));
  fake.acquireTokenPopup.mockImplementationOnce(() => promise);
  return end;
}

test('F: the library’s own class is an app, and what is none is told at once', () => {
  const app = new PublicClientApplication({ auth: { clientId: 'one' } });
  expect(msal(app)).toHaveProperty('getToken');
  expect(() => msal({} as never)).toThrow('msal: app must be a PublicClientApplication');
  expect(() => msal(app, { scope: '' })).toThrow('msal: scope');
  expect(() => msal(app, { account: 'ann' as never })).toThrow('msal: account');
  expect(() => msal(app, { interaction: 'silent' as never })).toThrow("'popup', 'redirect' or 'none', got silent");
});

test('F: the app is initialized once, and again only when that failed', async () => {
  const fake = fakeApp();
  fake.initialize.mockRejectedValueOnce(failing('database_unavailable'));
  const one = msal(fake.app);
  expect(await failureOf(one.getToken(asks()))).toContain('(database_unavailable)');
  await Promise.all([one.getToken(asks()), msal(fake.app).getToken(asks()), one.getToken(asks())]);
  expect(fake.initialize).toHaveBeenCalledTimes(2);
  expect(fake.handleRedirectPromise).not.toHaveBeenCalled();
});

test('F: tokens are asked for by the cloud’s scope or the given one, past the cache and with claims as demanded', async () => {
  const fake = fakeApp();
  await msal(fake.app, { scope: undefined, account: undefined, interaction: undefined }).getToken(asks());
  await msal(fake.app).getToken(asks({ cloud: 'us-government', refresh: true }));
  await msal(fake.app, { scope: 'api://gateway/.default' }).getToken(asks({ refresh: true, claims: '{"a":1}' }));
  expect(fake.acquireTokenSilent.mock.calls.map(([request]) => request)).toEqual([
    { scopes: ['https://ai.azure.com/.default'], account: ANN, forceRefresh: false },
    { scopes: ['https://cognitiveservices.azure.us/.default'], account: ANN, forceRefresh: true },
    { scopes: ['api://gateway/.default'], account: ANN, forceRefresh: true, claims: '{"a":1}' },
  ]);
});

test('F: when a token expires, and from when on it should be renewed, is MSAL’s to say', async () => {
  const fake = fakeApp();
  const refreshOn = new Date(Date.now() + 1_000);
  fake.acquireTokenSilent.mockResolvedValueOnce({ ...result('t'), refreshOn });
  expect(await msal(fake.app).getToken(asks())).toEqual({
    token: 't',
    expiresAt: Date.now() + HOUR_MS,
    refreshAt: refreshOn.getTime(),
  });
});

test('F: the given account calls, else the active one', async () => {
  const fake = fakeApp([ANN, BOB], BOB);
  await msal(fake.app).getToken(asks());
  await msal(fake.app, { account: ANN }).getToken(asks());
  expect(fake.acquireTokenSilent.mock.calls.map(([request]) => request.account)).toEqual([BOB, ANN]);
});

test('F: of several accounts a person chooses one, once for all sources of the app', async () => {
  const fake = fakeApp([ANN, BOB]);
  fake.acquireTokenPopup.mockImplementationOnce(async () => result('of-bob', BOB));
  expect(await msal(fake.app).getToken(asks())).toMatchObject({ token: 'of-bob' });
  expect(fake.acquireTokenPopup.mock.calls[0]?.[0]).toMatchObject({ prompt: 'select_account' });
  await msal(fake.app).getToken(asks());
  expect(fake.acquireTokenPopup).toHaveBeenCalledTimes(1);
  expect(fake.acquireTokenSilent.mock.lastCall?.[0].account).toBe(BOB);
});

test('F: another person’s token is not used where an account is given', async () => {
  const fake = fakeApp();
  fake.acquireTokenSilent.mockRejectedValue(needed());
  fake.acquireTokenPopup.mockImplementationOnce(async () => result(SECRET, BOB));
  expect(await failureOf(msal(fake.app, { account: ANN }).getToken(asks()))).toContain('another person signed in');
});

test('F: who asks early keeps a token that lives, whether the authority is down or the session is over', async () => {
  const fake = fakeApp();
  const one = msal(fake.app);
  const first = await one.getToken(asks());
  vi.setSystemTime(Date.now() + HOUR_MS - 60_000);
  for (const error of [failing('network_error'), needed()]) {
    fake.acquireTokenSilent.mockRejectedValueOnce(error);
    expect(await one.getToken(asks())).toEqual(first);
  }
  expect(fake.acquireTokenPopup).not.toHaveBeenCalled();
  fake.acquireTokenSilent.mockRejectedValue(failing('network_error'));
  expect(await failureOf(one.getToken(asks({ refresh: true })))).toContain('its authority cannot be reached');
  vi.setSystemTime(Date.now() + 60_000);
  expect(await failureOf(one.getToken(asks()))).toContain('its authority cannot be reached');
});

test('F: an old token of somebody else is not used', async () => {
  const fake = fakeApp();
  const one = msal(fake.app);
  await one.getToken(asks());
  fake.getActiveAccount.mockReturnValue(BOB);
  fake.acquireTokenSilent.mockRejectedValueOnce(failing('network_error'));
  expect(await failureOf(one.getToken(asks()))).toContain('cannot be reached');
});

test('F: two scopes of one app ask a person one after the other', async () => {
  const fake = fakeApp();
  fake.acquireTokenSilent.mockRejectedValue(needed());
  const first = staysOpen(fake);
  const both = [msal(fake.app), msal(fake.app, { scope: 'api://other/.default' })].map((one) => one.getToken(asks()));
  await vi.waitFor(() => expect(fake.acquireTokenPopup).toHaveBeenCalledTimes(1));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(fake.acquireTokenPopup).toHaveBeenCalledTimes(1);
  first.resolve(result('one'));
  expect((await Promise.all(both)).map(({ token }) => token)).toEqual(['one', 'popup']);
  expect(fake.acquireTokenPopup.mock.calls.map(([{ scopes }]) => scopes)).toEqual([
    ['https://ai.azure.com/.default'],
    ['api://other/.default'],
  ]);
});

test('F: a window that is closed fails all who wait in under two seconds, and the next one takes over from it', async () => {
  const fake = fakeApp([]);
  const first = staysOpen(fake);
  const window = { closed: false, opener: focused(true) };
  const all = [1, 2, 3].map(() => failureOf(msal(fake.app).getToken(asks())));
  await vi.advanceTimersByTimeAsync(10);
  fake.opens(window);
  await vi.advanceTimersByTimeAsync(30_000);
  window.closed = true;
  await vi.advanceTimersByTimeAsync(1_500);
  for (const says of await Promise.all(all)) expect(says).toContain('left before it was done');
  expect(fake.listening()).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
  await msal(fake.app).getToken(asks());
  expect(fake.acquireTokenPopup.mock.calls.map(([request]) => request.overrideInteractionInProgress)).toEqual([
    undefined,
    true,
  ]);
  // MSAL notices late: nobody hears it, and nobody is overridden any more.
  first.reject(failing('interaction_in_progress_cancelled'));
  await msal(fake.app).getToken(asks());
  expect(fake.acquireTokenPopup.mock.lastCall?.[0]).not.toHaveProperty('overrideInteractionInProgress');
});

test('F: a window that closes itself because a person is done is no failure', async () => {
  const fake = fakeApp([]);
  const first = staysOpen(fake);
  const asked = msal(fake.app).getToken(asks());
  await vi.advanceTimersByTimeAsync(10);
  fake.opens({ closed: true, opener: focused(true) });
  await vi.advanceTimersByTimeAsync(1_000);
  first.resolve(result('t'));
  expect(await asked).toMatchObject({ token: 't' });
  expect(vi.getTimerCount()).toBe(0);
});

test.each([
  ['which the opener policy parts from the page', focused(false)],
  ['which was parted from the page before', null],
])('F: a window %s is not taken for a closed one', async (_, opener) => {
  const fake = fakeApp([]);
  const first = staysOpen(fake);
  const asked = msal(fake.app).getToken(asks());
  await vi.advanceTimersByTimeAsync(10);
  fake.opens({ closed: true, opener });
  await vi.advanceTimersByTimeAsync(50_000);
  first.resolve(result('t'));
  expect(await asked).toMatchObject({ token: 't' });
  expect(vi.getTimerCount()).toBe(0);
});

test('F: while the app signs somebody in itself, calls say so', async () => {
  const fake = fakeApp([]);
  fake.acquireTokenPopup.mockRejectedValueOnce(failing('interaction_in_progress'));
  expect(await failureOf(msal(fake.app).getToken(asks()))).toContain('the app is signing somebody in already');
  expect(await msal(fake.app).getToken(asks())).toMatchObject({ token: 'popup' });
  expect(fake.acquireTokenPopup.mock.lastCall?.[0]).not.toHaveProperty('overrideInteractionInProgress');
});

test.each([
  ['is told not to', () => Promise.resolve()],
  ['never does', () => new Promise<void>(() => {})],
])('F: a page that should leave, and %s, fails the calls that wait', async (_, leave) => {
  const fake = fakeApp([]);
  fake.acquireTokenRedirect.mockImplementation(leave);
  const all = [1, 2, 3].map(() => failureOf(msal(fake.app, { interaction: 'redirect' }).getToken(asks())));
  await vi.advanceTimersByTimeAsync(30_000);
  for (const says of await Promise.all(all)) expect(says).toContain('should have left for the login page');
  expect(fake.acquireTokenRedirect).toHaveBeenCalledTimes(1);
  expect(fake.handleRedirectPromise).toHaveBeenCalledTimes(1);
  expect(vi.getTimerCount()).toBe(0);
});

test('F: a page that came back with an error does not leave again, and uses what tokens there are', async () => {
  const fake = fakeApp();
  fake.handleRedirectPromise.mockRejectedValueOnce(failing('access_denied'));
  const one = msal(fake.app, { interaction: 'redirect' });
  expect(await one.getToken(asks())).toMatchObject({ token: 'silent' });
  fake.acquireTokenSilent.mockRejectedValue(needed());
  for (const _ of [1, 2]) {
    expect(await failureOf(one.getToken(asks({ refresh: true })))).toContain('signing in was cancelled');
  }
  expect(fake.acquireTokenRedirect).not.toHaveBeenCalled();
});

test('F: a page that came back knows who signed in', async () => {
  const fake = fakeApp([ANN, BOB]);
  fake.handleRedirectPromise.mockResolvedValueOnce(result('t', BOB));
  await msal(fake.app, { interaction: 'redirect' }).getToken(asks());
  expect(fake.acquireTokenSilent.mock.lastCall?.[0].account).toBe(BOB);
});

test('F: who gives up waits no longer, and the prompt goes on for the others', async () => {
  const fake = fakeApp([]);
  const first = staysOpen(fake);
  const giving = new AbortController();
  const one = msal(fake.app);
  const given = one.getToken(asks({ signal: giving.signal }));
  const other = one.getToken(asks());
  await vi.advanceTimersByTimeAsync(10);
  giving.abort('enough');
  await expect(given).rejects.toBe('enough');
  await expect(one.getToken(asks({ signal: giving.signal }))).rejects.toBe('enough');
  fake.getAllAccounts.mockReturnValue([ANN]);
  first.resolve(result('t'));
  expect(await other).toMatchObject({ token: 'silent' });
  expect(fake.acquireTokenPopup).toHaveBeenCalledTimes(1);
});

test.each([
  ['empty_window_error', 'the browser opened no window'],
  ['access_denied', 'signing in was cancelled'],
  ['timed_out', 'broadcastResponseToMainFrame()'],
  ['invalid_client', 'check `auth.clientId`'],
  ['non_browser_environment', 'use `entra` of ./identity'],
  ['something_new', 'what MSAL says itself is in its log'],
  [SECRET, 'what MSAL says itself is in its log'],
])('E: %s is told with what helps, and shows no secret', async (errorCode, says) => {
  const fake = fakeApp();
  fake.acquireTokenSilent.mockRejectedValue(failing(errorCode));
  const failure = await outcome(msal(fake.app).getToken(asks()));
  expect(failure).toMatchObject({ name: 'TokenSourceError', message: expect.stringContaining(says) });
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(SECRET);
});

test('E: whatever is thrown, the error is ours', async () => {
  for (const thrown of [
    undefined,
    null,
    'text',
    new Proxy(
      {},
      {
        get: () => {
          throw new Error(SECRET);
        },
      },
    ),
  ]) {
    const fake = fakeApp();
    fake.acquireTokenSilent.mockRejectedValue(thrown);
    expect(await outcome(msal(fake.app).getToken(asks()))).toMatchObject({ name: 'TokenSourceError' });
  }
});

test('E: where nobody may be asked, the error names the scope and Entra ID’s code, and no more', async () => {
  const fake = fakeApp();
  fake.acquireTokenSilent.mockRejectedValue(needed());
  const says = await failureOf(msal(fake.app, { interaction: 'none' }).getToken(asks()));
  expect(says).toContain('https://ai.azure.com/.default (login_required): a person has to sign in');
  expect(says).not.toContain(SECRET);
  expect(fake.acquireTokenPopup).not.toHaveBeenCalled();
});
