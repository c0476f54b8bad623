import fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type HealthSnapshot, type HealthStore, memoryStore } from '../../src/index.ts';
import type { ManualClock } from '../support/clock.ts';
import { ok, refused, throttled } from '../support/service.ts';
import { CHAT, chat, setup } from '../support/setup.ts';
import { RESPONSES } from '../support/stream.ts';

test('close() writes what was learned, and another session starts with it', async () => {
  const store = memoryStore();
  const first = setup({ store, script: { sweden: refused } });
  await first.chat();
  await first.fetch.close();
  const second = setup({ store });
  await second.fetch.ready;
  expect(second.stateOf('sweden')).toBe('open');
  await second.chat();
  expect(second.asked()).toEqual(['eastus']);
});

test('I: a cool-down that the service asked for is not cut short by a restart', async () => {
  const store = memoryStore();
  const first = setup({ store, script: { sweden: throttled(500) } });
  await first.chat();
  await first.fetch.close();
  const second = setup({ store });
  await second.fetch.ready;
  await second.clock.advance(490_000);
  await second.chat();
  expect(second.asked()).toEqual(['eastus']);
});

test('S: no call waits for the store, and what it brings late does not undo what was learned meanwhile', async () => {
  const store = memoryStore();
  const first = setup({ store, script: { sweden: throttled(60) } });
  await first.chat();
  await first.fetch.close();
  let bring = (): void => {};
  const slow = { ...store, load: () => new Promise<void>((resolve) => (bring = resolve)).then(store.load) };
  const second = setup({ store: slow, script: { sweden: refused } });
  expect((await second.chat()).status).toBe(200);
  expect(second.stateOf('sweden')).toBe('open');
  bring();
  await second.fetch.ready;
  expect(second.statusOf('sweden')).toMatchObject({ state: 'open', deployments: {} });
});

test.each<[string, () => unknown]>([
  ['nothing', () => undefined],
  ['a text', () => 'text'],
  ['another version’s', () => ({ version: 2, records: {} })],
  ['what is no fact', () => ({ version: 1, records: { sweden: 5 }, pins: { resp_1: 'sweden' } })],
])('S: a store that brings %s is as good as an empty one', async (_, load) => {
  const {
    chat: ask,
    fetch,
    heard,
  } = setup({
    store: { load: async () => load() as undefined, save: async () => {} },
  });
  await fetch.ready;
  expect((await ask()).status).toBe(200);
  expect(heard('warning')).toEqual([]);
});

test.each<[string, Partial<HealthStore>]>([
  ['cannot be read', { load: () => Promise.reject(new Error('blocked')) }],
  [
    'cannot be heard',
    {
      subscribe() {
        throw new Error('blocked');
      },
    },
  ],
  ['cannot be closed', { close: () => Promise.reject(new Error('blocked')) }],
])('S: a store that %s costs one warning and nothing else', async (_, broken) => {
  const { chat: ask, clock, fetch, heard } = setup({ store: { ...memoryStore(), ...broken } });
  await fetch.ready;
  expect((await ask()).status).toBe(200);
  await clock.run(fetch.close());
  expect(heard('warning')).toMatchObject([{ code: 'store', message: expect.stringContaining('blocked') }]);
});

test('S: a store that never says what it has keeps neither calls nor the end waiting', async () => {
  const { chat: ask, clock, fetch } = setup({ store: { ...memoryStore(), load: () => new Promise(() => {}) } });
  const start = clock.now();
  expect((await ask()).status).toBe(200);
  await clock.run(fetch.close());
  expect(clock.now()).toBe(start);
});

/** A store that says when it was written to, and what of each write becomes of it. */
function aStore(become: (turn: number, clock: ManualClock) => Promise<void> = async () => {}) {
  const saves: { readonly at: number; readonly snapshot: HealthSnapshot }[] = [];
  const close = vi.fn(async () => {});
  const made = setup({
    store: {
      load: async () => undefined,
      async save(snapshot) {
        saves.push({ at: made.clock.now(), snapshot });
        await become(saves.length, made.clock);
      },
      close,
    },
    script: { sweden: [refused, refused, ok] },
  });
  const start = made.clock.now();
  return {
    ...made,
    saves,
    close,
    /** When it was written, ms from the beginning. */
    times: () => saves.map(({ at }) => at - start),
    /** Where the last write has it that somebody put a region. */
    last: (region: string) =>
      Object.entries(saves.at(-1)?.snapshot.records ?? {})
        .filter(([key]) => key.startsWith(`${region}#`) && key.endsWith('!forced'))
        .map(([, register]) => (register as { to: string }).to)
        .join(),
  };
}

test('S: the first change is written at once, what follows together, a second later', async () => {
  const { fetch, clock, times, last } = aStore();
  for (let i = 0; i < 9; i++) {
    fetch.force('sweden', i % 2 ? 'in' : 'out');
    await clock.advance(100);
  }
  fetch.force('sweden', 'auto');
  await clock.advance(5_000);
  expect(times()).toEqual([0, 1_000]);
  expect(last('sweden')).toBe('auto');
  fetch.force('eastus', 'out');
  await clock.advance(0);
  expect(times()).toEqual([0, 1_000, 5_900]);
});

test('S: however much is learned, it is written once a second at most, and the last of it always', async () => {
  const pauses = fc.array(fc.constantFrom(0, 1, 10, 300, 999, 1_000, 1_001, 2_500), { maxLength: 30, size: 'max' });
  const durations = fc.array(fc.constantFrom(0, 0, 5, 400, 1_500), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(pauses, durations, async (list, lasts) => {
      const { fetch, clock, times, last } = aStore((turn, { sleep }) => sleep(lasts[turn % lasts.length] ?? 0));
      let said = '';
      for (const [index, ms] of list.entries()) {
        said = (['in', 'out', 'auto'] as const)[index % 3] ?? 'in';
        fetch.force('sweden', said as 'in');
        await clock.advance(ms);
      }
      await clock.advance(10_000);
      expect(last('sweden')).toBe(said);
      const gaps = times().map((at, index) => at - (times()[index - 1] ?? Number.NEGATIVE_INFINITY));
      expect(Math.min(...gaps, Number.POSITIVE_INFINITY)).toBeGreaterThanOrEqual(1_000);
      expect(clock.open).toBe(0);
    }),
    { numRuns: 60 },
  );
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'S: what is learned while the last is being written is written too (%i turns later)',
  async (turns) => {
    const { fetch, clock, times, last } = aStore(async (count) => {
      if (count > 1) return;
      let turn = Promise.resolve();
      for (let i = 0; i < turns; i++) turn = turn.then(() => {});
      turn.then(() => fetch.force('eastus', 'out'));
    });
    fetch.force('sweden', 'out');
    await clock.advance(1_000);
    expect(times()).toEqual([0, 1_000]);
    expect(last('eastus')).toBe('out');
  },
);

test.each([-600_000, 600_000, -3_600_000])('S: a clock that is set by %i ms keeps nobody from writing', async (ms) => {
  const { fetch, clock, saves, last } = aStore();
  fetch.force('sweden', 'out');
  await clock.advance(0);
  for (const to of ['in', 'auto'] as const) {
    clock.jump(ms);
    fetch.force('sweden', to);
    await clock.advance(1_000);
    expect(last('sweden')).toBe(to);
  }
  expect(saves.length).toBe(3);
});

test('S: close() writes what was not written yet, at once, and nothing after that', async () => {
  const { fetch, clock, times, last, close } = aStore();
  fetch.force('sweden', 'out');
  await clock.advance(10);
  fetch.force('sweden', 'in');
  await clock.run(fetch.close());
  expect(times()).toEqual([0, 10]);
  expect(last('sweden')).toBe('in');
  expect(close).toHaveBeenCalledTimes(1);
  fetch.force('sweden', 'out');
  await clock.advance(5_000);
  expect(times()).toEqual([0, 10]);
  expect(clock.open).toBe(0);
});

test('S: close() waits for a write that is under way, and writes what was learned meanwhile', async () => {
  const { fetch, clock, times, last, close } = aStore((_, { sleep }) => sleep(300));
  fetch.force('sweden', 'out');
  await clock.advance(100);
  fetch.force('sweden', 'in');
  await clock.run(fetch.close());
  expect(times()).toEqual([0, 300]);
  expect(last('sweden')).toBe('in');
  expect(close).toHaveBeenCalledTimes(1);
});

test('S: what is learned by calls that outlive their client is not written into a store that is closed', async () => {
  const { fetch, clock, saves, close, events } = aStore();
  const call = fetch(CHAT, chat());
  await clock.run(fetch.close());
  expect(close).toHaveBeenCalledTimes(1);
  await clock.run(call);
  fetch.force('eastus', 'out');
  await clock.advance(5_000);
  expect(saves.length).toBe(0);
  expect(events.filter(({ type }) => type === 'warning')).toEqual([]);
});

test('S: a store that hangs costs its calls nothing, and close() two seconds', async () => {
  const { fetch, clock, chat: ask, times, heard } = aStore(() => new Promise(() => {}));
  const start = clock.now();
  expect((await ask()).status).toBe(200);
  expect(clock.now() - start).toBe(0);
  fetch.force('sweden', 'out');
  await clock.advance(60_000);
  expect(times()).toEqual([0]);
  await clock.run(fetch.close());
  expect(clock.now() - start).toBe(62_000);
  expect(heard('warning')).toMatchObject([{ code: 'store' }]);
  expect(clock.open).toBe(0);
});

test('S: a store that fails is written to again with the next change, and when all is over; people hear of it once', async () => {
  let isBroken = true;
  const { fetch, clock, saves, last, heard } = aStore(async () => {
    if (isBroken) throw new Error('full');
  });
  fetch.force('sweden', 'out');
  await clock.advance(5_000);
  fetch.force('sweden', 'in');
  await clock.advance(5_000);
  expect(saves.length).toBe(2);
  expect(heard('warning')).toMatchObject([{ code: 'store', message: expect.stringContaining('full') }]);
  isBroken = false;
  await clock.run(fetch.close());
  expect([saves.length, last('sweden')]).toEqual([3, 'in']);
});

test('G: ids that could not be written down are written down later', async () => {
  const pinned = new Set<string>();
  let isBroken = true;
  const { clock, fetch } = setup({
    store: {
      load: async () => undefined,
      async save({ pins = {} }) {
        if (isBroken) throw new Error('full');
        for (const id of Object.keys(pins)) pinned.add(id);
      },
    },
    script: { sweden: () => Response.json({ id: 'resp_1', object: 'response', status: 'completed' }) },
  });
  await (await clock.run(fetch(RESPONSES, chat({}, { input: 'Hi' })))).text();
  await clock.advance(2_000);
  isBroken = false;
  await clock.run(fetch.close());
  expect([...pinned]).toEqual(['resp_1']);
});

/** Hides the page, and shows it again: the test's own, where it runs in one. */
function aPage(): () => void {
  const page: EventTarget = globalThis.document ?? new EventTarget();
  if (page !== globalThis.document) vi.stubGlobal('document', page);
  let visibilityState = 'visible';
  Object.defineProperty(page, 'visibilityState', { configurable: true, get: () => visibilityState });
  onTestFinished(() => {
    Reflect.deleteProperty(page, 'visibilityState');
    vi.unstubAllGlobals();
  });
  return () => {
    for (const state of ['hidden', 'visible']) {
      visibilityState = state;
      page.dispatchEvent(new Event('visibilitychange'));
    }
  };
}

test('S: a page that is hidden writes at once, also what it learned while it was writing', async () => {
  const hide = aPage();
  const { fetch, clock, times, last } = aStore((_, { sleep }) => sleep(50));
  fetch.force('sweden', 'out');
  await clock.advance(100);
  fetch.force('sweden', 'in');
  await clock.advance(10);
  hide();
  await clock.advance(10);
  expect(times()).toEqual([0, 110]);
  expect(last('sweden')).toBe('in');
  fetch.force('sweden', 'auto');
  hide();
  await clock.advance(100);
  expect(times()).toEqual([0, 110, 120]);
  expect(last('sweden')).toBe('auto');
  await clock.run(fetch.close());
  hide();
  await clock.advance(5_000);
  expect(times()).toEqual([0, 110, 120]);
});
