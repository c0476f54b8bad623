import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { expect, onTestFinished, vi } from 'vitest';
import { type Clock, createFailoverFetch, type FailoverEvent, type FailoverFetch } from '../../src/index.ts';
import { type RedisClient, redisStore } from '../../src/store/redis.ts';
import { aClient, aRedis, connected, listen, type RedisServer, snapshot, test } from '../support/redis.ts';

const now = Date.now();
const FACTS = '{azure-openai-failover}:v1:facts';
const CHANNEL = '{azure-openai-failover}:v1:changes';
type Client = Awaited<ReturnType<typeof connected>>;

/** Time that flies: what a fetch does once a second, it does twenty times. */
const quick: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => sleep(ms / 20, undefined, { signal }),
};

/** A fetch over two regions that are always well, with what it warned of. */
function aFetch(client: RedisClient) {
  const warnings: FailoverEvent[] = [];
  const region = (name: string) => {
    return { name, endpoint: `https://contoso-${name}.openai.azure.com`, credential: { apiKey: '0123456789abcdef' } };
  };
  const fetch = createFailoverFetch({
    regions: [region('sweden'), region('eastus')],
    store: redisStore(client),
    fetch: async () => Response.json({}),
    clock: quick,
    onEvent: (event) => void (event.type === 'warning' && warnings.push(event)),
  });
  onTestFinished(() => fetch.close());
  return { fetch, warnings };
}

const call = (fetch: FailoverFetch): Promise<Response> =>
  fetch('https://contoso-sweden.openai.azure.com/openai/v1/chat/completions', {
    method: 'POST',
    body: JSON.stringify({ model: 'gpt', messages: [] }),
  });
const isOut = (fetch: FailoverFetch, name: string): boolean =>
  fetch.regions().some(({ region, forced }) => region === name && forced === 'out');
const hears = (fetch: FailoverFetch, name: string): Promise<void> =>
  vi.waitFor(() => expect(isOut(fetch, name)).toBe(true), { timeout: 5_000, interval: 10 });

/** What befalls it, and what ends that. */
type Trouble = (server: RedisServer, client: Client) => Promise<() => Promise<unknown>>;

const troubles: readonly (readonly [what: string, trouble: Trouble])[] = [
  [
    'is killed and comes back empty',
    async (server) => {
      await server.kill();
      return server.start;
    },
  ],
  [
    'refuses writes, as a replica does after a failover',
    async (_, client) => {
      await client.sendCommand(['REPLICAOF', '127.0.0.1', '1']);
      return () => client.sendCommand(['REPLICAOF', 'NO', 'ONE']);
    },
  ],
  [
    'is full',
    async (_, client) => {
      await client.configSet('maxmemory', '1');
      return () => client.configSet('maxmemory', '0');
    },
  ],
  [
    'has something else where facts should be',
    async (_, client) => {
      await client.set(FACTS, 'mine');
      return () => client.del(FACTS);
    },
  ],
];

test.each(troubles)('S: one warning and no failed call when Redis %s, then sharing as before', async (_, trouble) => {
  const server = await aRedis();
  // At once, rather than after a wait for Redis to return.
  const [one, other] = [await connected(server, { disableOfflineQueue: true }), await connected(server)];
  const [{ fetch, warnings }, heard] = [aFetch(one), aFetch(other)];
  fetch.force('eastus', 'out');
  await hears(heard.fetch, 'eastus');
  const end = await trouble(server, other);
  fetch.force('eastus', 'auto');
  const calls = await Promise.all(Array.from({ length: 20 }, () => call(fetch)));
  expect(calls.map(({ status }) => status)).toEqual(Array(20).fill(200));
  await vi.waitFor(() => expect(warnings).toHaveLength(1), { timeout: 3_000 });
  expect(warnings).toMatchObject([{ code: 'store', message: expect.stringContaining('kept in memory only') }]);
  await end();
  fetch.force('sweden', 'out');
  await hears(heard.fetch, 'sweden');
  expect(isOut(heard.fetch, 'eastus')).toBe(false);
  expect(warnings).toHaveLength(1);
});

test.each([
  ['its data are flushed', (client: Client) => client.flushAll()],
  ['its scripts are flushed', (client: Client) => client.scriptFlush()],
  ['connections are cut', (client: Client) => client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub'])],
])('S: nobody hears of it when %s', async (_, flush) => {
  const server = await aRedis();
  const [one, other] = [await connected(server), await connected(server)];
  const [a, b] = [aFetch(one), aFetch(other)];
  a.fetch.force('eastus', 'out');
  await hears(b.fetch, 'eastus');
  await flush(one);
  a.fetch.force('sweden', 'out');
  await hears(b.fetch, 'sweden');
  expect([...a.warnings, ...b.warnings]).toEqual([]);
});

test('S: begins to share when a Redis that nobody reached at the start is there', async () => {
  const server = await aRedis();
  const other = aFetch(await connected(server));
  await other.fetch.ready;
  await server.kill();
  const client = aClient(server, { disableOfflineQueue: true });
  const connecting = client.connect();
  const { fetch, warnings } = aFetch(client);
  await fetch.ready;
  expect((await call(fetch)).status).toBe(200);
  expect(warnings).toMatchObject([{ code: 'store' }]);
  await server.start();
  await connecting;
  other.fetch.force('eastus', 'out');
  await hears(fetch, 'eastus');
  fetch.force('sweden', 'out');
  await hears(other.fetch, 'sweden');
});

test('S: hears what was said while its connection was cut', async () => {
  const server = await aRedis();
  const client = await connected(server);
  const heard = await listen(redisStore(await connected(server)));
  const cut = client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'pubsub']);
  await Promise.all([cut, redisStore(client).save(snapshot({ a: { at: now } }))]);
  await vi.waitFor(() => expect(heard).toMatchObject([{ records: { a: { at: now } } }]));
});

test('S: begins to share when a client that was not connected is', async () => {
  const server = await aRedis();
  const other = aFetch(await connected(server));
  other.fetch.force('eastus', 'out');
  await vi.waitFor(async () => expect(await server.ask('EXISTS', FACTS)).toBe(1));
  const client = aClient(server);
  const { fetch, warnings } = aFetch(client);
  await fetch.ready;
  expect(warnings).toMatchObject([{ code: 'store', message: expect.stringContaining('The client is closed') }]);
  await vi.waitFor(async () => expect(await server.ask('PUBSUB', 'NUMSUB', CHANNEL)).toEqual([CHANNEL, 2]));
  await client.connect();
  fetch.force('sweden', 'out');
  await Promise.all([hears(other.fetch, 'sweden'), hears(fetch, 'eastus')]);
});

test('S: what could not be saved is saved when Redis is there again, though nothing new is learned', async () => {
  const server = await aRedis();
  const store = redisStore(await connected(server, { disableOfflineQueue: true }));
  const heard = await listen(redisStore(await connected(server)));
  await listen(store);
  await server.kill();
  await vi.waitFor(() => expect(store.save(snapshot({ a: { at: now } }))).rejects.toThrow());
  await expect(store.save(snapshot({ b: { at: now } }, { x: { region: 'a', at: now } }))).rejects.toThrow();
  await server.start();
  const owed = snapshot({ a: { at: now }, b: { at: now } }, { x: { region: 'a', at: now } });
  await vi.waitFor(() => expect(heard).toContainEqual(owed), { timeout: 8_000, interval: 10 });
});

test('S: hears nothing of what is no snapshot', async () => {
  const server = await aRedis();
  const client = await connected(server);
  const { fetch, warnings } = aFetch(client);
  const store = redisStore(client);
  const heard = await listen(store);
  for (const message of [
    '',
    'garbage',
    '{"version":',
    'null',
    '[]',
    '7',
    '"x"',
    '{"version":2}',
    '{"version":1,"records":0}',
  ])
    await client.publish(CHANNEL, message);
  await client.publish(CHANNEL, Buffer.from([0xff, 0x00, 0xfe]).toString('latin1'));
  await store.save(snapshot({ a: { at: now } }));
  await vi.waitFor(() => expect(heard.flatMap(({ records }) => Object.entries(records))).toEqual([['a', { at: now }]]));
  expect((await call(fetch)).status).toBe(200);
  expect(warnings).toEqual([]);
});

test('S: shares again with a client that had given up and was connected anew', async () => {
  const server = await aRedis();
  const client = createClient({ socket: { path: server.path, tls: false, reconnectStrategy: false } });
  client.on('error', () => {});
  onTestFinished(() => client.destroy());
  await client.connect();
  const [{ fetch }, other] = [aFetch(client), aFetch(await connected(server))];
  other.fetch.force('eastus', 'out');
  await hears(fetch, 'eastus');
  await server.kill();
  await vi.waitFor(() => expect(client.isOpen).toBe(false));
  await server.start();
  await client.connect();
  fetch.force('sweden', 'out');
  await hears(other.fetch, 'sweden');
  other.fetch.force('sweden', 'auto');
  await vi.waitFor(() => expect(isOut(fetch, 'sweden')).toBe(false));
});

test('S: says so when it may save and may not listen, and listens when it may', async () => {
  const server = await aRedis();
  await server.ask('ACL', 'SETUSER', 'half', 'on', '>word', '~*', '&*', '+@all', '-subscribe');
  const store = redisStore(await connected(server, { username: 'half', password: 'word' }));
  const heard: unknown[] = [];
  const end = store.subscribe?.((news) => void heard.push(news));
  onTestFinished(() => end?.());
  await vi.waitFor(() => expect(store.save(snapshot({ a: { at: now } }))).rejects.toThrow('NOPERM'));
  expect((await store.load())?.records).toEqual({ a: { at: now } });
  await server.ask('ACL', 'SETUSER', 'half', '+subscribe');
  await vi.waitFor(() => store.save(snapshot({ b: { at: now } })), { timeout: 3_000 });
  await vi.waitFor(() => expect(heard).toContainEqual(snapshot({ a: { at: now }, b: { at: now } })));
});
