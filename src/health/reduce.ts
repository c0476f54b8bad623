import type { BreakerOptions } from '../options.ts';
import type { VerdictKind } from '../types.ts';
import { count, isFailing, threshold } from './evidence.ts';
import { type Exclusion, exclude, isOfCredential, isOver, type Refusal } from './exclusion.ts';
import { type Circuit, type HealthRecord, isDown, isUnreachable, MOST_OPENS, shareOf } from './record.ts';

/** How an attempt stood to the scope that it tells of. Times are Unix time, ms. */
interface Attempted {
  /** The record's, when the attempt was planned. */
  readonly generation: number;
  /** It holds the place of the only probe. */
  readonly probe: boolean;
}

/** What happened to one scope. */
export type HealthEvent =
  /** It did what it should. */
  | ({ readonly type: 'success'; readonly startedAt: number } & Attempted)
  /** It answered: it can be reached, whatever else is to be said of it. */
  | ({ readonly type: 'alive' } & Attempted)
  | ({
      readonly type: 'failure';
      readonly kind: VerdictKind;
      /** How much it says. */
      readonly points: number;
      readonly startedAt: number;
      readonly endedAt: number;
    } & Attempted)
  /** It turned the attempt away. */
  | ({ readonly type: 'refusal' } & Refusal & Attempted)
  /** An attempt ended and taught nothing; if it was the probe, its place is free. */
  | ({ readonly type: 'release' } & Attempted)
  /** A probe is sent, which holds its place `until`. */
  | { readonly type: 'probe'; readonly until: number }
  /** It is asked, for free, whether it can be reached, and is left alone `until` then. */
  | { readonly type: 'question'; readonly until: number }
  /** What came of that. */
  | { readonly type: 'answer'; readonly generation: number; readonly reached: boolean };

/** What else decides. */
export interface Conditions {
  readonly options: BreakerOptions;
  /** Calls that this client makes. */
  readonly perSecond: number;
  /** The lowest share of failures that another region has now, where one is known. */
  readonly bestPeer: () => number | undefined;
  /** Whether calls have another region to go to: without one, opening this one would only add errors. */
  readonly mayOpen: () => boolean;
  /** Unix time, ms. */
  readonly now: number;
  /** The logical time of what is learned now. */
  readonly tick: () => number;
  readonly random: () => number;
}

type Failure = Extract<HealthEvent, { readonly type: 'failure' }>;

/** A circuit that held for so long is forgiven one opening. */
const FORGIVEN_MS = 120_000;
/** A probe every three calls or so, and never rarer than this at first. */
const CALLS_PER_PROBE = 3;
const LONGEST_FIRST_OPEN_MS = 30_000;
/** Fewer calls a second than this have no traffic to give back little by little. */
const RAMPS_FROM = 0.1;
/** One that has only just come back is given less credit. */
const RAMPING_THRESHOLD = 2.4;
/** Connections that broke together, within this time, are one event: a pool that died, a network that blinked. */
const TOGETHER_MS = 1_000;

/** The record after an event. Pure: the same record, event and conditions give the same record. */
export function reduce(before: HealthRecord, event: HealthEvent, conditions: Conditions): HealthRecord {
  const after = step(before, event, conditions);
  return isNews(before, after, event) ? { ...after, learnedAt: conditions.tick() } : after;
}

/** Whether something was learned that outlives this session: not that a test is under way, nor single results. */
function isNews(before: HealthRecord, after: HealthRecord, { type }: HealthEvent): boolean {
  if (type === 'question' || before === after) return false;
  const [from, to] = [before.circuit, after.circuit];
  if (isDown(from) !== isDown(to) || (to.state === 'open' && from !== to)) return true;
  return shared(before.excluded) !== shared(after.excluded);
}

const shared = (excluded: Exclusion | undefined): Exclusion | undefined =>
  excluded && isOfCredential(excluded.cause) ? undefined : excluded;

function step(record: HealthRecord, event: HealthEvent, conditions: Conditions): HealthRecord {
  switch (event.type) {
    case 'question':
      return record.circuit.state === 'open'
        ? { ...record, circuit: { ...record.circuit, until: event.until } }
        : record;
    case 'answer':
      return inquired(record, event, conditions);
    case 'probe':
      return probed(record, event.until);
    case 'release':
      return released(record, event);
    case 'failure':
      return failed(record, event, conditions);
    case 'refusal': {
      const excluded = exclude(record.excluded, event, conditions.now, conditions.random);
      return answered({ ...record, excluded }, event, false, conditions);
    }
    case 'alive':
      return answered(record, event, false, conditions);
    case 'success':
      return answered(forgiven(record, event.startedAt, conditions.now), event, true, conditions);
  }
}

/** An answer lets a call test it; without one it stays away, no longer than before, as asking is free. */
function inquired(
  record: HealthRecord,
  { generation, reached }: Extract<HealthEvent, { readonly type: 'answer' }>,
  conditions: Conditions,
): HealthRecord {
  const { circuit } = record;
  if (circuit.state !== 'open' || generation !== record.generation) return record;
  if (reached) return enter(record, { ...halfOpen(circuit), probeUntil: 0, successes: 0 });
  const { hearsay: _, ...seen } = circuit;
  return { ...record, circuit: { ...seen, until: conditions.now + openMs(record.opens, conditions) } };
}

function probed(record: HealthRecord, until: number): HealthRecord {
  const { circuit } = record;
  if (circuit.state === 'closed' || circuit.state === 'ramping') return record;
  if (circuit.state === 'open') return enter(record, { ...halfOpen(circuit), probeUntil: until, successes: 0 });
  const { probeUntil } = circuit;
  const probing = { ...circuit, probeUntil: until };
  // Whoever held the place for too long has lost it.
  return probeUntil === 0 ? { ...record, circuit: probing } : enter(record, probing);
}

function halfOpen({ cause, hearsay }: Circuit & { readonly state: 'open' | 'half-open' }) {
  return { state: 'half-open', cause, ...(hearsay && { hearsay }) } as const;
}

function released(record: HealthRecord, { generation, probe }: Attempted): HealthRecord {
  const { circuit } = record;
  if (!probe || circuit.state !== 'half-open' || generation !== record.generation) return record;
  return { ...record, circuit: { ...circuit, probeUntil: 0 } };
}

function failed(record: HealthRecord, event: Failure, conditions: Conditions): HealthRecord {
  if (event.generation !== record.generation) return record;
  const { kind, points, startedAt, endedAt } = event;
  const { circuit, lost } = record;
  const connection = kind === 'connect' || kind === 'network';
  const together = lost && startedAt < lost.endedAt && Math.abs(endedAt - lost.endedAt) <= TOGETHER_MS;
  if (connection && together) return record;
  const counted = count(record, points, conditions.now);
  const seen = connection ? { ...counted, lost: { startedAt, endedAt } } : counted;
  // Asked as a last resort: that it is still down is no news, and must not keep it away for longer.
  if (circuit.state === 'open') return seen;
  if (circuit.state !== 'half-open' && !(isEnough(seen, conditions) && conditions.mayOpen())) return seen;
  return open(seen, kind, conditions);
}

function isEnough(record: HealthRecord, { perSecond, bestPeer, now }: Conditions): boolean {
  const { circuit, points } = record;
  const usual = threshold(perSecond);
  const ramping = circuit.state === 'ramping' && shareOf(circuit, now) < 1;
  return points >= (ramping ? Math.min(RAMPING_THRESHOLD, usual / 2) : usual) || isFailing(record, bestPeer);
}

function open(record: HealthRecord, cause: VerdictKind, conditions: Conditions): HealthRecord {
  const { now } = conditions;
  // A region that held for a while is not the one that fails again and again.
  const held = record.circuit.state === 'closed' || record.circuit.state === 'ramping' ? now - record.closedAt : 0;
  const opens = Math.min(MOST_OPENS, Math.max(0, record.opens - Math.floor(Math.max(0, held) / FORGIVEN_MS)) + 1);
  return { ...enter(record, { state: 'open', until: now + openMs(opens, conditions), cause }), opens };
}

/** How long a circuit stays open the nth time, ms. */
function openMs(opens: number, { options, perSecond, random }: Conditions): number {
  const first = Math.max(options.openMs, Math.min(LONGEST_FIRST_OPEN_MS, (CALLS_PER_PROBE * 1_000) / perSecond));
  return Math.min(options.maxOpenMs, first * 2 ** Math.max(0, opens - 1)) * (0.5 + random() / 2);
}

/** It answered, well or not. */
function answered(record: HealthRecord, event: Attempted, well: boolean, conditions: Conditions): HealthRecord {
  if (event.generation !== record.generation) return record;
  const { circuit } = record;
  const { options, perSecond, now } = conditions;
  if (circuit.state === 'ramping' && shareOf(circuit, now) === 1)
    return answered({ ...record, circuit: { state: 'closed' } }, event, well, conditions);
  const seen = well ? count(record, 0, now) : record;
  if (circuit.state === 'closed' || circuit.state === 'ramping') return seen;
  // Asked as a last resort, and it is back: as good as a probe.
  if (circuit.state === 'open' && !well) return record;
  // An answer of any kind ends a connection's failure; only a good one ends a server's.
  const counts = well || isUnreachable(circuit);
  const successes = (circuit.state === 'half-open' ? circuit.successes : 0) + (counts ? 1 : 0);
  if (successes < (circuit.hearsay ? 1 : options.successesToClose)) {
    // Somebody else's probe keeps its place.
    const probeUntil = circuit.state === 'half-open' && !event.probe ? circuit.probeUntil : 0;
    const tested = { ...halfOpen(circuit), probeUntil, successes };
    return circuit.state === 'open' ? enter(seen, tested) : { ...seen, circuit: tested };
  }
  const ramps = !circuit.hearsay && options.rampMs > 0 && perSecond >= RAMPS_FROM;
  const next: Circuit = ramps ? { state: 'ramping', since: now, overMs: options.rampMs } : { state: 'closed' };
  return { ...enter(seen, next), points: 0, results: 0, failures: 0, closedAt: now };
}

/** A change of state: what was sent before it teaches nothing any more. */
function enter({ lost: _, ...record }: HealthRecord, circuit: Circuit): HealthRecord {
  return { ...record, circuit, generation: record.generation + 1 };
}

/** A success that began after an exclusion was over ends its memory; one that began before says nothing of it. */
function forgiven(record: HealthRecord, startedAt: number, now: number): HealthRecord {
  if (!record.excluded || !isOver(record.excluded, startedAt, now)) return record;
  const { excluded: _, ...rest } = record;
  return rest;
}
