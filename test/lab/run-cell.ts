import type { Cell } from './cell.ts';
import { drive } from './drive.ts';
import { type Result, resultOf } from './row.ts';
import type { Scenario } from './scenario.ts';

/** Runs one cell, and keeps of it what a row needs. */
export async function runCell(scenarios: readonly Scenario[], cell: Cell): Promise<Result> {
  const scenario = scenarios.find(({ id }) => id === cell.scenario);
  if (!scenario) throw new Error(`no scenario is called ${cell.scenario}`);
  return resultOf(await drive(scenario, cell), endOf(scenario));
}

/** When an upset is over, from the start of the run, ms. */
function endOf({ upset }: Scenario): number | undefined {
  if (!upset) return undefined;
  return (upset.kind === 'offline' ? upset.until : upset.from) * 1_000;
}
