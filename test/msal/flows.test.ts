import type { Browser, Page as Tab } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Authority, startAuthority, TENANT } from '../support/authority.ts';
import { PAGE_ID, personsOf } from '../support/authority-login.ts';
import { launchOnLoopback } from './chromium.ts';
import type { Ended, Page } from './page.ts';
import { type Site, startSite } from './site.ts';

declare const page: Page;

let browser: Browser;
let site: Site;
let authority: Authority;
let tab: Tab;
let popups: Tab[];

beforeAll(async () => {
  [browser, site] = await Promise.all([launchOnLoopback(), startSite()]);
  authority = await startAuthority(personsOf(`${site.origin}/redirect.html`));
}, 30_000);
afterAll(async () => {
  await browser?.close();
  await authority?.[Symbol.asyncDispose]();
  await site?.[Symbol.asyncDispose]();
});

beforeEach(async () => {
  authority.is = 'up';
  popups = [];
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  tab = await context.newPage();
  tab.on('popup', (popup) => popups.push(popup));
});
afterEach(() => tab.context().close());

/** Opens the app. */
async function open(interaction: 'popup' | 'redirect' | 'none' = 'popup', more: Record<string, string> = {}) {
  const given = { authority: `${authority.host}/${TENANT}`, client: PAGE_ID, interaction, ...more };
  await tab.goto(`${site.origin}/?${new URLSearchParams(given)}`);
}
const start = (count = 1, sources = 1) =>
  tab.evaluate(([calls, of]) => page.start(calls, of), [count, sources] as const);
const ended = (): Promise<readonly Ended[]> => tab.evaluate(() => page.ended());
const tokens = () => tab.evaluate(() => page.tokens());
const OK: Ended = { status: 200 };
const failed = (says: string) => ({ code: 'ERR_CREDENTIAL', says: expect.stringContaining(says) });

/** Makes calls, and waits for the login page that they open. */
async function startAsking(count = 1, sources = 1): Promise<Tab> {
  const [popup] = await Promise.all([tab.waitForEvent('popup'), start(count, sources)]);
  await popup.getByText('Sign in').waitFor();
  return popup;
}

/** Opens the app, and signs a person in. */
async function signIn(more: Record<string, string> = {}) {
  await open('popup', more);
  const popup = await startAsking();
  await popup.getByText('Sign in').click();
  expect(await ended()).toEqual([OK]);
}

/** Makes calls, and sees how they end, and how often the authority was asked for a token. */
async function call(count = 1) {
  const before = authority.asked;
  await start(count);
  const all = await ended();
  return { all, asked: authority.asked - before };
}

test('F: a person signs in in a window, and the call goes on with a token that a region accepts', async () => {
  await signIn();
  const [token = '', ...others] = await tokens();
  expect(others).toEqual([]);
  expect(authority.accepts(token, Date.now())).toBe(true);
});

test('F: twenty calls at once, over two sources of one app, open one window', async () => {
  await open();
  const popup = await startAsking(20, 2);
  await popup.getByText('Sign in').click();
  expect(await ended()).toEqual(Array.from({ length: 20 }, () => OK));
  expect(popups).toHaveLength(1);
  expect(await tokens()).toHaveLength(1);
});

test('F: who has signed in is not asked again: the token comes from the cache', async () => {
  await signIn();
  // A page that is loaded anew knows nothing but what MSAL has stored.
  await tab.reload();
  expect(await call(5)).toEqual({ all: Array(5).fill(OK), asked: 0 });
  expect(popups).toHaveLength(1);
});

test('F: without a token in the cache, one comes by refresh token', async () => {
  await signIn();
  await tab.reload();
  await tab.evaluate(() => page.forget());
  expect(await call(5)).toEqual({ all: Array(5).fill(OK), asked: 1 });
  expect(popups).toHaveLength(1);
});

test('F: a token that is refused is renewed once, past the cache', async () => {
  await signIn();
  const [before] = await tokens();
  await open('popup', { refused: '1' });
  expect(await call()).toEqual({ all: [OK], asked: 1 });
  const [first, second, ...others] = await tokens();
  expect(first).toBe(before);
  expect(second).not.toBe(before);
  expect(others).toEqual([]);
});

test('F: a session that is over is a person’s turn, and one window', async () => {
  await signIn();
  await tab.reload();
  await tab.evaluate(() => page.forget());
  authority.endSessions();
  const popup = await startAsking(5);
  await popup.getByText('Sign in').click();
  expect(await ended()).toEqual(Array(5).fill(OK));
  expect(popups).toHaveLength(2);
});

test('F: a window that is closed fails the calls that wait, soon, and the next call opens another', async () => {
  await open();
  const popup = await startAsking(5);
  const closedAt = performance.now();
  await popup.close();
  expect(await ended()).toEqual(Array(5).fill(failed('the sign-in was left before it was done')));
  expect(performance.now() - closedAt).toBeLessThan(2_000);
  expect(new Set(await tab.evaluate(() => page.health()))).toEqual(new Set(['closed']));
  const second = await startAsking();
  await second.getByText('Sign in').click();
  expect(await ended()).toEqual([OK]);
  expect(popups).toHaveLength(2);
});

test('F: a window that is parted from the page says that it is closed, and is waited for', async () => {
  // Without a screen every page has the focus. It matters only of a page whose window says that it is closed.
  await tab.addInitScript(() => {
    let looks = 0;
    const hasFocus = (): boolean => ++looks < 0;
    Object.defineProperty(document, 'hasFocus', { value: hasFocus });
    Object.defineProperty(globalThis, 'looks', { get: () => looks });
  });
  await open('popup', { isolated: 'yes' });
  const popup = await startAsking(2);
  await tab.waitForFunction(() => ((globalThis as { looks?: number }).looks ?? 0) > 14);
  await popup.getByText('Sign in').click();
  expect(await ended()).toEqual([OK, OK]);
});

test('F: who cancels on the login page fails the calls that wait, and no region', async () => {
  await open();
  const popup = await startAsking(5);
  await popup.getByText('Cancel').click();
  expect(await ended()).toEqual(Array(5).fill(failed('(access_denied): signing in was cancelled')));
  expect(new Set(await tab.evaluate(() => page.health()))).toEqual(new Set(['closed']));
  const second = await startAsking();
  await second.getByText('Sign in').click();
  expect(await ended()).toEqual([OK]);
});

test('F: where nobody may be asked, calls say that a person has to sign in', async () => {
  await open('none');
  await start(2);
  expect(await ended()).toEqual(Array(2).fill(failed('`interaction` is none')));
  expect(popups).toEqual([]);
});

test('F: an expired session where nobody may be asked is told as such', async () => {
  await signIn();
  await open('none');
  await tab.evaluate(() => page.forget());
  authority.endSessions();
  await start(2);
  expect(await ended()).toEqual(Array(2).fill(failed('a person has to sign in')));
  expect(popups).toHaveLength(1);
});

test('F: while the authority is down, a token in the cache is used, and without one calls say what is wrong', async () => {
  await signIn();
  authority.is = 'down';
  // The second source has asked for nothing yet.
  await start(2, 2);
  expect(await ended()).toEqual([OK, OK]);
  await tab.reload();
  await tab.evaluate(() => page.forget());
  await start();
  expect(await ended()).toEqual([failed('its authority cannot be reached')]);
  expect(popups).toHaveLength(1);
});

test('F: the page leaves for the login page, comes back, and its calls are signed', async () => {
  await open('redirect');
  await start(3);
  await tab.getByText('Sign in').click();
  await tab.waitForURL(`${site.origin}/?**`);
  await start(3);
  expect(await ended()).toEqual(Array(3).fill(OK));
  expect(popups).toEqual([]);
});

test('F: a page that comes back because a person cancelled stays, and says so', async () => {
  await open('redirect');
  await start();
  await tab.getByText('Cancel').click();
  await tab.waitForURL(`${site.origin}/?**`);
  await start(3);
  expect(await ended()).toEqual(Array(3).fill(failed('(access_denied): signing in was cancelled')));
});
