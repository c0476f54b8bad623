import { expect, test } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { ok, refused, status, throttled } from '../support/service.ts';
import { CHAT, chat, setup } from '../support/setup.ts';

test('L: one region is asked although all are believed to be down', async () => {
  const store = memoryStore();
  const before = setup({
    store,
    regions: ['sweden', 'eastus', 'france'],
    script: { sweden: refused, eastus: refused },
  });
  await before.chat();
  await before.fetch.close();
  const { fetch, chat: ask, requests, stateOf } = setup({ store });
  await fetch.ready;
  expect([stateOf('sweden'), stateOf('eastus')]).toEqual(['open', 'open']);
  expect((await ask()).status).toBe(200);
  expect(requests).toHaveLength(1);
});

test.each([
  ['for a day', throttled(86_400), {}],
  ['longer than the call may wait', throttled(15), { 'x-stainless-timeout': '20' }],
  ['longer than half of what is left', throttled(29), { 'x-stainless-timeout': '40' }],
])('L: one region is asked although all are cooling %s', async (_, answer, headers) => {
  const { chat: ask, requests } = setup({ script: { sweden: answer, eastus: answer } });
  await ask({ headers: { 'x-stainless-timeout': '1' } });
  expect(requests).toHaveLength(2);
  const response = await ask({ headers: headers as Record<string, string> });
  expect(response.status).toBe(429);
  expect(requests).toHaveLength(3);
});

test('L: one region is asked although all refuse their credential', async () => {
  const { chat: ask, requests } = setup({ script: { sweden: status(403), eastus: status(403) } });
  await ask();
  const response = await ask();
  expect(response.status).toBe(403);
  expect(requests).toHaveLength(4);
});

test('L: what is forced out is never asked, also when nothing else is left', async () => {
  const { chat: ask, fetch, clock, asked } = setup({ script: { eastus: refused } });
  fetch.force('sweden', 'out', { ttlMs: 60_000 });
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_ALL_REGIONS_FAILED' });
  expect(new Set(asked())).toEqual(new Set(['eastus']));
  fetch.force('eastus', 'out');
  const before = asked().length;
  await expect(ask()).rejects.toThrow(/forced out/);
  expect(asked()).toHaveLength(before);
  await clock.advance(60_000);
  expect((await ask()).status).toBe(200);
  expect(asked().at(-1)).toBe('sweden');
});

test("L: force 'in' insists on a region whatever was learned, 'auto' lets go of it", async () => {
  const { chat: ask, fetch, asked, heard, statusOf } = setup({ script: { sweden: [throttled(60), ok] } });
  await ask();
  fetch.force('sweden', 'in');
  expect(statusOf('sweden')).toMatchObject({ forced: 'in' });
  await ask();
  fetch.force('sweden', 'auto');
  expect(statusOf('sweden')).not.toHaveProperty('forced');
  expect(asked()).toEqual(['sweden', 'eastus', 'sweden']);
  expect(heard('health').length).toBeGreaterThanOrEqual(3);
});

test('L: force takes only what there is', () => {
  const { fetch } = setup();
  expect(() => fetch.force('sveden', 'out')).toThrow(/region must be one of sweden, eastus, got "sveden"/);
  expect(() => fetch.force('sweden', 'off' as 'out')).toThrow(/'out', 'in' or 'auto', got "off"/);
  for (const ttlMs of [0, -1, Number.NaN]) expect(() => fetch.force('sweden', 'out', { ttlMs })).toThrow(/ttlMs/);
});

test('L: a call waits for a region that cools rather than fail, when the others cannot be reached', async () => {
  const {
    fetch,
    chat: ask,
    clock,
    asked,
  } = setup({
    regions: ['sweden', 'eastus', 'france'],
    script: { sweden: [throttled(5), ok], eastus: refused, france: refused },
    retry: { sameRegion: 0 },
  });
  const first = fetch(CHAT, chat());
  await clock.advance(100);
  expect((await ask()).status).toBe(200);
  expect((await clock.run(first)).status).toBe(200);
  expect(asked().slice(-2)).toEqual(['sweden', 'sweden']);
});
