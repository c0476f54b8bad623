import { parseScenario } from '../../src/simulator/index.ts';
import { policies } from '../engine/policies.ts';
import type { PolicyId } from '../engine/types.ts';
import { checkClient } from './client-options.ts';
import { applied, differenceOf } from './difference.ts';
import { checkVersion, currentVersion, migrate } from './migrate.ts';
import { momentOf, zoomOf } from './moment.ts';
import { longestLink, pack, unpack } from './pack.ts';
import type { Received, Shared } from './shared.ts';

/** What version 1 packs. */
interface Payload {
  /** The preset, and its print. */
  readonly p?: string;
  readonly h?: string;
  /** Members that differ from it. */
  readonly d: Readonly<Record<string, unknown>>;
  readonly t?: number;
  /** From where to where the timeline shows the run. */
  readonly z?: readonly [number, number];
  readonly r?: string;
}

/**
 * The fragment that brings a scenario back, without `#`: `s=1.…`. A fragment is never sent to a server.
 *
 * @throws TypeError when the scenario is wrong, or has what no link may carry.
 * @throws RangeError when it is too much for a link.
 */
export async function printFragment({ scenario, at, zoom, rival }: Shared): Promise<string> {
  const parsed = parseScenario(scenario);
  checkClient(parsed);
  const { preset, print, changes } = differenceOf(parsed);
  const payload: Payload = {
    ...(preset !== undefined && print !== undefined && { p: preset, h: print }),
    d: changes,
    ...(at !== undefined && { t: at }),
    ...(zoom !== undefined && { z: [zoom.from, zoom.to] as const }),
    ...(rival !== undefined && { r: rival }),
  };
  const packed = await pack(payload);
  if (packed.length > longestLink) {
    const rule = `a link must have ${longestLink} characters at most, got ${packed.length}`;
    throw new RangeError(`${rule}: save the scenario as a file instead`);
  }
  return `s=${currentVersion}.${packed}`;
}

/**
 * What a fragment brings, with or without `#`; `undefined` where it has no link of ours.
 *
 * @throws TypeError or RangeError that says what is wrong with the link, or with its scenario.
 */
export async function parseFragment(fragment: string): Promise<Received | undefined> {
  const text = new URLSearchParams(fragment.replace(/^#/, '')).get('s');
  if (text === null) return undefined;
  const [, version, packed] = /^(\d{1,4})\.(.*)$/s.exec(text) ?? [];
  if (packed === undefined) throw new TypeError('a link must read s=version.text');
  // Before it is unpacked: a later version may pack in another way.
  checkVersion(Number(version));
  const { p, h, d, t, z, r } = payloadOf(migrate(Number(version), await unpack(packed)));
  const { scenario, isSame } = applied({
    ...(p !== undefined && { preset: p }),
    ...(h !== undefined && { print: h }),
    changes: d,
  });
  const parsed = parseScenario(scenario);
  checkClient(parsed);
  return {
    scenario: parsed,
    ...(t !== undefined && { at: momentOf(t, parsed.duration) }),
    ...(z !== undefined && { zoom: zoomOf(...z, parsed.duration) }),
    ...(r !== undefined && { rival: rivalOf(r) }),
    ...(!isSame && { note: `The scenario "${p}" has changed since the link was made, and so may what it shows.` }),
  };
}

function rivalOf(text: string): PolicyId {
  const found = policies.find(({ id }) => id === text);
  if (found) return found.id;
  throw new TypeError(
    `the rival of a link must be one of ${policies.map(({ id }) => id).join(', ')}, got ${JSON.stringify(text)}`,
  );
}

function payloadOf(value: unknown): Payload {
  if (!isObject(value) || !isObject(value['d'])) throw new TypeError('a link must say how its scenario differs');
  const { p, h, d, t, z, r } = value;
  const isRight =
    [p, h, r].every((one) => one === undefined || typeof one === 'string') &&
    (t === undefined || typeof t === 'number') &&
    (z === undefined || isPair(z));
  if (!isRight) throw new TypeError('a link must have a preset and a rival by name, and moments in seconds');
  return {
    d,
    ...(p !== undefined && { p, h }),
    ...(t !== undefined && { t }),
    ...(z !== undefined && { z }),
    ...(r !== undefined && { r }),
  } as Payload;
}

const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every((one) => typeof one === 'number');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
