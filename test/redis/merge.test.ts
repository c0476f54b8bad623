import fc from 'fast-check';
import { expect } from 'vitest';
import { type HealthSnapshot, mergeSnapshots } from '../../src/index.ts';
import { redisStore } from '../../src/store/redis.ts';
import { aRedis, connected, snapshot, test } from '../support/redis.ts';

const now = Date.now();
const [MINUTE, DAY] = [60_000, 86_400_000];
const FACTS = '{azure-openai-failover}:v1:facts';

// Code units and code points, and texts and what quotes them, have another order each.
const text = fc.oneof(
  fc.constantFrom('', 'a', 'a!', 'a"', 'b', '\\', '😀', '\u{e000}', '\u{ffff}', '\u{10ffff}', 'é', '\n', '__proto__'),
  fc.string({ unit: 'binary', maxLength: 4 }),
);
// Once Node 24 has read a member called by a single backslash, it reads others for it whose names begin with an escape.
const name = text.filter((one) => one !== '\\');
// Few, so that many facts are about one thing, and learned at once.
const at = fc.constantFrom(now - 1_000, now - 0.1, now, now - 0.1 - Number.EPSILON * now);
const fact = fc.oneof(
  fc.record({ at, cause: text }),
  fc.record({ cause: text, at, nested: fc.jsonValue({ maxDepth: 2 }) }),
);
const learned: fc.Arbitrary<HealthSnapshot> = fc.record({
  version: fc.constant(1 as const),
  records: fc.dictionary(name, fact, { maxKeys: 5 }),
  pins: fc.dictionary(name, fc.record({ region: text, at }), { maxKeys: 5 }),
});

/** What a snapshot says, in any order: as lists, as matchers take a member called `__proto__` for something else. */
const bare = ({ records, pins = {} }: HealthSnapshot): readonly string[] =>
  [records, pins].flatMap((part) =>
    Object.entries(part)
      .map((member) => JSON.stringify(member))
      .sort(),
  );

test('T: merges as mergeSnapshots does, byte for byte, and in any order', async () => {
  const client = await connected(await aRedis());
  const store = redisStore(client);
  await fc.assert(
    fc.asyncProperty(fc.array(learned, { minLength: 1, maxLength: 4 }), async (saved) => {
      await client.flushAll();
      for (const one of saved) await store.save(one);
      const stored = (await store.load()) ?? snapshot({});
      const merged = saved.reduce(mergeSnapshots, snapshot({}));
      expect(bare(stored)).toEqual(bare(merged));
      for (const one of saved.toReversed()) await store.save(one);
      expect(bare((await store.load()) ?? snapshot({}))).toEqual(bare(stored));
    }),
    { numRuns: 400 },
  );
});

test('T: what is published makes of an old load a new one', async () => {
  const server = await aRedis();
  const client = await connected(server);
  const store = redisStore(client);
  const heard: string[] = [];
  const ear = await connected(server);
  await ear.subscribe('{azure-openai-failover}:v1:changes', (message) => void heard.push(message));
  await fc.assert(
    fc.asyncProperty(fc.array(learned, { minLength: 1, maxLength: 4 }), async (saved) => {
      await client.flushAll();
      heard.length = 0;
      for (const one of saved) await store.save(one);
      // What was published before this is answered has been heard.
      await ear.ping();
      const told = heard.map((message) => JSON.parse(message)).reduce(mergeSnapshots, snapshot({}));
      expect(bare(told)).toEqual(bare((await store.load()) ?? snapshot({})));
    }),
    { numRuns: 200 },
  );
});

test('takes what several save at once', async () => {
  const server = await aRedis();
  const stores = await Promise.all(Array.from({ length: 8 }, async () => redisStore(await connected(server))));
  const saves = stores.flatMap((store, i) =>
    Array.from({ length: 50 }, (_, j) =>
      store.save(snapshot({ [`own ${i}`]: { at: now - 50 + j }, all: { at: now - 50 + j, by: i } })),
    ),
  );
  await Promise.all(saves);
  const own = Object.fromEntries(stores.map((_, i) => [`own ${i}`, { at: now - 1 }]));
  expect((await stores[0]?.load())?.records).toEqual({ ...own, all: { at: now - 1, by: 7 } });
});

test('keeps the thousand facts that were learned last', async () => {
  const store = redisStore(await connected(await aRedis()));
  const fact = (i: number): [string, object] => [`${i}`.padStart(4, '0'), { at: now - Math.floor(i / 3) }];
  const [one, other] = [0, 1].map((half) =>
    snapshot(Object.fromEntries(Array.from({ length: 750 }, (_, i) => fact(2 * i + half)))),
  ) as [HealthSnapshot, HealthSnapshot];
  await store.save(one);
  await store.save(other);
  const { records } = (await store.load()) ?? snapshot({});
  expect(Object.keys(records)).toHaveLength(1_000);
  expect(records).toEqual(mergeSnapshots(one, other).records);
});

test('keeps the ten thousand pins that were learned last', async () => {
  const store = redisStore(await connected(await aRedis()));
  const pins = Object.fromEntries(
    Array.from({ length: 12_000 }, (_, i) => [`resp_${i}`, { region: 'a', at: now - i }]),
  );
  await store.save(snapshot({}, pins));
  const kept = Object.keys((await store.load())?.pins ?? {});
  expect(kept).toHaveLength(10_000);
  expect(kept).toEqual(expect.arrayContaining(['resp_0', 'resp_9999']));
  await store.save(snapshot({}, { another: { region: 'a', at: now } }));
  const left = (await store.load())?.pins ?? {};
  expect([left['another'], left['resp_9998'], left['resp_9999']]).toEqual([
    { region: 'a', at: now },
    { region: 'a', at: now - 9_998 },
    undefined,
  ]);
});

test('drops what is a day older than the latest, and what was learned in the future, also of what is stored', async () => {
  const client = await connected(await aRedis());
  const store = redisStore(client);
  const times = { old: now - DAY - MINUTE, stale: now - DAY + MINUTE, fresh: now, future: now + 6 * MINUTE };
  const learned = Object.entries(times).map(([name, at]) => [name, { at }] as const);
  await store.save(snapshot({ old: { at: times.old } }));
  expect((await store.load())?.records).toEqual({ old: { at: times.old } });
  await store.save(snapshot(Object.fromEntries(learned)));
  expect(Object.keys((await store.load())?.records ?? {}).sort()).toEqual(['fresh', 'stale']);
  await client.hSet(FACTS, Object.fromEntries(learned.map(([name, one]) => [name, JSON.stringify(one)])));
  await store.save(snapshot({ skewed: { at: now + 4 * MINUTE } }));
  expect(Object.keys((await store.load())?.records ?? {}).sort()).toEqual(['fresh', 'skewed']);
});

test('drops pins of what the service has forgotten by now', async () => {
  const client = await connected(await aRedis());
  const store = redisStore(client);
  const pin = (at: number) => ({ region: 'a', at });
  const [old, known] = [pin(now - 30 * DAY - MINUTE), pin(now - 30 * DAY + MINUTE)];
  await store.save(snapshot({}, { old, known, future: pin(now + 6 * MINUTE) }));
  expect((await store.load())?.pins).toEqual({ old, known });
  await store.save(snapshot({}, { fresh: pin(now) }));
  expect((await store.load())?.pins).toEqual({ known, fresh: pin(now) });
});

test('is not kept from working by what others wrote there', async () => {
  const client = await connected(await aRedis());
  const store = redisStore(client);
  const garbage = ['', 'null', '[]', '{"at":"x"}', '{"at":nan}', '{"at":1e999}', '{"v":2}', '[[[', '"a"', `${now}`];
  await client.hSet(FACTS, Object.fromEntries(garbage.map((text, i) => [`garbage ${i}`, text])));
  await client.hSet(FACTS, { a: 'garbage', b: Buffer.from([0xff, 0xfe]) });
  await client.hSet('{azure-openai-failover}:v1:homes', { x: 'no JSON', y: '1' });
  await client.zAdd('{azure-openai-failover}:v1:pins', [
    { score: now, value: 'x' },
    { score: Number.POSITIVE_INFINITY, value: 'z' },
  ]);
  await expect(store.load()).resolves.toBeDefined();
  const pin = { region: 'b', at: now + 1 };
  await store.save(snapshot({ a: { at: now } }, { x: pin, z: pin }));
  expect(await store.load()).toEqual(snapshot({ a: { at: now } }, { x: pin, z: pin }));
});

test('forgets one half of the pins where Redis has dropped the other', async () => {
  const client = await connected(await aRedis());
  const store = redisStore(client);
  await store.save(snapshot({}, { x: { region: 'a', at: now }, y: { region: 'a', at: now } }));
  await client.del('{azure-openai-failover}:v1:pins');
  expect(await store.load()).toBeUndefined();
  await store.save(snapshot({}, { z: { region: 'a', at: now } }));
  expect((await store.load())?.pins).toEqual({ z: { region: 'a', at: now } });
  expect(await client.hKeys('{azure-openai-failover}:v1:homes')).toEqual(['z']);
});
