import { expect, onTestFinished, test } from 'vitest';
import { type BrowserMemory, browserMemory } from '../../../playground/engine/browser-memory.ts';
import type { HealthSnapshot } from '../../../src/index.ts';

function setup(): BrowserMemory {
  const memory = browserMemory(crypto.randomUUID());
  onTestFinished(() => memory.forget());
  return memory;
}

const fact = (key: string): HealthSnapshot => ({ version: 1, records: { [key]: { at: Date.now() } } });
const keysOf = async (memory: BrowserMemory) => Object.keys((await memory.load())?.records ?? {});

test('what one client saves all others find', async () => {
  const memory = setup();
  await memory.store().save(fact('eastus'));
  expect(await keysOf(memory)).toEqual(['eastus']);
  expect(await memory.store().load()).toMatchObject({ records: { eastus: {} } });
});

test('what is forgotten is gone, and does not come back from those who have not started anew', async () => {
  const memory = setup();
  const [before, idle] = [memory.store(), memory.store()];
  await before.save(fact('eastus'));
  const forgotten = Promise.all([memory.forget(), memory.forget()]);
  const late = before.save(fact('eastus2'));
  await forgotten;
  await Promise.all([late, idle.save(fact('westeurope'))]);
  expect(await keysOf(memory)).toEqual([]);
  await memory.store().save(fact('northeurope'));
  expect(await keysOf(memory)).toEqual(['northeurope']);
});

test('what was being saved while it was forgotten is gone too', async () => {
  const memory = setup();
  const saving = memory
    .store()
    .save(fact('eastus'))
    .catch(() => {});
  await memory.forget();
  await saving;
  expect(await keysOf(memory)).toEqual([]);
});
