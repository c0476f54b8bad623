import { expect, test, vi } from 'vitest';
import type { TokenSource } from '../../src/index.ts';
import { accepts, HOUR, NOON, signedWith, withKeys, withToken } from '../support/credentials.ts';
import { status, throttled } from '../support/service.ts';
import { CHAT, chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

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

test('E: what the caller sends is for every region of the resource it was meant for, and for no other', async () => {
  const regions = [
    { name: 'ptu', endpoint: endpointOf('sweden'), credential: 'caller', deployments: { gpt: 'gpt-ptu' } },
    { name: 'payg', endpoint: endpointOf('sweden'), credential: 'caller' },
    { name: 'eastus', endpoint: endpointOf('eastus'), credential: 'caller' },
  ] as const;
  const { chat: ask, requests } = setup({ regions, script: { ptu: [throttled(60), status(503)] } });
  expect((await ask()).status).not.toBe(200);
  expect(requests.map(({ body }) => JSON.parse(String(body)).model)).toEqual(['gpt-ptu', 'gpt', 'gpt']);
  expect(new Set(requests.map(({ host }) => host))).toEqual(new Set(['contoso-sweden.openai.azure.com']));
  expect(new Set(requests.map(signedWith))).toEqual(new Set(['the-callers-own']));
});

test('E: a password in a URL is in no error', async () => {
  const { fetch, clock } = setup();
  const ended = await outcomeOf(clock.run(fetch(CHAT.replace('://', '://me:hunter2@'), chat())));
  expect(ended).toMatchObject({ error: { code: 'ERR_INVALID_REQUEST' } });
  const causes: unknown[] = [];
  let at = 'error' in ended ? ended.error : undefined;
  for (; at instanceof Error; at = at.cause) causes.push(at.message);
  expect(causes.join()).not.toContain('hunter2');
});
