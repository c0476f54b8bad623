import { expect, test } from 'vitest';
import { run } from '../../playground/engine/run.ts';
import type { Scenario } from '../../src/simulator/index.ts';

const outage: Scenario = {
  v: 1,
  id: 'outage',
  title: 'The nearest region is down, and the clients start anew',
  seed: 3,
  duration: 30,
  regions: [{ id: 'eastus' }, { id: 'westeurope' }],
  load: [{ clients: 1, rps: 4 }],
  client: {},
  faults: [[5, 25, 'eastus', 'refused']],
  asserts: [],
};

/** Where the first call went that was made after the clients had started anew at 15 s. */
async function firstCallAfter(fault: string): Promise<readonly string[] | undefined> {
  const faults = [...outage.faults, [15, 16, 'client', fault] as const];
  const { calls } = await run({ ...outage, faults }, { id: 'ours' });
  expect(calls.map(({ fate }) => fate)).not.toContain('failed');
  return calls.find(({ beganAt }) => beganAt > 15_000)?.attempts.map(({ region }) => region);
}

test('a client that starts anew avoids the region that is down, unless it has forgotten all that it stored', async () => {
  expect(await firstCallAfter('reload')).toEqual(['westeurope']);
  expect(await firstCallAfter('forget')).toEqual(expect.arrayContaining(['eastus', 'westeurope']));
});

test('clients that forget learn again, and what they learn then is kept', async () => {
  const faults = [...outage.faults, [15, 16, 'client', 'forget'] as const, [20, 21, 'client', 'reload'] as const];
  const { calls } = await run({ ...outage, faults }, { id: 'ours' });
  const after = calls.find(({ beganAt }) => beganAt > 20_000);
  expect(after?.attempts.map(({ region }) => region)).toEqual(['westeurope']);
});
