import { expect, onTestFinished, test, vi } from 'vitest';
import { indexedDBStore } from '../../../src/index.ts';
import { aName, client, saved } from './client.ts';

test('S: an open that failed is tried again at the next use', async () => {
  const open = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  onTestFinished(() => open.mockRestore());
  const store = indexedDBStore({ name: aName('failures') });
  await expect(store.load()).rejects.toThrow('denied');
  await expect(store.save(saved({}))).rejects.toThrow('denied');
  open.mockRestore();
  await store.save(saved({ a: { at: 1 } }));
  expect((await store.load())?.records).toEqual({ a: { at: 1 } });
});

test('S: a disk that is full costs one warning, and is used again when there is room', async () => {
  const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError');
  });
  onTestFinished(() => put.mockRestore());
  const store = indexedDBStore({ name: aName('failures') });
  const { fetch, call, warnings } = client({ store });
  await fetch.ready;
  fetch.force('sweden', 'out');
  expect(await call()).toBe(200);
  await vi.waitFor(() =>
    expect(warnings()).toEqual([expect.stringMatching(/^learned health is kept in memory.*full/)]),
  );
  put.mockRestore();
  await fetch.close();
  await store.save(saved({ a: { at: 1 } }));
  expect((await store.load())?.records).toHaveProperty('a', { at: 1 });
});

test('S: a store that fails at everything costs one warning', async () => {
  const open = vi.spyOn(IDBFactory.prototype, 'open').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  onTestFinished(() => open.mockRestore());
  const { fetch, call, warnings } = client({ store: indexedDBStore({ name: aName('failures') }) });
  await fetch.ready;
  fetch.force('sweden', 'out');
  expect(await call()).toBe(200);
  await fetch.close();
  expect(warnings()).toEqual([expect.stringMatching(/^learned health is kept in memory only.*denied/)]);
});
