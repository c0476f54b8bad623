import { expect, onTestFinished, test, vi } from 'vitest';
import { indexedDBStore } from '../../../src/index.ts';
import { aName, client, saved } from './client.ts';

/** A connection that others have to the database, and never close when they are asked to. */
function hold(name: string, version?: number): Promise<IDBDatabase> {
  const request = indexedDB.open(name, version);
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function remove(name: string): Promise<string> {
  const request = indexedDB.deleteDatabase(name);
  return new Promise((resolve) => {
    request.onsuccess = () => resolve('deleted');
    request.onblocked = () => resolve('blocked');
  });
}

test('S: a database of that name that is another ends in memory and one warning', async () => {
  const name = aName('connection');
  (await hold(name, 3)).close();
  const { fetch, call, warnings } = client({ store: indexedDBStore({ name }) });
  await fetch.ready;
  fetch.force('sweden', 'out');
  fetch.force('sweden', 'auto');
  expect(await call()).toBe(200);
  await fetch.close();
  expect(warnings()).toEqual([expect.stringMatching(/^learned health is kept in memory only/)]);
});

test('S: the database can be deleted while it is open, and is there again when something is saved', async () => {
  const name = aName('connection');
  const store = indexedDBStore({ name });
  await store.save(saved({ a: { at: 1 } }));
  expect(await remove(name)).toBe('deleted');
  expect(await store.load()).toBeUndefined();
  await store.save(saved({ b: { at: 1 } }));
  expect((await store.load())?.records).toEqual({ b: { at: 1 } });
});

test('S: its version can be changed while it is open, and it is used as it is then', async () => {
  const name = aName('connection');
  const store = indexedDBStore({ name });
  await store.save(saved({ a: { at: 1 } }));
  const upgraded = await hold(name, 7);
  await store.save(saved({ b: { at: 1 } }));
  expect((await store.load())?.records).toEqual({ a: { at: 1 }, b: { at: 1 } });
  upgraded.close();
});

test('S: a database that others keep from being opened is given up for a while, and used when they let go', async () => {
  const name = aName('connection');
  const first = indexedDBStore({ name });
  await first.save(saved({ a: { at: 1 } }));
  const holder = await hold(name);
  expect(await remove(name)).toBe('blocked');
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const store = indexedDBStore({ name });
  const { fetch, call, warnings } = client({ store });
  expect(await call()).toBe(200);
  fetch.force('sweden', 'out');
  await vi.advanceTimersByTimeAsync(10_000);
  await fetch.ready;
  expect(warnings()).toEqual([expect.stringMatching(/No answer within 5000 ms/)]);
  vi.useRealTimers();
  holder.close();
  await store.save(saved({ b: { at: 1 } }));
  expect((await store.load())?.records).toHaveProperty('b', { at: 1 });
});

test('S: a connection that works no more is replaced at the next use', async () => {
  const store = indexedDBStore({ name: aName('connection') });
  await store.save(saved({ a: { at: 1 } }));
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
    throw new DOMException('Connection to Indexed Database server lost', 'UnknownError');
  });
  const open = vi.spyOn(IDBFactory.prototype, 'open');
  onTestFinished(() => [transaction, open].forEach((spy) => void spy.mockRestore()));
  await expect(store.load()).rejects.toThrow('lost');
  expect((await store.load())?.records).toEqual({ a: { at: 1 } });
  expect(open).toHaveBeenCalledOnce();
});
