import { type Scenario, scenarios } from '../../src/simulator/index.ts';
import { momentOf, zoomOf } from './moment.ts';
import type { Shared } from './shared.ts';

/**
 * A query that a person can read, for a preset that nothing but the seed was changed of: `scenario=blackout&seed=8&t=12.4`,
 * and `&from=10&to=20` where the timeline is zoomed in. `undefined` for any other.
 */
export function printQuery({ scenario, at, zoom, rival }: Shared): string | undefined {
  const preset = presetOf(scenario.id);
  if (!preset || rival !== undefined) return undefined;
  if (JSON.stringify({ ...scenario, seed: preset.seed }) !== JSON.stringify(preset)) return undefined;
  return new URLSearchParams({
    scenario: preset.id,
    ...(scenario.seed !== preset.seed && { seed: String(scenario.seed) }),
    ...(at !== undefined && { t: String(at) }),
    ...(zoom !== undefined && { from: String(zoom.from), to: String(zoom.to) }),
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
  const at = secondsIn(members, 't');
  const from = secondsIn(members, 'from');
  const to = secondsIn(members, 'to');
  return {
    scenario: seed === null ? preset : { ...preset, seed: Number(seed) },
    ...(at !== undefined && { at: momentOf(at, preset.duration) }),
    ...((from !== undefined || to !== undefined) && {
      zoom: zoomOf(from ?? 0, to ?? preset.duration, preset.duration),
    }),
  };
}

function secondsIn(members: URLSearchParams, name: string): number | undefined {
  const text = members.get(name);
  if (text === null) return undefined;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new TypeError(`${name} must be a number of seconds, got ${JSON.stringify(text)}`);
}

const presetOf = (id: string): Scenario | undefined => scenarios.find((one) => one.id === id);
