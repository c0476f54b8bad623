import { expect, test } from 'vitest';
import { drive } from '../../playground/engine/drive.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { socketWorld } from './socket-world.ts';

test('on a machine that stands still, what was due before a call comes before it', async () => {
  const scenario: Scenario = {
    v: 1,
    id: 'made-up',
    title: 'Made up',
    seed: 1,
    duration: 0.4,
    regions: [{ id: 'eastus' }],
    load: [
      { at: 0.15, calls: 1 },
      { at: 0.25, calls: 1 },
    ],
    client: {},
    faults: [[0, 0.2, 'client', 'offline']],
    asserts: [],
  };
  await using world = await socketWorld(scenario);
  const goesOnAt = world.clock.now() + 300;
  world.clock.timer(100, () => {
    while (world.clock.now() < goesOnAt);
  });
  const { calls } = await drive(scenario, { id: 'plain' }, world, new AbortController().signal);
  expect(calls.map(({ error }) => error?.code)).toEqual(['EAI_AGAIN', undefined]);
});
