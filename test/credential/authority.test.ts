import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AUDIENCE, type Authority, BASE, startAuthority } from '../support/authority.ts';
import { PAGE_ID, personsOf } from '../support/authority-login.ts';

const BRIDGE = 'https://localhost:5555/bridge.html';
const SCOPE = `openid profile ${AUDIENCE}/.default`;
const VERIFIER = 'v'.repeat(64);

let authority: Authority;
beforeEach(async () => {
  authority = await startAuthority(personsOf(BRIDGE));
});
afterEach(() => authority[Symbol.asyncDispose]());

/** A browser, as far as cookies go. */
function browser() {
  const jar = new Map<string, string>();
  return async (method: string, path: string, form?: Record<string, string>) => {
    const headers = {
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      origin: new URL(BRIDGE).origin,
      ...(form && { 'content-type': 'application/x-www-form-urlencoded' }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = request(new URL(path, authority.host), { method, headers, ca: authority.ca }, resolve);
      sent.on('error', reject).end(form && String(new URLSearchParams(form)));
    });
    for (const cookie of response.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (value) jar.set(name, value);
      else jar.delete(name);
    }
    return { location: response.headers.location ?? '', body: await text(response) };
  };
}

const asks = (more: Record<string, string> = {}): string =>
  `${BASE}/auth?${new URLSearchParams({
    client_id: PAGE_ID,
    response_type: 'code',
    response_mode: 'fragment',
    redirect_uri: BRIDGE,
    scope: SCOPE,
    code_challenge_method: 'S256',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    ...more,
  })}`;
const answerIn = (location: string) => new URLSearchParams(new URL(location).hash.slice(1));

async function signIn(send: ReturnType<typeof browser>, button = '') {
  const { location } = await send('GET', asks());
  const form = await send('GET', location);
  expect(form.body).toContain('Sign in');
  const done = await send('POST', location + button, {});
  return answerIn((await send('GET', done.location)).location);
}

test('a person signs in to a page, whose tokens a region accepts, and which it renews', async () => {
  const send = browser();
  const code = (await signIn(send)).get('code') ?? '';
  const page = { client_id: PAGE_ID, scope: SCOPE };
  const grant = { grant_type: 'authorization_code', code, redirect_uri: BRIDGE, code_verifier: VERIFIER };
  const given = JSON.parse((await send('POST', `${BASE}/token`, { ...page, ...grant })).body);
  expect(authority.accepts(given.access_token, Date.now())).toBe(true);
  expect(authority.accepts(given.access_token, Date.now() + 3_700_000)).toBe(false);
  const again = { ...page, grant_type: 'refresh_token', refresh_token: given.refresh_token };
  const renewed = JSON.parse((await send('POST', `${BASE}/token`, again)).body);
  expect(authority.asked).toBe(2);
  authority.revoke();
  expect(authority.accepts(given.access_token, Date.now())).toBe(false);
  expect(authority.accepts(renewed.access_token, Date.now())).toBe(true);
});

test('who has a session is not asked again, and who has none any more is', async () => {
  const send = browser();
  await signIn(send);
  const silent = async () => answerIn((await send('GET', asks({ prompt: 'none' }))).location);
  expect((await silent()).get('code')).toBeTruthy();
  authority.endSessions();
  expect((await silent()).get('error')).toBe('login_required');
});

test('who cancels is not signed in', async () => {
  expect((await signIn(browser(), '?cancel')).get('error')).toBe('access_denied');
});
