import { drive } from '../../playground/engine/drive.ts';
import { recordOf } from '../../playground/engine/run.ts';
import type { Scenario, ScenarioFault } from '../../src/simulator/index.ts';
import { type PresetRun, withStall } from './presets-run.ts';
import { socketWorld } from './socket-world.ts';

/** Runs a scenario with Node's `fetch` on sockets, in real time. */
export async function runInNode(scenario: Scenario, signal: AbortSignal): Promise<PresetRun> {
  await using world = await socketWorld(scenario);
  const [observed, stalledMs] = await withStall(drive(scenario, { id: 'ours' }, world, signal));
  return { record: recordOf(late(scenario, stalledMs), { id: 'ours' }, observed, world.entries), stalledMs };
}

/** The same, where what befell the clients ended as late as it may have: until then no call was to be saved. */
function late(scenario: Scenario, byMs: number): Scenario {
  const faults = scenario.faults.map((fault): ScenarioFault => {
    const [from, to, target, text] = fault;
    return target === 'client' ? [from, Math.min(scenario.duration, to + byMs / 1_000), target, text] : fault;
  });
  return { ...scenario, faults };
}
