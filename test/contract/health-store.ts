import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { join } from '../../src/health/merge.ts';
import { MOST_PINS } from '../../src/health/pins.ts';
import type { HealthSnapshot, HealthStore, Pin } from '../../src/index.ts';

/** Where data is that several stores share: those of the tabs of a browser, or of the servers of a fleet. */
export interface Shared {
  /** A store as one of them has it. */
  open(): HealthStore;
  /** Puts something in the place of all that the stores have saved, where others can. */
  spoil?(garbage: string): Promise<void>;
  /** Ends what the stores have not. */
  close?(): Promise<void>;
}

export interface StoreUnderTest {
  readonly name: string;
  /** Data of its own, on which nothing has been saved yet. */
  share(): Promise<Shared>;
  /** Whether one of several can have the sole right to test a region. */
  readonly claims: boolean;
  /** Whether others can write where it keeps its data. */
  readonly spoils: boolean;
}

const NOW = Date.UTC(2026, 10, 22, 12);
const nothing: HealthSnapshot = { version: 1, records: {} };

const snapshot = (records: Readonly<Record<string, object>>, pins?: Readonly<Record<string, Pin>>): HealthSnapshot => ({
  version: 1,
  savedAt: NOW,
  records,
  ...(pins && { pins }),
});
/** So many pins, learned one a millisecond. */
const pinsOf = (prefix: string, count: number, from: number): Readonly<Record<string, Pin>> =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, { region: 'sweden#1', at: from + i }]));

/** What does not read as a snapshot of this version. */
const GARBAGE: readonly string[] = [
  '',
  'nonsense',
  'null',
  '[]',
  '{"version":2,"records":{"sweden#1":{"at":1}}}',
  '{"version":1}',
  '{"version":1,"records":7,"pins":"x"}',
  '{"version":1,"records":{"sweden#1":null,"x":{"at":"soon"}},"pins":{"y":{"region":"z"}}}',
  `{"version":1,"records":{"sweden#1":{"at":${NOW * 2}}}}`,
  '{"version":1,"records":{"__proto__":{"at":1},"constructor":{"at":1}}}',
];

const aSnapshot = fc
  .record({
    records: fc.dictionary(
      fc.constantFrom('sweden#1', 'sweden#1/gpt', 'eastus#2!forced', '__proto__', 'a b/ü€'),
      // Few times, so that many are the same.
      fc.record({ at: fc.integer({ min: NOW - 3, max: NOW }), opens: fc.nat(3), note: fc.string({ maxLength: 4 }) }),
      { maxKeys: 4 },
    ),
    pins: fc.option(
      fc.dictionary(
        fc.constantFrom('resp_1', 'resp_2', 'file-3'),
        fc.record({ region: fc.constantFrom('sweden#1', 'eastus#2'), at: fc.integer({ min: NOW - 3, max: NOW }) }),
        { minKeys: 1 },
      ),
      { nil: undefined },
    ),
  })
  .map(({ records, pins }) => snapshot(records, pins));

/** What every store of learned health does, wherever it keeps it. */
export function testHealthStore({ name, share, claims, spoils }: StoreUnderTest): void {
  const opened = async () => {
    const shared = await share();
    const stores: HealthStore[] = [];
    const open = (): HealthStore => {
      const store = shared.open();
      stores.push(store);
      return store;
    };
    const end = async (): Promise<void> => {
      await Promise.all(stores.map((store) => store.close?.()));
      await shared.close?.();
    };
    onTestFinished(end);
    return { open, spoil: shared.spoil?.bind(shared), end };
  };
  const check = (what: string, body: () => Promise<void>): void => test(`${name}: ${what}`, body);

  check('T: has nothing before something is saved', async () => {
    const { open } = await opened();
    expect(await open().load()).toBeUndefined();
  });

  check('T: hands what was saved to whoever opens it next', async () => {
    const { open } = await opened();
    const saved = snapshot(
      { 'sweden#1': { at: NOW, open: { until: NOW + 9, cause: 'connect' } } },
      pinsOf('r', 2, NOW),
    );
    const first = open();
    await first.save(saved);
    await first.close?.();
    const { version, records, pins } = (await open().load()) ?? nothing;
    expect({ version, records, pins }).toEqual({ version: 1, records: saved.records, pins: saved.pins });
  });

  check('T: of two facts about one thing the later counts, in whatever order they are saved', async () => {
    const { open } = await opened();
    const [one, other] = [open(), open()];
    await one.save(snapshot({ a: { at: 2, by: 'one' }, b: { at: 1, by: 'one' } }, { x: { region: 'one', at: 2 } }));
    await other.save(
      snapshot({ a: { at: 1, by: 'other' }, b: { at: 2, by: 'other' } }, { x: { region: 'other', at: 1 } }),
    );
    const { records, pins } = (await one.load()) ?? nothing;
    expect({ records, pins }).toEqual({
      records: { a: { at: 2, by: 'one' }, b: { at: 2, by: 'other' } },
      pins: { x: { region: 'one', at: 2 } },
    });
  });

  check('T: comes to the same, in whatever order and however often snapshots are saved', async () => {
    const deliveries = fc
      .array(aSnapshot, { minLength: 1, maxLength: 4 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length })),
      );
    await fc.assert(
      fc.asyncProperty(deliveries, async ([list, order]) => {
        const { open, end } = await opened();
        const [one, other] = [open(), open()];
        for (const [i, saved] of [...order, ...list].entries()) await (i % 2 ? one : other).save(saved);
        const { records, pins } = (await open().load()) ?? nothing;
        const expected = list.reduce((all, one) => join(all, one), nothing);
        expect({ records, pins: pins ?? {} }).toEqual({ records: expected.records, pins: expected.pins ?? {} });
        await end();
      }),
      { numRuns: 20 },
    );
  });

  check('T: loses nothing of what several save at once', async () => {
    const { open } = await opened();
    const all = Array.from({ length: 20 }, (_, i) =>
      snapshot({ [`r${i}`]: { at: NOW + i } }, pinsOf(`p${i}-`, 3, NOW)),
    );
    await Promise.all(all.map((saved) => open().save(saved)));
    const { records, pins } = (await open().load()) ?? nothing;
    expect(Object.keys(records)).toHaveLength(20);
    expect(Object.keys(pins ?? {})).toHaveLength(60);
  });

  check('T: keeps its pins when records are saved, and its records when there are none to save', async () => {
    const { open } = await opened();
    const store = open();
    await store.save(snapshot({ a: { at: 1 } }, pinsOf('r', 1, NOW)));
    await store.save(snapshot({ b: { at: 1 } }));
    await store.save(snapshot({}));
    const { records, pins } = (await store.load()) ?? nothing;
    expect({ records, pins }).toEqual({ records: { a: { at: 1 }, b: { at: 1 } }, pins: pinsOf('r', 1, NOW) });
  });

  check('T: keeps 10,000 pins, the latest', async () => {
    const { open } = await opened();
    const store = open();
    await store.save(snapshot({}, pinsOf('old', 500, NOW)));
    await store.save(snapshot({}, pinsOf('new', MOST_PINS - 100, NOW + 1_000)));
    const { pins = {} } = (await store.load()) ?? nothing;
    expect(Object.keys(pins)).toHaveLength(MOST_PINS);
    expect([pins['old0'], pins['old399'], pins['old400'], pins['new0']].map((pin) => pin?.at)).toEqual([
      undefined,
      undefined,
      NOW + 400,
      NOW + 1_000,
    ]);
  });

  check('T: tells all who listen what others save, until they no longer do', async () => {
    const { open } = await opened();
    const [listening, saving] = [open(), open()];
    const [first, second, gone] = [vi.fn(), vi.fn(), vi.fn()];
    const ends = [listening.subscribe?.(first), listening.subscribe?.(second), listening.subscribe?.(gone)];
    ends[2]?.();
    const saved = snapshot({ a: { at: 1 } }, pinsOf('r', 1, NOW));
    // Who listens may take a moment to be heard of.
    await vi.waitFor(async () => {
      await saving.save(saved);
      for (const heard of [first, second])
        expect(heard).toHaveBeenCalledWith(
          expect.objectContaining({ version: 1, records: saved.records, pins: saved.pins }),
        );
    });
    ends[0]?.();
    const before = first.mock.calls.length;
    await saving.save(snapshot({ a: { at: 2 } }));
    await vi.waitFor(() => expect(second).toHaveBeenCalledWith(expect.objectContaining({ records: { a: { at: 2 } } })));
    expect(first).toHaveBeenCalledTimes(before);
    expect(gone).not.toHaveBeenCalled();
  });

  check('T: clients that are given one store learn from each other', async () => {
    const { open } = await opened();
    const store = open();
    const heard = vi.fn();
    store.subscribe?.(heard);
    await vi.waitFor(async () => {
      await store.save(snapshot({ a: { at: 1 } }));
      expect(heard).toHaveBeenCalledWith(expect.objectContaining({ records: { a: { at: 1 } } }));
    });
  });

  check('S: what one closes, others still use', async () => {
    const { open } = await opened();
    const [one, other] = [open(), open()];
    await Promise.all([one.load(), other.load()]);
    await one.close?.();
    await other.save(snapshot({ a: { at: 1 } }));
    expect((await other.load())?.records).toEqual({ a: { at: 1 } });
  });

  check('S: closes before it was used, while it is used, and twice', async () => {
    const { open } = await opened();
    await open().close?.();
    const store = open();
    const saving = store.save(snapshot({ a: { at: 1 } }));
    await Promise.all([store.close?.(), saving.catch(() => {})]);
    await store.close?.();
  });

  if (spoils) {
    check('V: garbage in place of what was saved is nothing, and makes room for what is saved next', async () => {
      const { open, spoil } = await opened();
      for (const garbage of GARBAGE) {
        await open().save(snapshot({ 'sweden#1': { at: NOW } }, pinsOf('r', 1, NOW)));
        await spoil?.(garbage);
        const { version, records, pins } = (await open().load()) ?? nothing;
        expect({ version, records: typeof records, pins: typeof (pins ?? {}) }, garbage).toEqual({
          version: 1,
          records: 'object',
          pins: 'object',
        });
        const saved = snapshot({ 'sweden#1': { at: NOW + 1 } }, { r0: { region: 'sweden#1', at: NOW + 1 } });
        await open().save(saved);
        const loaded = (await open().load()) ?? nothing;
        expect(loaded.records['sweden#1'], garbage).toEqual({ at: NOW + 1 });
        expect(loaded.pins?.['r0'], garbage).toEqual({ region: 'sweden#1', at: NOW + 1 });
      }
    });
  }

  if (claims) {
    check('T: one at a time may test a region, and each region has its own', async () => {
      const { open } = await opened();
      const [one, other] = [open(), open()];
      const mine = await one.claim?.('sweden');
      expect(mine).toBeTypeOf('function');
      expect(await other.claim?.('sweden')).toBeUndefined();
      expect(await one.claim?.('sweden')).toBeUndefined();
      const second = await other.claim?.('eastus');
      expect(second).toBeTypeOf('function');
      mine?.();
      await vi.waitFor(async () => {
        const theirs = await other.claim?.('sweden');
        expect(theirs).toBeTypeOf('function');
        theirs?.();
      });
      // Given back twice, it is not given back for another.
      const again = await vi.waitFor(async () => {
        const claimed = await one.claim?.('sweden');
        expect(claimed).toBeTypeOf('function');
        return claimed;
      });
      mine?.();
      expect(await other.claim?.('sweden')).toBeUndefined();
      again?.();
      second?.();
    });

    check('T: of many who ask for one region at once, one may test it', async () => {
      const { open } = await opened();
      const answers = await Promise.all(Array.from({ length: 10 }, () => open().claim?.('sweden')));
      expect(answers.filter(Boolean)).toHaveLength(1);
      for (const release of answers) release?.();
    });
  }
}
