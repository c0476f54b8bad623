import { createHash } from 'node:crypto';
import { createClient, createClientPool, RESP_TYPES } from 'redis';
import { expect, vi } from 'vitest';
import { redisStore } from '../../src/store/redis.ts';
import { LOAD, MERGE } from '../../src/store/redis-scripts.ts';
import { aRedis, connected, listen, snapshot, test } from '../support/redis.ts';

const now = Date.now();

test('knows its scripts by their hashes', () => {
  for (const { sha1, text } of [MERGE, LOAD]) expect(sha1).toBe(createHash('sha1').update(text).digest('hex'));
});

test.each([
  ['no client', undefined, {}, /client must be a client of redis, such as/],
  ['another library', { get: () => {} }, {}, /client must be a client of redis/],
  ['a pool, which cannot listen', createClientPool(), {}, /client must be a client of redis/],
  ['an empty prefix', createClient(), { prefix: '' }, /prefix must be a text without braces, got ""/],
  ['a prefix with braces', createClient(), { prefix: 'a{b}' }, /prefix must be a text without braces, got "a\{b\}"/],
])('refuses %s', (_, client, options, message) => {
  expect(() => redisStore(client as never, options)).toThrow(message);
});

test('T: what one saves, others load', async () => {
  const server = await aRedis();
  const [one, other] = [redisStore(await connected(server)), redisStore(await connected(server))];
  expect(await other.load()).toBeUndefined();
  await one.save(snapshot({ a: { at: now, text: 'Größe 😀' } }, { resp_1: { region: 'a', at: now + 0.25 } }));
  await other.save(snapshot({ b: { at: now } }));
  expect(await one.load()).toEqual({
    version: 1,
    records: { a: { at: now, text: 'Größe 😀' }, b: { at: now } },
    pins: { resp_1: { region: 'a', at: now + 0.25 } },
  });
});

test('says that what it has is the word of a fleet', async () => {
  expect(redisStore(createClient()).trust).toBe('fleet');
});

test('tells others what has changed, and nothing else', async () => {
  const server = await aRedis();
  const [one, other] = [redisStore(await connected(server)), redisStore(await connected(server))];
  const heard = await listen(other);
  await one.save(snapshot({ a: { at: now }, b: { at: now } }, { x: { region: 'a', at: now } }));
  await one.save(snapshot({ a: { at: now }, b: { at: now + 1 } }, { x: { region: 'a', at: now } }));
  await one.save(snapshot({ a: { at: now - 1 }, b: { at: now } }, { x: { region: 'b', at: now - 1 } }));
  await one.save(snapshot({ a: { at: now } }, { 'y"': { region: 'a"', at: now } }));
  await vi.waitFor(() => expect(heard).toHaveLength(3));
  expect(heard).toEqual([
    snapshot({ a: { at: now }, b: { at: now } }, { x: { region: 'a', at: now } }),
    snapshot({ b: { at: now + 1 } }),
    snapshot({}, { 'y"': { region: 'a"', at: now } }),
  ]);
});

test('hears of what was saved between its first load and its first message', async () => {
  const server = await aRedis();
  const [one, other] = [redisStore(await connected(server)), redisStore(await connected(server))];
  const heard: unknown[] = [];
  const end = other.subscribe?.((news) => void heard.push(news));
  await one.save(snapshot({ a: { at: now } }));
  await vi.waitFor(() => expect(heard).toContainEqual(expect.objectContaining({ records: { a: { at: now } } })));
  end?.();
});

test('keeps fleets with other prefixes apart', async () => {
  const server = await aRedis();
  const client = await connected(server);
  const [one, other] = [redisStore(client), redisStore(client, { prefix: 'contoso' })];
  const heard = await listen(other);
  await one.save(snapshot({ a: { at: now } }));
  expect((await other.load())?.records).not.toHaveProperty('a');
  await other.save(snapshot({ b: { at: now } }));
  await vi.waitFor(() => expect(heard).toEqual([snapshot({ b: { at: now } })]));
  expect((await client.keys('*')).sort()).toEqual(['{azure-openai-failover}:v1:facts', '{contoso}:v1:facts']);
});

test('leaves nothing behind for ever', async () => {
  const client = await connected(await aRedis());
  await redisStore(client).save(snapshot({ a: { at: now } }, { x: { region: 'a', at: now } }));
  const lives = await Promise.all(
    (await client.keys('*')).map(async (key) => [key.split(':').at(-1), await client.pTTL(key)]),
  );
  const [day, month] = [86_400_000, 30 * 86_400_000];
  expect(Object.fromEntries(lives)).toEqual({
    facts: expect.closeTo(day, -4),
    pins: expect.closeTo(month, -4),
    homes: expect.closeTo(month, -4),
  });
});

test.each([
  ['the older protocol', { RESP: 2 as const }],
  ['bytes for texts', { commandOptions: { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } } }],
  ['names of its own', { keyPrefix: 'app:' }],
  ['no patience', { disableOfflineQueue: true, commandsQueueMaxLength: 10 }],
])('works with a client that wants %s', async (_, options) => {
  const server = await aRedis();
  const client = await connected(server, options);
  const store = redisStore(client);
  const heard = await listen(store);
  const saved = snapshot({ a: { at: now } }, { x: { region: 'a', at: now } });
  await store.save(saved);
  await vi.waitFor(() => expect(heard).toEqual([saved]));
  expect(await store.load()).toMatchObject(saved);
});

test('leaves the client as it was: connected, without listeners, and with no subscription', async () => {
  const server = await aRedis();
  const client = await connected(server);
  const store = redisStore(client);
  const before = client.eventNames().map((name) => [name, client.listenerCount(name)]);
  for (let i = 0; i < 20; i++) store.subscribe?.(() => {})();
  const end = store.subscribe?.(() => {});
  await store.save(snapshot({ a: { at: now } }));
  expect(client.eventNames().map((name) => [name, client.listenerCount(name)])).toEqual(before);
  expect(client.isPubSubActive).toBe(false);
  end?.();
  await store.close?.();
  expect(await client.ping()).toBe('PONG');
  await vi.waitFor(async () => expect((await client.clientList()).length).toBe(1));
});

test('goes on for who uses it still when another is done with it', async () => {
  const server = await aRedis();
  const store = redisStore(await connected(server));
  const end = store.subscribe?.(() => {});
  const heard = await listen(store);
  end?.();
  await store.close?.();
  await store.save(snapshot({ a: { at: now } }));
  await vi.waitFor(() => expect(heard).toEqual([snapshot({ a: { at: now } })]));
});

test('begins anew for who comes after it was closed', async () => {
  const server = await aRedis();
  const store = redisStore(await connected(server));
  store.subscribe?.(() => {})();
  await store.close?.();
  const heard = await listen(store);
  await store.save(snapshot({ a: { at: now } }));
  await vi.waitFor(() => expect(heard).toEqual([snapshot({ a: { at: now } })]));
});
