import { expect, test, vi } from 'vitest';
import type { TokenSource } from '../../src/index.ts';
import { accepts, HOUR, NOON, signedWith, withKeys, withToken } from '../support/credentials.ts';
import { status } from '../support/service.ts';
import { CHAT, chat, setup } from '../support/setup.ts';

test('F: when the first key is refused, the second takes over, in the same region and from then on', async () => {
  const { chat: ask, asked, requests, stateOf, heard } = setup(withKeys({ sweden: accepts('key2') }));
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden', 'sweden']);
  expect(requests.map(signedWith)).toEqual(['key1', 'key2', 'key2']);
  expect(stateOf('sweden')).toBe('closed');
  expect(heard('warning')).toEqual([]);
});

test('F: when both keys are refused, the region is out for five minutes, loudly', async () => {
  const { chat: ask, asked, clock, stateOf, heard } = setup(withKeys({ sweden: status(401) }));
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus']);
  expect(stateOf('sweden')).toBe('open');
  expect(heard('warning')).toMatchObject([{ code: 'credential-refused:sweden' }]);
  await clock.advance(299_000);
  await ask();
  expect(asked().at(-1)).toBe('eastus');
  await clock.advance(3_000);
  await ask();
  expect(asked().slice(4)).toEqual(['sweden', 'sweden', 'eastus']);
  expect(heard('warning')).toHaveLength(1);
});

test('F: a refused token is renewed, once, by force, and the region is no worse for it', async () => {
  const getToken = vi.fn<TokenSource['getToken']>(async ({ refresh }) => ({
    token: refresh ? 'new' : 'old',
    expiresAt: NOON + HOUR,
  }));
  const { chat: ask, asked, requests, stateOf, left } = setup(withToken(getToken, { sweden: accepts('Bearer new') }));
  expect((await ask()).status).toBe(200);
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden', 'sweden']);
  expect(requests.map(signedWith)).toEqual(['Bearer old', 'Bearer new', 'Bearer new']);
  expect(getToken.mock.calls.map(([{ refresh }]) => refresh)).toEqual([false, true]);
  expect(stateOf('sweden')).toBe('closed');
  expect(left().filter((what) => what === 'timer')).toEqual([]);
});

test('F: a renewed token that is refused too is not renewed again: the next region is asked', async () => {
  const getToken = vi.fn<TokenSource['getToken']>(async () => ({ token: 't', expiresAt: NOON + HOUR }));
  const { chat: ask, asked, stateOf } = setup(withToken(getToken, { sweden: status(401) }));
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus']);
  expect(getToken).toHaveBeenCalledTimes(2);
  expect(stateOf('sweden')).toBe('open');
});

test('F: a missing role is not cured by a new token', async () => {
  const getToken = vi.fn<TokenSource['getToken']>(async () => ({ token: 't', expiresAt: NOON + HOUR }));
  const denied = status(401, {}, 'Principal does not have access to API/Operation.', 'PermissionDenied');
  const { chat: ask, asked } = setup(withToken(getToken, { sweden: denied }));
  await ask();
  expect(asked()).toEqual(['sweden', 'eastus']);
  expect(getToken).toHaveBeenCalledTimes(1);
});

test('F: a hundred calls at once ask the source once, and once more when the token is refused', async () => {
  let clockOf = (_: number): Promise<void> => Promise.resolve();
  const getToken = vi.fn<TokenSource['getToken']>(async ({ refresh }) => {
    await clockOf(50);
    return { token: refresh ? 'new' : 'old', expiresAt: NOON + HOUR };
  });
  const { fetch, clock, asked } = setup(withToken(getToken, { sweden: accepts('Bearer new') }));
  clockOf = clock.sleep;
  const calls = Array.from({ length: 100 }, () => fetch(CHAT, chat()));
  const responses = await clock.run(Promise.all(calls));
  expect(responses.every(({ status }) => status === 200)).toBe(true);
  expect(getToken).toHaveBeenCalledTimes(2);
  expect(new Set(asked())).toEqual(new Set(['sweden']));
  expect(clock.open).toBe(0);
});
