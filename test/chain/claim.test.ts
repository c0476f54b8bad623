import { expect, test, vi } from 'vitest';
import { createClaim } from '../../src/chain/claim.ts';
import { regionId } from '../../src/health/snapshot.ts';
import { type HealthStore, memoryStore } from '../../src/index.ts';
import { resolveRegions } from '../../src/region-options.ts';
import { ManualClock, settled } from '../support/clock.ts';
import { type Answer, after, failedToFetch, ok, refused, status, throttled } from '../support/service.ts';
import { CHAT, chat, endpointOf, outcomeOf } from '../support/setup.ts';
import { setupSharing } from '../support/setup-sharing.ts';
import { DONE, events, FINISH, ROLE, wait, word } from '../support/stream.ts';

type Claim = NonNullable<HealthStore['claim']>;
const PATIENCE_MS = 100;
const open = new AbortController().signal;
const storeWith = (claim?: Claim): HealthStore => ({
  load: async () => undefined,
  save: async () => {},
  ...(claim && { claim }),
});
function aClaim(claim?: Claim) {
  const clock = new ManualClock();
  return { clock, claim: createClaim({ clock, store: storeWith(claim), regions: [] }) };
}
const never: Claim = () => new Promise(() => {});

test('K: one call of a client tests a region at a time, whatever the store', async () => {
  for (const { claim } of [aClaim(), aClaim(async () => () => {})]) {
    const [first, second] = await Promise.all([claim('r', open), claim('r', open)]);
    expect([typeof first, second]).toEqual(['function', undefined]);
    expect(await claim('s', open)).toBeTypeOf('function');
    first?.();
    expect(await claim('r', open)).toBeTypeOf('function');
  }
});

test('K: a region of the same name, with another endpoint, is another region', async () => {
  const asked: string[] = [];
  const claim: Claim = async (region) => void asked.push(region);
  const endpoints = ['sweden', 'japan'].map(endpointOf);
  for (const endpoint of endpoints) {
    const regions = resolveRegions({ regions: [{ name: 'r', endpoint, credential: { apiKey: 'key' } }] });
    await createClaim({ clock: new ManualClock(), store: storeWith(claim), regions })('r', open);
  }
  expect(asked).toEqual(endpoints.map((endpoint) => regionId('r', endpoint)));
  expect(new Set(asked).size).toBe(2);
});

test('K: what is given back twice is given back once', async () => {
  const release = vi.fn();
  const { claim } = aClaim(async () => release);
  const first = await claim('r', open);
  first?.();
  const second = await claim('r', open);
  first?.();
  expect(release).toHaveBeenCalledTimes(1);
  expect(await claim('r', open)).toBeUndefined();
  second?.();
  expect(release).toHaveBeenCalledTimes(2);
});

test('K: where another client tests a region, it is left to it', async () => {
  let isFree = false;
  const { claim } = aClaim(async () => (isFree ? () => {} : undefined));
  expect(await claim('r', open)).toBeUndefined();
  expect(await claim('r', open)).toBeUndefined();
  isFree = true;
  expect(await claim('r', open)).toBeTypeOf('function');
});

test.each<[string, Claim]>([
  ['rejects', () => Promise.reject(new Error('gone'))],
  [
    'throws',
    () => {
      throw new Error('gone');
    },
  ],
])('S: a store that %s is as good as one without claims', async (_, broken) => {
  const { claim, clock } = aClaim(broken);
  const release = await claim('r', open);
  expect(release).toBeTypeOf('function');
  expect(await claim('r', open)).toBeUndefined();
  release?.();
  expect(await claim('r', open)).toBeTypeOf('function');
  expect(clock.open).toBe(0);
});

test('S: a store that hangs costs a tenth of a second, and what it grants late is given back', async () => {
  const release = vi.fn();
  let grant = (_: () => void): void => {};
  const { claim, clock } = aClaim(() => new Promise((resolve) => (grant = resolve)));
  const claimed = claim('r', open);
  const done = vi.fn();
  claimed.then(done);
  await clock.advance(PATIENCE_MS - 1);
  expect(done).not.toHaveBeenCalled();
  await clock.advance(1);
  expect(done).toHaveBeenCalledWith(expect.any(Function));
  expect(clock.open).toBe(0);
  grant(release);
  await settled();
  expect(release).toHaveBeenCalledTimes(1);
});

test('B: who gives up while waiting holds nothing, then or later', async () => {
  const release = vi.fn();
  let grant = (_: () => void): void => {};
  const { claim, clock } = aClaim(() => new Promise((resolve) => (grant = resolve)));
  const caller = new AbortController();
  const claimed = claim('r', caller.signal);
  caller.abort();
  const given = await claimed;
  given?.();
  expect(clock.open).toBe(0);
  grant(release);
  await settled();
  expect(release).toHaveBeenCalledTimes(1);
});

/** Clients of which each has its own memory, and the store whose claims are under test; the first region is due to be tested. */
async function due(claim: Claim, more: Parameters<typeof setupSharing>[1] = {}) {
  const fleet = setupSharing(1, {
    script: { sweden: [status(500), status(500), ok] },
    store: { ...memoryStore(), claim },
    ...more,
  });
  const [client] = fleet.members;
  if (!client) throw new Error('There is no client');
  await client.chat();
  expect(client.fetch.regions().find(({ region }) => region === 'sweden')?.deployments).toHaveProperty('gpt');
  await fleet.clock.advance(30_000);
  const from = client.requests.length;
  return { ...fleet, client, askedThen: () => client.asked().slice(from) };
}

test('S: a claim that hangs costs a probe a tenth of a second, and other calls nothing', async () => {
  const { client, clock, askedThen } = await due(never);
  const start = clock.now();
  const settledAt: number[] = [];
  const call = () => client.fetch(CHAT, chat()).then(() => settledAt.push(clock.now() - start));
  await clock.run(Promise.all([call(), call(), call()]));
  expect(settledAt).toEqual([0, 0, PATIENCE_MS]);
  expect(askedThen()).toEqual(['eastus', 'eastus', 'sweden']);
});

test('S: a claim that rejects costs nothing', async () => {
  const { client, clock, askedThen } = await due(() => Promise.reject(new Error('gone')));
  const start = clock.now();
  await client.chat();
  expect(clock.now() - start).toBe(0);
  expect(askedThen()).toEqual(['sweden']);
});

test('K: a call that may not test a region goes elsewhere', async () => {
  const { client, askedThen } = await due(async () => undefined);
  await client.chat();
  await client.chat();
  expect(askedThen()).toEqual(['eastus', 'eastus']);
});

test('L: where nothing else is left, a region is asked although somebody else tests it', async () => {
  const { client, askedThen } = await due(async () => undefined, {
    script: { sweden: [status(500), status(500), ok], eastus: [ok, refused] },
  });
  expect((await client.chat()).status).toBe(200);
  expect(askedThen().at(-1)).toBe('sweden');
});

test('B: who aborts while a claim is waited for hears the reason at once, and asks nobody', async () => {
  const release = vi.fn();
  let grant = (_: () => void): void => {};
  const { client, clock, askedThen } = await due(() => new Promise((resolve) => (grant = resolve)));
  const caller = new AbortController();
  const reason = new Error('enough');
  const call = outcomeOf(client.fetch(CHAT, chat({ signal: caller.signal })));
  await settled();
  expect(askedThen()).toEqual([]);
  caller.abort(reason);
  await settled();
  expect(await call).toEqual({ error: reason });
  expect(askedThen()).toEqual([]);
  expect(clock.open).toBe(0);
  grant(release);
  await settled();
  expect(release).toHaveBeenCalledTimes(1);
  // Nothing was learned of it, and the next call may test it.
  const next = client.chat();
  await settled();
  grant(() => {});
  await next;
  expect(askedThen()).toEqual(['sweden']);
});

/** Claims as a store grants them, of which it is known who holds which. */
function counted() {
  const held = new Map<string, number>();
  const add = (region: string, count: number): void => {
    held.set(region, (held.get(region) ?? 0) + count);
  };
  const claim: Claim = async (region) => {
    if ((held.get(region) ?? 0) > 0) return undefined;
    add(region, 1);
    return () => add(region, -1);
  };
  return { claim, held: () => [...held.values()].reduce((sum, one) => sum + one, 0) };
}

test.each<[string, ReturnType<typeof status>]>([
  ['answers well', ok],
  ['answers badly', status(500)],
  ['turns it away', status(429)],
  ['does not answer', after(60_000, ok)],
  ['breaks', refused],
])('K: a region that %s when it is tested is free to be tested again', async (_, answer) => {
  const { claim, held } = counted();
  const { client, clock } = await due(claim, { script: { sweden: [status(500), status(500), answer] } });
  await client.chat();
  await clock.advance(120_000);
  expect(held()).toBe(0);
});

test('K: a stream has answered when it begins: then another call may test the region', async () => {
  const { claim, held } = counted();
  const { client, clock } = await due(claim, {
    script: { sweden: [status(500), status(500), events(ROLE, word('Hi'), wait(50_000), FINISH, DONE)] },
  });
  const answer = client.fetch(CHAT, chat({}, { stream: true }));
  await settled();
  expect(held()).toBe(0);
  await clock.run(answer.then((response) => response.text()));
});

test('K: a test that is not made after all leaves the region free', async () => {
  const { claim, held } = counted();
  let isOffline = false;
  const unlessOffline =
    (answer: Answer): Answer =>
    (...args) =>
      (isOffline ? failedToFetch : answer)(...args);
  const turns = [status(500), status(500), unlessOffline(ok)];
  const { members, clock, requests } = setupSharing(1, {
    regions: ['eastus', 'sweden'],
    script: { eastus: [throttled(1), unlessOffline(ok)], sweden: turns },
    doors: { eastus: unlessOffline(status(401)), sweden: unlessOffline(status(401)) },
    store: { ...memoryStore(), claim },
  });
  const [client] = members;
  await client?.chat();
  await clock.advance(30_000);
  // No region can be reached: it is asked for free before it is tested, and does not answer.
  isOffline = true;
  for (let i = 0; i < 3; i++) await outcomeOf(client?.chat() ?? Promise.reject());
  expect(held()).toBe(0);
  isOffline = false;
  await clock.advance(30_000);
  const from = requests.length;
  for (let i = 0; i < 3; i++) await clock.run(client?.fetch(CHAT, chat()) ?? Promise.reject());
  expect(held()).toBe(0);
  expect(requests.slice(from).map(({ region }) => region)).toContain('eastus');
});
