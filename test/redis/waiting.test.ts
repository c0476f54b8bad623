import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, vi } from 'vitest';
import { redisStore } from '../../src/store/redis.ts';
import { aRedis, connected, snapshot, test } from '../support/redis.ts';

const now = Date.now();
/** How long Redis is waited for, and after how long it is told again what it did not take, ms. */
const [ANSWER_MS, AGAIN_MS] = [5_000, 2_000];

/** Until the test is over, timers wait until they are told. */
function stopTime(): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
}

test('S: says again what Redis refused', async () => {
  const server = await aRedis();
  const client = await connected(server);
  const store = redisStore(client);
  const asked = vi.spyOn(client, 'evalSha');
  await client.configSet('maxmemory', '1');
  stopTime();
  await expect(store.save(snapshot({ a: { at: now } }))).rejects.toThrow('OOM');
  await expect(store.save(snapshot({ a: { at: now - 1 }, b: { at: now } }))).rejects.toThrow('OOM');
  vi.advanceTimersByTime(AGAIN_MS);
  await Promise.allSettled(asked.mock.results.map(({ value }) => value));
  await nextTurn();
  await client.configSet('maxmemory', '0');
  vi.advanceTimersByTime(AGAIN_MS);
  vi.useRealTimers();
  await vi.waitFor(async () => expect((await store.load())?.records).toEqual({ a: { at: now }, b: { at: now } }));
});

test('S: stops saying it when it is closed, and when the client is', async () => {
  const server = await aRedis();
  const [client, gone] = [await connected(server), await connected(server)];
  await client.configSet('maxmemory', '1');
  stopTime();
  const [closed, left] = [redisStore(client), redisStore(gone)];
  for (const store of [closed, left]) await expect(store.save(snapshot({ a: { at: now } }))).rejects.toThrow('OOM');
  expect(vi.getTimerCount()).toBe(2);
  await closed.close?.();
  expect(vi.getTimerCount()).toBe(1);
  gone.destroy();
  vi.advanceTimersByTime(AGAIN_MS);
  await nextTurn();
  expect(vi.getTimerCount()).toBe(0);
});

test('S: gives up on a Redis that hangs, and asks nothing more of it until it answers', async () => {
  const server = await aRedis();
  const client = await connected(server);
  const store = redisStore(client);
  await store.save(snapshot({ before: { at: now } }));
  const asked = vi.spyOn(client, 'evalSha');
  server.freeze();
  stopTime();
  const failures = [store.save(snapshot({ a: { at: now } })), store.load()].map((one) => expect(one).rejects.toThrow());
  vi.advanceTimersByTime(ANSWER_MS);
  await Promise.all(failures);
  for (let i = 0; i < 20; i++) {
    vi.advanceTimersByTime(ANSWER_MS);
    await expect(store.save(snapshot({ b: { at: now + i } }))).rejects.toThrow('Redis has not answered');
  }
  expect(asked).toHaveBeenCalledTimes(2);
  vi.useRealTimers();
  server.thaw();
  await vi.waitFor(() => store.save(snapshot({ c: { at: now } })));
  expect((await store.load())?.records).toEqual({
    before: { at: now },
    a: { at: now },
    b: { at: now + 19 },
    c: { at: now },
  });
});

test('S: waits for a Redis that is slow', async () => {
  const server = await aRedis();
  const [client, other] = [await connected(server), await connected(server)];
  const store = redisStore(client);
  await other.sendCommand(['CLIENT', 'PAUSE', '200', 'ALL']);
  await store.save(snapshot({ a: { at: now } }));
  expect(await store.load()).toMatchObject({ records: { a: { at: now } } });
});
