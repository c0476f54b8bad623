import type { Settings } from '../options.ts';
import type { Region } from '../region-options.ts';
import type { Call, RegionOptions, VerdictKind } from '../types.ts';
import { type Exclusion, isCoolDown, isHeld } from './exclusion.ts';
import {
  type Circuit,
  type HealthRecord,
  isDown,
  isUnreachable,
  LONGEST_LEASE_MS,
  type RegionStatus,
  shareOf,
} from './record.ts';
import { nameThere } from './snapshot.ts';
import type { Candidate, Strategy } from './strategies.ts';

/** What is known of a region when a call asks where to go. */
export interface Known {
  readonly region: Region;
  readonly record: HealthRecord;
  /** Of the call's deployment in this region; absent before it was asked. */
  readonly target?: HealthRecord | undefined;
  readonly forced?: 'in' | 'out' | undefined;
  /** Something failed there a moment ago, and whose fault it was is not yet clear. */
  readonly suspected: boolean;
  readonly inFlight: number;
  /** For strategies, which seldom ask. */
  readonly status: () => RegionStatus;
}

/** A region to try now. */
export interface Choice {
  readonly region: Region;
  /** `probe`: believed to be down, asked whether it is back. `last-resort`: believed to be down, and nothing else is left. */
  readonly as: 'usual' | 'probe' | 'last-resort';
  /** Gives back the sole right to test it. */
  readonly release?: () => void;
}

/** Kept out of the usual order until a time, ms. */
interface Waiting {
  readonly region: Region;
  readonly until: number;
  /** It did not answer at all when it was last tried. */
  readonly unreachable?: boolean;
}

export interface Plan {
  /** In the order of trying. */
  readonly choices: readonly Choice[];
  /** Allowed, but the service asked to be left alone until then; the soonest first. */
  readonly cooling: readonly (Waiting & { readonly cause: VerdictKind })[];
  /** Could not be reached when they were last tried, and are due to be asked whether they can be again. */
  readonly questions: readonly Region[];
  /** Allowed, or forced out, and not in the usual order: down, cooling, suspected, or on a ramp that lets others go first. */
  readonly skipped: readonly Known[];
  /** When the first allowed region is expected to take traffic again, Unix time in ms; `undefined` when one does now. */
  readonly freeAt?: number;
}

/** The only region that can answer a call, if there is but one. */
export function homeOf({ pinnedTo, addressed, operation: { boundTo } }: Call): string | undefined {
  return pinnedTo ?? (boundTo.length > 0 ? addressed : undefined);
}

/**
 * May ever take this call, whatever is believed of its health.
 *
 * @param site where the call's only region is: what it keeps is its resource's, and so every region's there
 */
export function isAllowed({ region, forced }: Pick<Known, 'region' | 'forced'>, call: Call, site?: string): boolean {
  const { deployment } = call.operation;
  if (forced === 'out') return false;
  const home = homeOf(call);
  if (home !== undefined && region.name !== home && region.endpoint.base !== site) return false;
  return deployment === undefined || nameThere(deployment, region.options.deployments) !== false;
}

/** Orders the regions a call may be tried in now. Pure and total. */
export function choose(
  known: readonly Known[],
  { strategy, breaker, timeouts, random }: Pick<Settings, 'strategy' | 'breaker' | 'timeouts' | 'random'>,
  call: Call,
  now: number,
): Plan {
  const usual: Known[] = [];
  // What is suspected, or has only part of its traffic back, comes after what is well: nobody is turned away for it.
  const aside: Known[] = [];
  const down: Waiting[] = [];
  const cooling: (Waiting & { readonly cause: VerdictKind })[] = [];
  const questions: Region[] = [];
  const skipped: Known[] = [];
  const home = homeOf(call);
  const site = home && known.find(({ region }) => region.name === home)?.region.endpoint.base;
  for (const one of known) {
    const { region, record, target, forced, suspected } = one;
    if (!isAllowed(one, call, site)) {
      if (forced === 'out' && isAllowed({ region, forced: undefined }, call, site)) skipped.push(one);
      continue;
    }
    const held = later(record.excluded, target?.excluded);
    const downUntil = Math.max(
      openUntil(record.circuit, now, breaker.maxOpenMs),
      target ? openUntil(target.circuit, now, breaker.maxOpenMs) : 0,
    );
    if (forced === 'in') usual.push(one);
    else if (held && isHeld(held, now) && isCoolDown(held.cause))
      cooling.push({ region, until: held.until, cause: held.cause });
    else if (held && isHeld(held, now)) down.push({ region, until: held.until });
    else if (downUntil > now) down.push({ region, until: downUntil, unreachable: isOutOfReach(record.circuit) });
    else if (canBeAsked(record.circuit) && timeouts.livenessMs > 0) {
      questions.push(region);
      down.push({ region, until: now, unreachable: isOutOfReach(record.circuit) });
    }
    // What must not be sent twice is no question to ask of a region that may be down.
    else if (isProbe(one) && !call.operation.replayable) down.push({ region, until: now });
    else if (suspected || !getsItsShare(one, now, random)) aside.push(one);
    else usual.push(one);
    if (usual.at(-1) !== one) skipped.push(one);
  }
  const choices: Choice[] = [];
  for (const one of order(usual, strategy, call, random)) choices.push(choiceOf(one));
  for (const one of order(aside, strategy, call, random)) choices.push(choiceOf(one));
  // Of those that are down, one that answers, if only badly, is the better hope.
  const byHope = (a: Waiting, b: Waiting): number => Number(a.unreachable ?? false) - Number(b.unreachable ?? false);
  for (const { region } of down.sort((a, b) => byHope(a, b) || bySoonest(a, b)))
    choices.push({ region, as: 'last-resort' });
  const soonest = usual.length + aside.length > 0 ? undefined : [...cooling, ...down].sort(bySoonest)[0];
  return { choices, cooling: cooling.sort(bySoonest), questions, skipped, ...(soonest && { freeAt: soonest.until }) };
}

const bySoonest = (a: Waiting, b: Waiting): number => a.until - b.until;

const choiceOf = (one: Known): Choice => ({ region: one.region, as: isProbe(one) ? 'probe' : 'usual' });

const isProbe = ({ record, target, forced }: Known): boolean =>
  forced !== 'in' && (isDown(record.circuit) || (target !== undefined && isDown(target.circuit)));

/** While it is tested there is hope. */
const isOutOfReach = (circuit: Circuit): boolean => circuit.state === 'open' && isUnreachable(circuit);

/** What its front door would say of it can be asked for free, and no call need find out. */
const canBeAsked = (circuit: Circuit): boolean =>
  isOutOfReach(circuit) || (circuit.state === 'open' && circuit.cause === 'gateway');

/** A circuit on its ramp takes a call with the chance of its share. */
function getsItsShare({ record, target }: Known, now: number, random: () => number): boolean {
  const ramping = record.circuit.state === 'ramping' ? record.circuit : target?.circuit;
  return ramping?.state !== 'ramping' || random() < shareOf(ramping, now);
}

function later(a: Exclusion | undefined, b: Exclusion | undefined): Exclusion | undefined {
  return a && b ? (a.until > b.until ? a : b) : (a ?? b);
}

function openUntil(circuit: Circuit, now: number, longestMs: number): number {
  // A time further off than any that is ever set comes from a clock that was moved: it is over.
  if (circuit.state === 'open') return circuit.until <= now + longestMs ? circuit.until : 0;
  if (circuit.state === 'half-open') return circuit.probeUntil <= now + LONGEST_LEASE_MS ? circuit.probeUntil : 0;
  return 0;
}

function order(usual: readonly Known[], strategy: Strategy, call: Call, random: () => number): readonly Known[] {
  if (usual.length < 2) return usual;
  const candidates = usual.map((one) => new View(one));
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
  constructor(known: Known) {
    this.options = known.region.options;
    this.inFlight = known.inFlight;
    this.#known = known;
  }
  get status(): RegionStatus {
    return this.#known.status();
  }
}
