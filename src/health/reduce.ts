import type { BreakerOptions } from '../options.ts';
import type { Verdict, VerdictKind } from '../types.ts';
import { type Exclusion, isCoolDown, LONGEST_EXCLUSION_MS, type RegionRecord } from './record.ts';

/** What happened to a region. */
export type HealthEvent =
  | {
      readonly type: 'outcome';
      readonly verdict: Verdict;
      /** As the caller says it. */
      readonly deployment: string;
      /** The record's, when the attempt was planned. */
      readonly generation: number;
      /** When the attempt was sent, Unix time in ms. */
      readonly startedAt: number;
      /** It held the place of the region's only probe. */
      readonly probe: boolean;
    }
  /** A probe is sent. */
  | { readonly type: 'probe' /** When its place is given up, Unix time in ms. */; readonly until: number }
  /** A probe ended before the region was asked anything. */
  | { readonly type: 'release'; readonly generation: number };

type Outcome = Extract<HealthEvent, { readonly type: 'outcome' }>;

/** How much one failure says: two refused connections, three gateway errors or five server errors in a row open a region. */
const WEIGHT: Partial<Record<VerdictKind, number>> = {
  connect: 5 / 2,
  network: 5 / 3,
  gateway: 5 / 3,
  timeout: 5 / 3,
  'bad-body': 5 / 3,
};
const OPENS_AT = 4.9;
const HALF_LIFE_MS = 300_000;
const FORGIVEN_MS = 120_000;
const COOL_DOWN_MS = 10_000;
const LONGEST_COOL_DOWN_MS = 60_000;
/** A role, a key or a deployment that an operator has just made takes minutes to show. */
const MISCONFIGURED_MS = 300_000;

/** The record after an event. Pure: the same record, event, time and chance give the same record. */
export function reduce(
  record: RegionRecord,
  event: HealthEvent,
  options: BreakerOptions,
  now: number,
  random: () => number,
): RegionRecord {
  const { circuit } = record;
  if (event.type === 'probe') {
    if (circuit.state === 'closed') return record;
    const successes = circuit.state === 'half-open' ? circuit.successes : 0;
    const halfOpen = { state: 'half-open', cause: circuit.cause, probeUntil: event.until, successes } as const;
    const changed = circuit.state === 'open' ? 1 : 0;
    return { ...record, circuit: halfOpen, generation: record.generation + changed };
  }
  if (event.type === 'release') return released(record, event.generation);
  const { verdict } = event;
  switch (verdict.blame) {
    case 'deployment':
      // A model that is slow or trips over one request says nothing lasting of its deployment.
      if (verdict.kind !== 'no-deployment' && !isCoolDown(verdict.kind)) return answered(record, event, options, now);
      return answered(exclude(record, event, now, random), event, options, now);
    case 'credential':
      return answered({ ...record, excluded: exclusion(record.excluded, event, now, random) }, event, options, now);
    case 'region':
    case 'network':
      return event.generation === record.generation ? failed(record, verdict.kind, options, now, random) : record;
    default:
      if (verdict.kind === 'ok') return answered(forgive(record, event), event, options, now);
      if (verdict.blame === 'caller') return answered(record, event, options, now);
      return event.probe ? released(record, event.generation) : record;
  }
}

/** Evidence against a region, as of `now`. */
export function evidence(record: RegionRecord, now: number): number {
  return record.points === 0 ? 0 : record.points * 2 ** (-Math.max(0, now - record.at) / HALF_LIFE_MS);
}

function failed(
  record: RegionRecord,
  kind: VerdictKind,
  options: BreakerOptions,
  now: number,
  random: () => number,
): RegionRecord {
  const points = evidence(record, now) + (WEIGHT[kind] ?? 1);
  const seen = { ...record, points, at: now };
  // Asked as a last resort: that it is still down is no news, and must not keep it away for longer.
  if (record.circuit.state === 'open') return seen;
  if (record.circuit.state === 'closed' && points < OPENS_AT) return seen;
  // A region that held for a while is not the one that fails again and again.
  const forgiven = record.circuit.state === 'closed' ? Math.floor(Math.max(0, now - record.closedAt) / FORGIVEN_MS) : 0;
  const opens = Math.max(0, record.opens - forgiven) + 1;
  const open = Math.min(options.maxOpenMs, options.openMs * 2 ** (opens - 1));
  const until = now + open * (0.5 + random() / 2);
  return { ...seen, circuit: { state: 'open', until, cause: kind }, generation: record.generation + 1, opens };
}

/** The region answered, whatever it said: it can be reached. */
function answered(record: RegionRecord, event: Outcome, options: BreakerOptions, now: number): RegionRecord {
  if (event.generation !== record.generation) return record;
  const ok = event.verdict.kind === 'ok';
  const { circuit } = record;
  if (circuit.state === 'closed') return record.points === 0 || !ok ? record : { ...record, points: 0 };
  // Asked as a last resort, and it is back: as good as a probe.
  if (circuit.state === 'open' && !ok) return record;
  // An answer of any kind ends a connection's failure; only a good one ends a server's.
  const counts = ok || circuit.cause === 'connect' || circuit.cause === 'network' || circuit.cause === 'timeout';
  const successes = (circuit.state === 'half-open' ? circuit.successes : 0) + (counts ? 1 : 0);
  if (successes >= options.successesToClose) {
    return { ...record, circuit: { state: 'closed' }, generation: record.generation + 1, points: 0, closedAt: now };
  }
  const generation = circuit.state === 'open' ? record.generation + 1 : record.generation;
  return { ...record, circuit: { state: 'half-open', cause: circuit.cause, probeUntil: 0, successes }, generation };
}

/** A probe that taught nothing gives its place back. */
function released(record: RegionRecord, generation: number): RegionRecord {
  if (record.circuit.state !== 'half-open' || generation !== record.generation) return record;
  return { ...record, circuit: { ...record.circuit, probeUntil: 0 } };
}

function exclude(record: RegionRecord, event: Outcome, now: number, random: () => number): RegionRecord {
  const deployments: Record<string, Exclusion> = {};
  for (const [name, held] of Object.entries(record.deployments)) {
    // Names come from callers, and need not be few.
    if (held.until > now - LONGEST_EXCLUSION_MS) deployments[name] = held;
  }
  const own = Object.hasOwn(deployments, event.deployment) ? deployments[event.deployment] : undefined;
  return { ...record, deployments: { ...deployments, [event.deployment]: exclusion(own, event, now, random) } };
}

function exclusion(before: Exclusion | undefined, event: Outcome, now: number, random: () => number): Exclusion {
  const { kind, retryAfterMs } = event.verdict;
  // Attempts that were under way together are one refusal, however many they are.
  const streak = before && event.startedAt < before.until ? before.streak : (before?.streak ?? 0) + 1;
  const coolDownMs = Math.min(LONGEST_COOL_DOWN_MS, COOL_DOWN_MS * 2 ** (streak - 1));
  const asked = Math.min(retryAfterMs ?? (isCoolDown(kind) ? coolDownMs : MISCONFIGURED_MS), LONGEST_EXCLUSION_MS);
  // Never less than asked, and not all clients at the same moment.
  const until = Math.ceil(now + asked + random() * Math.min(asked / 10, 1_000));
  // Of two hints the later end stands: an old answer that comes in late must not shorten a new one.
  return before && before.until > until ? { ...before, streak } : { until, cause: kind, streak, since: now };
}

/** Whether a success that began then puts an end to it: what was set right at any time since, what was asked for in its time. */
const isOver = ({ cause, until, since = 0 }: Exclusion, startedAt: number): boolean =>
  (isCoolDown(cause) ? until : since) <= startedAt;

/** A success that began after an exclusion was over ends its memory; one that began before says nothing of it. */
function forgive(record: RegionRecord, { deployment, startedAt }: Outcome): RegionRecord {
  const held = Object.hasOwn(record.deployments, deployment) ? record.deployments[deployment] : undefined;
  let forgiven = record;
  if (record.excluded && isOver(record.excluded, startedAt)) {
    const { excluded: _, ...rest } = forgiven;
    forgiven = rest;
  }
  if (held && isOver(held, startedAt)) {
    const { [deployment]: _, ...deployments } = record.deployments;
    forgiven = { ...forgiven, deployments };
  }
  return forgiven;
}
