import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { MOST_PINS, Pins } from '../../src/health/pins.ts';
import { decodePins } from '../../src/health/read-snapshot.ts';
import type { Pin } from '../../src/store/health-store.ts';
import { idsOf, NOW } from '../support/health.ts';

const DAY = 86_400_000;
const IDS = idsOf('sweden', 'eastus');
/** Pins as a store has them: it knows regions by their ids. */
const stored = (pins: Readonly<Record<string, Pin>>): Readonly<Record<string, Pin>> =>
  Object.fromEntries(Object.entries(pins).map(([id, pin]) => [id, { ...pin, region: ID[pin.region] ?? pin.region }]));
const ID = Object.fromEntries([...IDS].map(([id, name]) => [name, id]));
const somePins = (onNews: () => void = () => {}): Pins => new Pins(onNews);

test('G: knows where a thing is kept', () => {
  const pins = somePins();
  pins.learn('resp_1', 'sweden', NOW);
  expect(pins.regionOf('resp_1', NOW)).toBe('sweden');
  expect(pins.regionOf('resp_2', NOW)).toBeUndefined();
  pins.learn('resp_1', 'eastus', NOW + 1);
  expect(pins.regionOf('resp_1', NOW + 1)).toBe('eastus');
  pins.forget('resp_1');
  expect(pins.regionOf('resp_1', NOW + 1)).toBeUndefined();
});

test('G: forgets after 30 days, and not because a clock was set back', () => {
  const pins = somePins();
  pins.learn('resp_1', 'sweden', NOW);
  expect(pins.regionOf('resp_1', NOW + 30 * DAY - 1)).toBe('sweden');
  expect(pins.regionOf('resp_1', NOW - 90 * DAY)).toBe('sweden');
  expect(pins.regionOf('resp_1', NOW + 30 * DAY)).toBeUndefined();
  pins.learn('resp_1', 'sweden', NOW + 30 * DAY);
  expect(pins.regionOf('resp_1', NOW + 59 * DAY)).toBe('sweden');
});

test('G: remembers 10,000, and forgets first what was used least lately', () => {
  const pins = somePins();
  for (let i = 0; i < MOST_PINS; i++) pins.learn(`resp_${i}`, 'sweden', NOW);
  pins.regionOf('resp_0', NOW);
  pins.learn('resp_1', 'sweden', NOW);
  pins.learn('resp_new', 'sweden', NOW);
  pins.learn('resp_newer', 'sweden', NOW);
  const known = ['resp_0', 'resp_1', 'resp_2', 'resp_3', 'resp_4', 'resp_new'].filter((id) => pins.regionOf(id, NOW));
  expect(known).toEqual(['resp_0', 'resp_1', 'resp_4', 'resp_new']);
});

test('G: what was learned is news once, and again when it could not be written', () => {
  const heard = vi.fn();
  const pins = somePins(heard);
  expect(pins.takeNews()).toBeUndefined();
  pins.learn('resp_1', 'sweden', NOW);
  pins.learn('resp_1', 'sweden', NOW + 5);
  expect(heard).toHaveBeenCalledTimes(1);
  const news = pins.takeNews();
  expect(news).toEqual({ resp_1: { region: 'sweden', at: NOW } });
  expect(pins.takeNews()).toBeUndefined();
  pins.learn('resp_2', 'eastus', NOW);
  pins.forget('resp_2');
  expect(pins.takeNews()).toBeUndefined();
  pins.returnNews(news);
  expect(pins.takeNews()).toEqual(news);
  pins.returnNews(undefined);
  expect(pins.takeNews()).toBeUndefined();
});

test('G: what was learned meanwhile counts before what others stored', () => {
  const pins = somePins();
  pins.learn('resp_1', 'sweden', NOW);
  const theirs = [...Array(MOST_PINS).keys()].map((i) => [`resp_${i}`, { region: 'eastus', at: NOW - 5 }] as const);
  pins.absorb(new Map(theirs));
  expect(pins.regionOf('resp_1', NOW)).toBe('sweden');
  expect(pins.regionOf('resp_0', NOW)).toBe('eastus');
  pins.learn('resp_new', 'sweden', NOW);
  expect(pins.regionOf('resp_2', NOW)).toBeUndefined();
  expect(pins.regionOf('resp_1', NOW)).toBe('sweden');
  expect(Object.keys(pins.takeNews() ?? {})).toEqual(['resp_1', 'resp_new']);
});

test('G: is what a naive memory is, whatever happens', () => {
  const anId = fc.integer({ min: 0, max: 12 }).map((i) => `id_${i}`);
  const anOp = fc.oneof(
    fc.record({ do: fc.constant('learn' as const), id: anId, region: fc.constantFrom('sweden', 'eastus') }),
    fc.record({ do: fc.constant('forget' as const), id: anId }),
    fc.record({ do: fc.constant('wait' as const), days: fc.integer({ min: 0, max: 20 }) }),
  );
  fc.assert(
    fc.property(fc.array(anOp, { maxLength: 60 }), (ops) => {
      const pins = somePins();
      const naive = new Map<string, Pin>();
      let now = NOW;
      const regionOf = (id: string): string | undefined => {
        const pin = naive.get(id);
        return pin && now - pin.at < 30 * DAY ? pin.region : undefined;
      };
      for (const op of ops) {
        if (op.do === 'wait') now += op.days * DAY;
        else if (op.do === 'forget') {
          pins.forget(op.id);
          naive.delete(op.id);
        } else {
          pins.learn(op.id, op.region, now);
          if (regionOf(op.id) !== op.region) naive.set(op.id, { region: op.region, at: now });
        }
        for (let i = 0; i <= 12; i++) expect(pins.regionOf(`id_${i}`, now)).toBe(regionOf(`id_${i}`));
      }
      const read = decodePins({ version: 1, pins: stored(pins.takeNews() ?? {}) }, IDS, now);
      const reborn = somePins();
      reborn.absorb(read);
      for (let i = 0; i <= 12; i++) expect(reborn.regionOf(`id_${i}`, now)).toBe(regionOf(`id_${i}`));
    }),
    { numRuns: 200 },
  );
});

test('T: pins come back, the oldest first, those of regions that are still there', () => {
  const pins = {
    later: { region: 'sweden', at: NOW - 5 },
    sooner: { region: 'eastus', at: NOW - DAY },
    elsewhere: { region: 'mars', at: NOW },
    old: { region: 'sweden', at: NOW - 30 * DAY },
    ['__proto__']: { region: 'sweden', at: NOW + DAY },
  };
  const read = decodePins({ version: 1, records: {}, pins: stored(pins) }, IDS, NOW);
  expect([...read]).toEqual([
    ['sooner', { region: 'eastus', at: NOW - DAY }],
    ['later', { region: 'sweden', at: NOW - 5 }],
    // A time to come is a clock's that was set back since.
    ['__proto__', { region: 'sweden', at: NOW }],
  ]);
});

test('T: what is unreadable decodes to no pins', () => {
  const odd = { region: { toString: 1, valueOf: 1 }, at: NOW };
  expect(decodePins({ version: 1, records: {}, pins: { resp_1: odd } }, IDS, NOW).size).toBe(0);
  const good = { region: ID['sweden'] ?? '', at: NOW };
  expect(decodePins({ version: 2, pins: { resp_1: good } }, IDS, NOW).size).toBe(0);
  expect(decodePins({ version: 1, records: {} }, IDS, NOW).size).toBe(0);
  fc.assert(
    fc.property(fc.anything(), fc.anything(), fc.anything(), (pins, pin, at) => {
      for (const snapshot of [pins, { version: 1, pins }, { version: 1, pins: { resp_1: pin } }])
        expect(decodePins(snapshot, IDS, NOW).size).toBe(0);
      const odd = { version: 1, pins: { resp_1: { ...good, at }, resp_2: good } };
      expect(decodePins(odd, IDS, NOW).has('resp_2')).toBe(true);
    }),
    { numRuns: 500 },
  );
});
