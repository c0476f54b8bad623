import { expect, test, vi } from 'vitest';
import { type TokenRequest, type TokenSource, weighted } from '../../src/index.ts';
import type { ManualClock } from '../support/clock.ts';
import { HOUR, NOON, signedWith, withToken } from '../support/credentials.ts';
import { type Answer, after, ok, type Sent, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, type Given, outcomeOf, setup } from '../support/setup.ts';

const MINUTE = 60_000;
const THOUSAND = 1_000;

/** An authority that takes its time, and can be taken down. */
class Authority implements TokenSource {
  readonly asked: TokenRequest[] = [];
  up = true;
  readonly #lifeMs: number;
  #clock: ManualClock | undefined;

  constructor(lifeMs: number) {
    this.#lifeMs = lifeMs;
  }

  keeps(clock: ManualClock): void {
    this.#clock = clock;
  }

  getToken = async (request: TokenRequest) => {
    this.asked.push(request);
    const nth = this.asked.length;
    await this.#clock?.sleep(100, request.signal);
    if (!this.up) throw new Error('The authority is down');
    return { token: `token${nth}`, expiresAt: Number(this.#clock?.now()) + this.#lifeMs };
  };
}

/** A world of two regions that share the tokens of an authority. */
function world(
  script: (revoked: Set<string>) => Record<string, Answer>,
  { lifeMs = HOUR, ...more }: Given & { readonly lifeMs?: number } = {},
) {
  const source = new Authority(lifeMs);
  const revoked = new Set<string>();
  const made = setup({ ...withToken(source.getToken), script: script(revoked), ...more });
  source.keeps(made.clock);
  return { ...made, source, revoked };
}

/** Takes its time, and then a token unless it is revoked by then. */
const unless = (revoked: Set<string>): Answer =>
  after(50, (sent, clock) => (revoked.has(String(signedWith(sent))) ? status(401) : ok)(sent, clock));
const both = (revoked: Set<string>) => ({ sweden: unless(revoked), eastus: unless(revoked) });
const many = (fetch: typeof globalThis.fetch) =>
  Promise.all(Array.from({ length: THOUSAND }, () => outcomeOf(fetch(CHAT, chat()))));
const statusesOf = (outcomes: Awaited<ReturnType<typeof many>>) =>
  new Set(outcomes.map((one) => ('response' in one ? one.response.status : one.error)));
const signedAs = (signature: string, requests: readonly Sent[]) =>
  requests.filter((sent) => signedWith(sent) === signature);

test('F: a thousand calls at once on a cold start ask the source once', async () => {
  const { fetch, clock, source } = world(both);
  expect(statusesOf(await clock.run(many(fetch)))).toEqual(new Set([200]));
  expect(source.asked).toMatchObject([{ refresh: false, cloud: 'public' }]);
  expect(clock.open).toBe(0);
});

test('F: regions of several clouds that share a source have a token each, asked for once', async () => {
  const endpoints = {
    sweden: endpointOf('sweden'),
    virginia: 'https://contoso.openai.azure.us',
    arizona: 'https://contoso-arizona.cognitiveservices.azure.us',
    north: 'https://contoso.openai.azure.cn',
    gateway: 'https://models.contoso.com/azure.us',
  };
  let nth = 0;
  const getToken = vi.fn<TokenSource['getToken']>(async ({ cloud }) => ({
    token: `${cloud}${++nth}`,
    expiresAt: NOON + HOUR,
  }));
  const credential = { getToken };
  let drawn = 0;
  const { fetch, clock, requests } = setup({
    strategy: weighted(),
    random: () => (drawn++ % 97) / 97,
    regions: Object.entries(endpoints).map(([name, endpoint]) => ({ name, endpoint, credential, priority: 1 })),
  });
  await clock.run(many(fetch));
  const seen = new Set(requests.map((sent) => `${sent.region} ${String(signedWith(sent)).replace(/\d$/, '')}`));
  expect([...seen].sort()).toEqual([
    'arizona Bearer us-government',
    'gateway Bearer public',
    'north Bearer china',
    'sweden Bearer public',
    'virginia Bearer us-government',
  ]);
  expect(getToken).toHaveBeenCalledTimes(3);
});

test('F: a token that is revoked while a thousand calls are under way is renewed once, and costs each at most one try', async () => {
  const { fetch, clock, source, revoked, requests, stateOf, heard } = world(both);
  await clock.run(fetch(CHAT, chat()));
  const calls = many(fetch);
  revoked.add('Bearer token1');
  expect(statusesOf(await clock.run(calls))).toEqual(new Set([200]));
  expect(source.asked.map(({ refresh }) => refresh)).toEqual([false, true]);
  expect(requests).toHaveLength(1 + 2 * THOUSAND);
  expect(signedAs('Bearer token2', requests)).toHaveLength(THOUSAND);
  expect([stateOf('sweden'), stateOf('eastus')]).toEqual(['closed', 'closed']);
  expect(heard('warning')).toEqual([]);
});

test('F: calls that come while a revoked token is renewed cost one try more, and the source is not asked again', async () => {
  const { fetch, clock, source, revoked, requests } = world(both);
  await clock.run(fetch(CHAT, chat()));
  revoked.add('Bearer token1');
  const outcomes = Array.from({ length: 40 }, async (_, index) => {
    await clock.sleep(index * 5);
    return (await fetch(CHAT, chat())).status;
  });
  expect(new Set(await clock.run(Promise.all(outcomes)))).toEqual(new Set([200]));
  expect(source.asked).toHaveLength(2);
  expect(requests.length).toBeLessThanOrEqual(1 + 2 * 40);
});

test('F: an authority that is down for a minute while the token lives fails no call, and is asked every few seconds', async () => {
  const { fetch, clock, source } = world(both);
  await clock.run(fetch(CHAT, chat()));
  await clock.advance(HOUR - 90_000);
  source.up = false;
  const before = source.asked.length;
  const statuses = new Set<number>();
  for (let ms = 0; ms < MINUTE; ms += 250) {
    statuses.add((await clock.run(fetch(CHAT, chat()))).status);
    await clock.advance(200);
  }
  expect(statuses).toEqual(new Set([200]));
  const asked = source.asked.length - before;
  expect(asked).toBeGreaterThan(8);
  expect(asked).toBeLessThan(16);
  source.up = true;
  await clock.advance(10_000);
  await clock.run(fetch(CHAT, chat()));
  await clock.advance(1_000);
  expect((await clock.run(fetch(CHAT, chat()))).status).toBe(200);
  expect(source.asked).toHaveLength(before + asked + 1);
});

test('F: while the authority is down and no token lives, each call fails in its time, and no region is worse for it', async () => {
  const { fetch, clock, source, requests, heard } = world(both, { timeouts: { totalMs: 5_000 } });
  source.up = false;
  const startedAt = clock.now();
  for (const outcome of await clock.run(many(fetch)))
    expect(outcome).toMatchObject({ error: { code: 'ERR_CREDENTIAL' } });
  expect(clock.now() - startedAt).toBeLessThanOrEqual(5_000);
  expect(source.asked).toHaveLength(1);
  expect(requests).toEqual([]);
  expect(fetch.regions()).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
  expect(heard('health')).toEqual([]);
  source.up = true;
  expect((await clock.run(fetch(CHAT, chat()))).status).toBe(200);
});

test('F: a source slower than the deadline costs its calls no more than that', async () => {
  const getToken = vi.fn<TokenSource['getToken']>(() => new Promise(() => {}));
  const { fetch, clock, left } = setup({ ...withToken(getToken), timeouts: { totalMs: 2_000 } });
  const startedAt = clock.now();
  for (const outcome of await clock.run(many(fetch)))
    expect(outcome).toMatchObject({ error: { code: 'ERR_CREDENTIAL' } });
  expect(clock.now() - startedAt).toBeLessThanOrEqual(2_000);
  expect(getToken).toHaveBeenCalledTimes(1);
  expect(left()).toEqual([]);
});

test('F: a token that is revoked while its authority is down leaves the regions as they were', async () => {
  const { fetch, clock, source, revoked, requests, heard } = world(both);
  await clock.run(fetch(CHAT, chat()));
  source.up = false;
  revoked.add('Bearer token1');
  for (const outcome of await clock.run(many(fetch)))
    expect(outcome).toMatchObject({ error: { name: 'FailoverError', code: 'ERR_CREDENTIAL' } });
  expect(source.asked).toHaveLength(2);
  expect(requests).toHaveLength(1 + THOUSAND);
  expect(heard('health')).toEqual([]);
  source.up = true;
  expect((await clock.run(fetch(CHAT, chat()))).status).toBe(200);
});

test('F: a token that lives for a minute is not asked for by every call', async () => {
  const { fetch, clock, source } = world(both, { lifeMs: MINUTE });
  for (let i = 0; i < 600; i++) {
    expect((await clock.run(fetch(CHAT, chat()))).status).toBe(200);
    await clock.advance(150);
  }
  // Two minutes, and a new token after half of the life of each.
  expect(source.asked.length).toBeLessThanOrEqual(6);
});
