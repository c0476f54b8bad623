import { inspect } from 'node:util';
import { ClientSecretCredential } from '@azure/identity';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { entra } from '../../src/credential/identity.ts';
import { createFailoverFetch, type FailoverError, type FailoverOptions } from '../../src/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/node/index.ts';
import { type Authority, CLIENT_ID, CLIENT_SECRET, startAuthority, TENANT } from '../support/authority.ts';
import { chat } from '../support/setup.ts';

let authority: Authority;
let simulator: Simulator;
let later = 0;
/** The platform's time, and what a test says has passed besides. */
const clock = { ...systemClock, now: () => systemClock.now() + later };

beforeAll(async () => {
  // Tokens that live this short are in no cache of Microsoft's library.
  authority = await startAuthority({ lifeSeconds: 290 });
});
afterAll(() => authority[Symbol.asyncDispose]());
beforeEach(async () => {
  later = 0;
  authority.is = 'up';
  const acceptsToken = (token: string): boolean => authority.accepts(token, clock.now());
  simulator = await startSimulator({ regions: { sweden: { acceptsToken }, eastus: { acceptsToken } } });
});
afterEach(() => simulator.close());

function client(secret = CLIENT_SECRET, options: Partial<FailoverOptions> = {}) {
  const credential = new ClientSecretCredential(TENANT, CLIENT_ID, secret, {
    authorityHost: authority.host,
    disableInstanceDiscovery: true,
    tlsOptions: { ca: authority.ca },
    retryOptions: { maxRetries: 0 },
  });
  const [first, ...others] = simulator.endpoints().map(({ region, url }) => ({ name: region, endpoint: url }));
  if (!first) throw new Error('There is no region');
  const output: unknown[] = [];
  const fetch = createFailoverFetch({
    regions: [first, ...others],
    credential: entra(credential),
    clock,
    onEvent: (event) => output.push(event),
    ...options,
  });
  const before = authority.asked;
  return {
    fetch,
    output,
    asked: () => authority.asked - before,
    call: async () => {
      const response = await fetch(`${first.endpoint}/openai/v1/chat/completions`, chat());
      await response.text();
      return response.status;
    },
  };
}
const health = ({ fetch }: ReturnType<typeof client>) => fetch.regions().map(({ state }) => state);
const many = (count: number, call: () => Promise<number>) => Promise.all(Array.from({ length: count }, call));

test('F: fifty calls at once on a cold start sign with one token of Entra ID, which regions accept', async () => {
  const one = client();
  expect(new Set(await many(50, one.call))).toEqual(new Set([200]));
  expect(one.asked()).toBe(1);
  expect(new Set(simulator.journal.entries().map(({ credential }) => credential)).size).toBe(1);
});

test('F: a token that is revoked while calls are made is renewed once, and no call fails', async () => {
  const one = client();
  await one.call();
  authority.revoke();
  expect(new Set(await many(50, one.call))).toEqual(new Set([200]));
  expect(one.asked()).toBe(2);
  const entries = simulator.journal.entries();
  expect(entries.length).toBeLessThanOrEqual(1 + 2 * 50);
  expect(health(one)).toEqual(['closed', 'closed']);
});

test('F: a token whose time is over is never sent', async () => {
  const one = client();
  await one.call();
  later = 300_000;
  // The provider lives in the platform's time: by the test's, its tokens have expired when they come.
  await expect(one.call()).rejects.toMatchObject({ code: 'ERR_CREDENTIAL' });
  later = 0;
  expect(await one.call()).toBe(200);
  expect(simulator.journal.entries().map(({ status }) => status)).toEqual([200, 200]);
});

test('F: while the authority is down, a token that lives is used, and none that does not', async () => {
  const one = client();
  await one.call();
  authority.is = 'down';
  later = 60_000;
  expect(new Set(await many(20, one.call))).toEqual(new Set([200]));
  later = 300_000;
  const failures = await Promise.all(
    Array.from({ length: 20 }, () =>
      one.call().then(
        () => undefined,
        (error: FailoverError) => error,
      ),
    ),
  );
  for (const failure of failures) {
    expect(failure).toMatchObject({
      code: 'ERR_CREDENTIAL',
      cause: { message: expect.stringContaining('its authority cannot be reached') },
    });
  }
  expect(health(one)).toEqual(['closed', 'closed']);
  authority.is = 'up';
  later = 0;
  expect(await one.call()).toBe(200);
});

test('F: an authority that never answers costs a call its time and no more, and close() lets go of it', async () => {
  const one = client(CLIENT_SECRET, { timeouts: { totalMs: 300 } });
  authority.is = 'slow';
  await expect(one.call()).rejects.toMatchObject({ code: 'ERR_CREDENTIAL' });
  await one.fetch.close();
  expect(health(one)).toEqual(['closed', 'closed']);
});

test('E: a wrong secret is told as such, and shown nowhere', async () => {
  const wrong = 'wrong~Secret.9876543210';
  const one = client(wrong);
  const failure = await one.call().catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'ERR_CREDENTIAL',
    cause: { message: expect.stringContaining('the secret or certificate of the app is wrong or has expired') },
  });
  const shown = inspect([failure, one.output, one.fetch], { depth: 20, showHidden: true });
  expect(shown).not.toContain(wrong);
  expect(JSON.stringify([failure, one.output])).not.toContain(wrong);
});

test('E: no token is shown by what goes well', async () => {
  const tokens = new Set<string>();
  const one = client(CLIENT_SECRET, {
    use: { perAttempt: [(call, next) => next(call)] },
    fetch: (input, init) => {
      tokens.add(new Headers(init?.headers).get('authorization')?.slice('Bearer '.length) ?? '');
      return fetch(input, init);
    },
  });
  expect(await one.call()).toBe(200);
  const shown = inspect([one.output, one.fetch, simulator.journal.entries()], { depth: 20, showHidden: true });
  expect(tokens.size).toBe(1);
  for (const token of tokens) expect(shown).not.toContain(token);
  expect(shown).not.toContain(CLIENT_SECRET);
});
