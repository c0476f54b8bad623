import { createStore, set } from 'idb-keyval';
import { expect, onTestFinished, test, vi } from 'vitest';
import { indexedDBStore } from '../../../src/index.ts';
import { aName, client, saved } from './client.ts';

const cyclic: { self?: object } = {};
cyclic.self = cyclic;
const huge = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`r${i}`, { at: i, open: { until: i } }]));
const GARBAGE: readonly (readonly [what: string, garbage: unknown])[] = [
  ['nothing', null],
  ['a number', 7],
  ['a big number', 7n],
  ['a cycle', cyclic],
  ['a cycle in a snapshot', { version: 1, records: { sweden: { at: 1, cyclic } } }],
  ['bytes', new Uint8Array(9)],
  ['a file', new Blob(['{"version":1}'])],
  ['a map', new Map([['version', 1]])],
  ['a date', new Date(0)],
  ['half a text', '{"version":1,"records":{"swe'],
  ['another version', '{"version":2,"records":{"a":{"at":1}}}'],
  ['a huge text', 'x'.repeat(5_000_000)],
  ['far too much', JSON.stringify({ version: 1, records: huge })],
];

test.each(GARBAGE)(
  'S: where the database holds %s, calls are untouched, and what is saved next is found',
  async (_, garbage) => {
    const name = aName('garbage');
    const store = indexedDBStore({ name });
    await store.save(saved({ a: { at: 1 } }));
    const objects = createStore(name, 'health');
    for (const key of ['records', 'pins', 99]) await set(key, garbage, objects);
    const { fetch, call, warnings, states } = client({ store });
    expect(await call()).toBe(200);
    await fetch.ready;
    expect(states()).toEqual(['closed', 'closed']);
    await store.save(saved({ a: { at: 100_000 } }));
    expect(await store.load()).toMatchObject({ version: 1, records: { a: { at: 100_000 } } });
    expect(warnings()).toEqual([]);
  },
);

test('V: what others say on the channel that is no snapshot does no harm', async () => {
  const name = aName('garbage');
  const failed = vi.fn((event: Event) => event.preventDefault());
  globalThis.addEventListener('error', failed);
  onTestFinished(() => globalThis.removeEventListener('error', failed));
  const { fetch, call, warnings, states } = client({ store: indexedDBStore({ name }) });
  await fetch.ready;
  const others = new BroadcastChannel(name);
  onTestFinished(() => others.close());
  const odd = { toString: 1, valueOf: 1 };
  for (const [, garbage] of GARBAGE) others.postMessage(garbage);
  others.postMessage({ version: 1, records: { odd }, pins: { odd: { at: 1, region: odd } } });
  const heard = indexedDBStore({ name });
  const told = vi.fn();
  heard.subscribe?.(told);
  await heard.save(saved({ a: { at: 1 } }));
  expect(told).toHaveBeenCalled();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await call()).toBe(200);
  expect([failed.mock.calls.length, states(), warnings()]).toEqual([0, ['closed', 'closed'], []]);
  await heard.close?.();
});
