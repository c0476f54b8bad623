import type { BreakerOptions } from '../options.ts';
import type { Region } from '../region-options.ts';
import type { Call, RegionOptions, VerdictKind } from '../types.ts';
import {
  type Circuit,
  type Exclusion,
  isCoolDown,
  isHeld,
  LONGEST_LEASE_MS,
  type RegionRecord,
  type RegionStatus,
  statusOf,
} from './record.ts';
import type { Candidate, Strategy } from './strategies.ts';

/** What is known of a region when a call asks where to go. */
export interface Known {
  readonly region: Region;
  readonly record: RegionRecord;
  readonly forced?: 'in' | 'out' | undefined;
  readonly inFlight: number;
}

/** A region to try now. */
export interface Choice {
  readonly region: Region;
  /** `probe`: believed to be down, asked whether it is back. `last-resort`: believed to be down, and nothing else is left. */
  readonly as: 'usual' | 'probe' | 'last-resort';
}

export interface Plan {
  /** In the order of trying. */
  readonly choices: readonly Choice[];
  /** Allowed, but the service asked to be left alone until then; the soonest first. */
  readonly cooling: readonly { readonly region: Region; readonly until: number; readonly cause: VerdictKind }[];
  /** When the first allowed region is expected to take traffic again, Unix time in ms; `undefined` when one does now. */
  readonly freeAt?: number;
}

/** May ever take this call, whatever is believed of its health. */
export function isAllowed({ region, forced }: Known, call: Call): boolean {
  const { deployment, boundTo } = call.operation;
  if (forced === 'out') return false;
  if (boundTo.length > 0 && region.name !== call.addressed) return false;
  const { deployments } = region.options;
  return (
    deployment === undefined ||
    !deployments ||
    !Object.hasOwn(deployments, deployment) ||
    deployments[deployment] !== false
  );
}

/** Orders the regions a call may be tried in now. Pure and total. */
export function choose(
  known: readonly Known[],
  strategy: Strategy,
  options: BreakerOptions,
  call: Call,
  now: number,
  random: () => number,
): Plan {
  const deployment = call.operation.deployment ?? '';
  const usual: Known[] = [];
  const down: { readonly region: Region; readonly until: number }[] = [];
  const cooling: { readonly region: Region; readonly until: number; readonly cause: VerdictKind }[] = [];
  for (const one of known) {
    if (!isAllowed(one, call)) continue;
    const { region, record, forced } = one;
    const held = later(
      record.excluded,
      Object.hasOwn(record.deployments, deployment) ? record.deployments[deployment] : undefined,
    );
    const downUntil = openUntil(record.circuit, now, options.maxOpenMs);
    if (forced === 'in') usual.push(one);
    else if (held && isHeld(held, now) && isCoolDown(held.cause))
      cooling.push({ region, until: held.until, cause: held.cause });
    else if (held && isHeld(held, now)) down.push({ region, until: held.until });
    else if (downUntil > now) down.push({ region, until: downUntil });
    else usual.push(one);
  }
  const bySoonest = (a: { readonly until: number }, b: { readonly until: number }): number => a.until - b.until;
  const choices: Choice[] = order(usual, strategy, call, now, random).map(({ region, record, forced }) => ({
    region,
    as: record.circuit.state === 'closed' || forced === 'in' ? 'usual' : 'probe',
  }));
  for (const { region } of down.sort(bySoonest)) choices.push({ region, as: 'last-resort' });
  const soonest = usual.length > 0 ? undefined : [...cooling, ...down].sort(bySoonest)[0];
  return { choices, cooling: cooling.sort(bySoonest), ...(soonest && { freeAt: soonest.until }) };
}

function later(a: Exclusion | undefined, b: Exclusion | undefined): Exclusion | undefined {
  return a && b ? (a.until > b.until ? a : b) : (a ?? b);
}

function openUntil(circuit: Circuit, now: number, longestMs: number): number {
  if (circuit.state === 'closed') return 0;
  // A time further off than any that is ever set comes from a clock that was moved: it is over.
  if (circuit.state === 'open') return circuit.until <= now + longestMs ? circuit.until : 0;
  return circuit.probeUntil <= now + LONGEST_LEASE_MS ? circuit.probeUntil : 0;
}

function order(
  usual: readonly Known[],
  strategy: Strategy,
  call: Call,
  now: number,
  random: () => number,
): readonly Known[] {
  if (usual.length < 2) return usual;
  const candidates = usual.map((one) => new View(one, now));
  const ranked = strategy(candidates, call, random);
  if (ranked === candidates) return usual;
  const ordered = new Set(ranked.map(({ options }) => usual.find(({ region }) => region.name === options.name)));
  // What a strategy leaves out is tried last rather than not at all.
  for (const one of usual) ordered.add(one);
  return [...ordered].filter((one) => one !== undefined);
}

/** A region as a strategy sees it. Few strategies look at its status, so it is made up when asked for. */
class View implements Candidate {
  readonly options: RegionOptions;
  readonly inFlight: number;
  readonly #known: Known;
  readonly #now: number;
  constructor(known: Known, now: number) {
    this.options = known.region.options;
    this.inFlight = known.inFlight;
    this.#known = known;
    this.#now = now;
  }
  get status(): RegionStatus {
    const { region, record, forced } = this.#known;
    return statusOf(region.name, record, this.#now, forced);
  }
}
