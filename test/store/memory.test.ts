import { expect, test } from 'vitest';
import { MOST_PINS } from '../../src/health/pins.ts';
import { memoryStore } from '../../src/index.ts';

const NOW = Date.UTC(2026, 10, 22, 12);

test('has nothing before something is saved', async () => {
  expect(await memoryStore().load()).toBeUndefined();
});

test('T: adds what is saved to what it has, and of two pins of one id the later counts', async () => {
  const store = memoryStore();
  await store.save({ version: 1, records: { a: 1 } });
  await store.save({
    version: 1,
    records: { b: 2 },
    pins: { x: { region: 'a', at: NOW }, y: { region: 'a', at: NOW } },
  });
  await store.save({
    version: 1,
    records: { a: 3 },
    pins: { x: { region: 'b', at: NOW - 1 }, y: { region: 'b', at: NOW } },
  });
  expect(await store.load()).toEqual({
    version: 1,
    records: { a: 3, b: 2 },
    pins: { x: { region: 'a', at: NOW }, y: { region: 'b', at: NOW } },
  });
});

test('T: keeps 10,000 pins, the newest', async () => {
  const store = memoryStore();
  const pin = { region: 'a', at: NOW };
  await store.save({ version: 1, records: {}, pins: { first: pin, second: pin } });
  await store.save({ version: 1, records: {}, pins: { first: pin } });
  const many = Object.fromEntries([...Array(MOST_PINS - 1).keys()].map((i) => [`id_${i}`, pin]));
  await store.save({ version: 1, records: {}, pins: many });
  const { pins = {} } = (await store.load()) ?? {};
  expect(Object.keys(pins)).toHaveLength(MOST_PINS);
  expect([pins['first'], pins['second'], pins['id_0']]).toEqual([pin, undefined, pin]);
});
