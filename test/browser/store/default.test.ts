import { expect, onTestFinished, test, vi } from 'vitest';
import { indexedDBStore } from '../../../src/index.ts';
import { endpointOf } from '../../support/setup.ts';
import { aName, client, saved } from './client.ts';

test('opens nothing before it is used', async () => {
  const open = vi.spyOn(IDBFactory.prototype, 'open');
  onTestFinished(() => open.mockRestore());
  const store = indexedDBStore({ name: aName('default') });
  expect(open).not.toHaveBeenCalled();
  await store.load();
  await store.save(saved({ a: { at: 1 } }));
  expect(open).toHaveBeenCalledOnce();
  await store.close?.();
});

test.each(['', 7, null])('refuses a name that is none: %j', (name) => {
  expect(() => indexedDBStore({ name: name as string })).toThrow(
    new TypeError(`indexedDBStore: name must be a string that is not empty, got ${JSON.stringify(name)}`),
  );
});

test('T: is the default in a page: what one client learns, the next finds', async () => {
  const regions = [
    { name: aName('default'), endpoint: endpointOf('sweden'), credential: { apiKey: 'key-of-sweden' } },
    { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'key-of-eastus' } },
  ] as const;
  const first = client({ regions });
  first.fetch.force(regions[0].name, 'out');
  await first.fetch.close();
  const second = client({ regions });
  await second.fetch.ready;
  expect(second.fetch.regions().find(({ region }) => region === regions[0].name)?.forced).toBe('out');
  expect([...first.warnings(), ...second.warnings()]).toEqual([]);
});

test.each<[what: string, indexedDB: PropertyDescriptor]>([
  ['has no IndexedDB', { value: undefined }],
  ['has none for this page', { value: null }],
  [
    'refuses the question',
    {
      get() {
        throw new DOMException('denied', 'SecurityError');
      },
    },
  ],
])('S: where the platform %s, all is kept in memory, and that is no reason to warn', async (_, descriptor) => {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'indexedDB');
  Object.defineProperty(globalThis, 'indexedDB', { ...descriptor, configurable: true });
  onTestFinished(() => void Object.defineProperty(globalThis, 'indexedDB', before ?? { value: indexedDB }));
  const { fetch, call, warnings } = client();
  await fetch.ready;
  fetch.force('sweden', 'out');
  expect(await call()).toBe(200);
  await fetch.close();
  expect(warnings()).toEqual([]);
});

test('T: is the default in a worker: what it learns, its page hears, and finds later', async () => {
  const regions = [
    { name: 'worker', endpoint: endpointOf('sweden'), credential: { apiKey: 'key-of-sweden' } },
    { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'key-of-eastus' } },
  ] as const;
  const forced = ({ fetch }: ReturnType<typeof client>) =>
    fetch.regions().find(({ region }) => region === 'worker')?.forced;
  const hearing = client({ regions });
  await hearing.fetch.ready;
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
  onTestFinished(() => worker.terminate());
  await new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }));
  await vi.waitFor(() => expect(forced(hearing)).toBe('out'));
  const later = client({ regions });
  await later.fetch.ready;
  expect(forced(later)).toBe('out');
});
