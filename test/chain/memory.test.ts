import { expect, test, vi } from 'vitest';
import { memoryStore } from '../../src/index.ts';
import { refused, throttled } from '../support/service.ts';
import { setup } from '../support/setup.ts';

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

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'S: what is learned while the last is being written is written too (%i turns later)',
  async (turns) => {
    const saved = vi.fn();
    const { fetch, clock } = setup({
      store: {
        load: async () => undefined,
        async save(snapshot) {
          saved(snapshot);
          if (saved.mock.calls.length > 1) return;
          let turn = Promise.resolve();
          for (let i = 0; i < turns; i++) turn = turn.then(() => {});
          turn.then(() => fetch.force('eastus', 'out'));
        },
      },
    });
    fetch.force('sweden', 'out');
    await clock.advance(0);
    expect(saved).toHaveBeenCalledTimes(2);
  },
);
