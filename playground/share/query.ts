import { type Scenario, scenarios } from '../../src/simulator/index.ts';
import { momentOf } from './fragment.ts';
import type { Shared } from './shared.ts';

/**
 * A query that a person can read, for a preset that nothing but the seed was changed of: `scenario=blackout&seed=8&t=12.4`.
 * `undefined` for any other.
 */
export function printQuery({ scenario, at, rival }: Shared): string | undefined {
  const preset = presetOf(scenario.id);
  if (!preset || rival !== undefined) return undefined;
  if (JSON.stringify({ ...scenario, seed: preset.seed }) !== JSON.stringify(preset)) return undefined;
  return new URLSearchParams({
    scenario: preset.id,
    ...(scenario.seed !== preset.seed && { seed: String(scenario.seed) }),
    ...(at !== undefined && { t: String(at) }),
  }).toString();
}

/**
 * What a query names, with or without `?`; `undefined` where it names no scenario.
 *
 * @throws TypeError when there is no such scenario, or its seed or moment is wrong.
 */
export function parseQuery(query: string): Shared | undefined {
  const members = new URLSearchParams(query);
  const id = members.get('scenario');
  if (id === null) return undefined;
  const preset = presetOf(id);
  if (!preset) {
    throw new TypeError(
      `scenario must be one of ${scenarios.map((one) => one.id).join(', ')}, got ${JSON.stringify(id)}`,
    );
  }
  const seed = members.get('seed');
  if (seed !== null && !/^\d{1,15}$/.test(seed)) {
    throw new TypeError(`seed must be a whole number from 0, got ${JSON.stringify(seed)}`);
  }
  const at = members.get('t');
  if (at !== null && !/^\d+(\.\d+)?$/.test(at))
    throw new TypeError(`t must be a number of seconds, got ${JSON.stringify(at)}`);
  return {
    scenario: seed === null ? preset : { ...preset, seed: Number(seed) },
    ...(at !== null && { at: momentOf(Number(at), preset.duration) }),
  };
}

const presetOf = (id: string): Scenario | undefined => scenarios.find((one) => one.id === id);
