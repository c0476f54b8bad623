import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type TestHooks, useSimulator } from '../../src/simulator/node/index.ts';
import { chat, endpoint, failure } from './node/support.ts';

const hooks = { beforeAll, afterEach, afterAll };
const simulator = useSimulator({ regions: { eastus: { strictRetry: true }, westeurope: {} } }, hooks);

test('breaks a region', async () => {
  await simulator().region('eastus').inject('refused');
  expect(await failure(chat(endpoint(simulator())))).toBe('TypeError ECONNREFUSED');
  await chat(endpoint(simulator(), 'westeurope'));
});

test('is told to stay away', async () => {
  await simulator().region('eastus').inject('429(60)*1');
  expect((await chat(endpoint(simulator()))).status).toBe(429);
  await simulator().settled();
  // What was told while a request was on its way is not held against it.
  await sleep(60);
  expect((await chat(endpoint(simulator()))).status).toBe(429);
});

test('finds it well again, and an empty journal', async () => {
  expect(simulator().region('eastus').faults).toEqual([]);
  expect(simulator().journal.entries()).toEqual([]);
  expect((await chat(endpoint(simulator()))).status).toBe(200);
});

interface Kept extends TestHooks {
  readonly kept: { [Name in keyof TestHooks]: () => Promise<unknown> };
}

/** A runner that runs nothing by itself. */
function runner(): Kept {
  const nothing = async (): Promise<void> => {};
  const kept = { beforeAll: nothing, afterEach: nothing, afterAll: nothing } as Kept['kept'];
  const keep =
    (name: keyof TestHooks) =>
    (hook: () => Promise<unknown>): void => {
      kept[name] = hook;
    };
  return { beforeAll: keep('beforeAll'), afterEach: keep('afterEach'), afterAll: keep('afterAll'), kept };
}

test('fails at the end where a request is left open', async () => {
  const { kept, ...own } = runner();
  const used = useSimulator({ regions: { eastus: {} } }, own);
  expect(() => used()).toThrow('useSimulator: the simulator runs while tests do, from beforeAll to afterAll');
  await kept.beforeAll();
  await used().region('eastus').inject('silence');
  const call = failure(chat(endpoint(used())));
  await expect.poll(() => used().journal.entries()).toHaveLength(1);
  await kept.afterEach();
  await expect(kept.afterAll()).rejects.toThrow('all requests must be over when the simulator closes: eastus POST');
  expect(await call).toMatch(/^TypeError/);
});

test('cleans up after a start that failed', async () => {
  const { kept, ...own } = runner();
  useSimulator({ regions: {} }, own);
  await expect(kept.beforeAll()).rejects.toThrow('regions must be one or more');
  await kept.afterEach();
  await kept.afterAll();
});

test('asks for the hooks that are missing', () => {
  const incomplete = JSON.parse('{}');
  expect(() => useSimulator({ regions: { eastus: {} } }, incomplete)).toThrow(
    new TypeError('useSimulator: hooks.beforeAll must be a function'),
  );
});
