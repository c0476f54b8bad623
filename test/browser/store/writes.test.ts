import { expect, onTestFinished, test, vi } from 'vitest';
import { indexedDBStore } from '../../../src/index.ts';
import { aName, saved } from './client.ts';

test('T: ten thousand pins are left alone by a save that has none', async () => {
  const store = indexedDBStore({ name: aName('writes') });
  await store.save({ ...saved({ a: { at: 1 } }), pins: { x: { region: 'sweden', at: 1 } } });
  const [get, put] = [vi.spyOn(IDBObjectStore.prototype, 'get'), vi.spyOn(IDBObjectStore.prototype, 'put')];
  onTestFinished(() => [get, put].forEach((spy) => void spy.mockRestore()));
  await store.save(saved({ a: { at: 2 } }));
  expect(get.mock.calls).toEqual([['records']]);
  expect(put.mock.calls.map(([, key]) => key)).toEqual([undefined, 'records']);
});

test('T: a channel is open while somebody listens, or something is said', async () => {
  const close = vi.spyOn(BroadcastChannel.prototype, 'close');
  onTestFinished(() => close.mockRestore());
  const store = indexedDBStore({ name: aName('writes') });
  const [first, second] = [store.subscribe?.(() => {}), store.subscribe?.(() => {})];
  await store.save(saved({ a: { at: 1 } }));
  first?.();
  first?.();
  expect(close).not.toHaveBeenCalled();
  second?.();
  expect(close).toHaveBeenCalledTimes(1);
  await store.save(saved({ b: { at: 1 } }));
  expect(close).toHaveBeenCalledTimes(2);
});
