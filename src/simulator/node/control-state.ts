import { createHash } from 'node:crypto';
import { type Fault, isConnectionFault, printFault } from '../fault.ts';
import { isRecord, type Json } from '../record.ts';
import { readFault } from './control-fault-input.ts';
import type { ControlledFaults } from './control-faults.ts';
import { Problem, refusalOf } from './control-problem.ts';
import type { ScenarioState, SimulatorState } from './control-types.ts';
import type { Simulator } from './server.ts';

export function readState(
  simulator: Simulator,
  faults: ControlledFaults,
  scenario: ScenarioState | undefined,
): SimulatorState {
  const regions = simulator.endpoints().map(({ region, url, deployments = null }) => {
    const { strictRetry } = simulator.region(region);
    return [region, { url, deployments, strictRetry, faults: faults.of(region) }] as const;
  });
  return { regions: Object.fromEntries(regions), scenario: scenario ?? null };
}

/** Changes with all that the state says. */
export function etagOf(state: SimulatorState): string {
  return `"${createHash('sha256').update(JSON.stringify(state)).digest('base64url').slice(0, 16)}"`;
}

/**
 * The faults that each region is to have.
 *
 * @param all whether regions that are not named are to have none.
 * @throws Problem 422 when something is wrong with it, and 409 when two faults of the connection meet.
 */
export function readStateChange(
  json: unknown,
  names: readonly string[],
  all: boolean,
): ReadonlyMap<string, readonly Fault[]> {
  const { regions } = members(json, 'state', ['regions', 'scenario']);
  const given = members(regions, 'state.regions', names);
  const change = new Map<string, readonly Fault[]>();
  for (const name of names) {
    const path = `state.regions.${name}`;
    if (given[name] === undefined) {
      if (all) change.set(name, []);
      continue;
    }
    const { faults } = members(given[name], path, ['faults', 'url', 'deployments', 'strictRetry']);
    if (faults === undefined && !all) continue;
    const list = faults ?? [];
    if (!Array.isArray(list)) {
      throw new Problem(422, `${path}.faults must be a list or null, got ${JSON.stringify(list)}`);
    }
    const read = list.map((fault, index) => readFault(fault, `${path}.faults[${index}]`));
    const [one, two] = read.filter(isConnectionFault);
    if (one && two) {
      throw new Problem(
        409,
        `${path}.faults must have one fault of the connection, got "${printFault(one)}" and "${printFault(two)}"`,
      );
    }
    change.set(name, read);
  }
  return change;
}

/**
 * Ends what is not to be, and starts what is not yet.
 *
 * @throws Problem 409 when something else came in between; what was done by then stays.
 */
export async function applyStateChange(
  change: ReadonlyMap<string, readonly Fault[]>,
  simulator: Simulator,
): Promise<void> {
  for (const [name, faults] of change) {
    const region = simulator.region(name);
    const missing = faults.map(printFault);
    const unwanted = region.faults.filter(({ text }) => {
      const at = missing.indexOf(text);
      if (at >= 0) missing.splice(at, 1);
      return at < 0;
    });
    for (const fault of unwanted) await fault.end();
    for (const text of missing) {
      await region.inject(text).catch((error: unknown) => {
        throw refusalOf(error);
      });
    }
  }
}

function members(value: unknown, path: string, known: readonly string[]): Json {
  if (!isRecord(value)) throw new Problem(422, `${path} must be an object, got ${JSON.stringify(value) ?? 'nothing'}`);
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Problem(422, `${path}.${unknown} is unknown; known are ${known.join(', ')}`);
  return value;
}
