import type { Pin } from '../store/health-store.ts';
import type { VerdictKind } from '../types.ts';
import { type Exclusion, isOfCredential, LONGEST_EXCLUSION_MS } from './exclusion.ts';
import type { Latency } from './latency.ts';
import { LONGEST_SKEW_MS, membersOf } from './merge.ts';
import { isFresh } from './pins.ts';
import { type Circuit, freshRecord, type HealthRecord, MOST_OPENS, MOST_TARGETS } from './record.ts';
import {
  DAY_MS,
  type DeploymentNames,
  type Forced,
  namesHere,
  type RegionIds,
  type RegionRecords,
  TTL_MS,
} from './snapshot.ts';

/** What is unreadable, old or from the future decodes to nothing; no time lies further ahead than `longestMs`. Never throws. */
export function decode(
  snapshot: unknown,
  ids: RegionIds,
  now: number,
  longestMs: number,
  names?: DeploymentNames,
): ReadonlyMap<string, RegionRecords> {
  const decoded = new Map<string, Learned>();
  const known = [...ids];
  for (const [key, register] of membersOf(snapshot, 'records', now + LONGEST_SKEW_MS)) {
    const [id, name] = known.find(([one]) => key.startsWith(one)) ?? [];
    if (id === undefined || name === undefined) continue;
    const region: Learned = decoded.get(name) ?? {
      record: freshRecord,
      targets: new Map(),
      latency: {},
      forced: undefined,
    };
    const part = key.slice(id.length);
    const ageMs = now - register.at;
    if (part === '!stream' || part === '!whole') {
      const latency = ageMs < DAY_MS && latencyOf(register);
      if (latency) region.latency[part === '!stream' ? 'stream' : 'whole'] = latency;
    } else if (part === '!forced') {
      region.forced = forcedOf(register, now) ?? region.forced;
    } else if (ageMs < TTL_MS && part === '') {
      // A deployment is asked to wait; what excludes a region is a credential of one's own, and nobody else's word.
      const { excluded: _, ...record } = recordOf(register, now, longestMs);
      region.record = record;
    } else if (ageMs < TTL_MS && part.startsWith('/')) {
      const target = recordOf(register, now, longestMs);
      for (const said of namesHere(part.slice(1), names?.get(name)))
        if (region.targets.size < MOST_TARGETS) region.targets.set(said, target);
    }
    decoded.set(name, region);
  }
  return decoded;
}

interface Learned extends RegionRecords {
  record: HealthRecord;
  readonly targets: Map<string, HealthRecord>;
  readonly latency: { stream?: Latency; whole?: Latency };
  forced: Forced | undefined;
}

/** The pins of these regions that still hold, the oldest first. Never throws. */
export function decodePins(snapshot: unknown, ids: RegionIds, now: number): ReadonlyMap<string, Pin> {
  const pins: (readonly [string, Pin])[] = [];
  for (const [id, value] of membersOf(snapshot, 'pins', Number.POSITIVE_INFINITY)) {
    const kept = member(value, 'region');
    const region = typeof kept === 'string' ? ids.get(kept) : undefined;
    // A time to come is a clock's that was moved.
    const pin = { region: region ?? '', at: Math.min(value.at, now) };
    if (region !== undefined && isFresh(pin, now)) pins.push([id, pin]);
  }
  return new Map(pins.sort(([, a], [, b]) => a.at - b.at));
}

function recordOf(value: { readonly at: number }, now: number, longestMs: number): HealthRecord {
  const [by, opens, closedAt] = [member(value, 'by'), member(value, 'opens'), member(value, 'closedAt')];
  // Counted from when it was learned, or whoever reads it again and again would wait anew each time.
  const from = Math.min(value.at, now);
  const excluded = exclusionOf(member(value, 'excluded'), now, from + LONGEST_EXCLUSION_MS);
  return {
    ...freshRecord,
    learnedAt: value.at,
    ...(typeof by === 'string' && { by }),
    circuit: circuitOf(value, now, from + longestMs),
    opens: isTime(opens) ? Math.min(opens, MOST_OPENS) : 0,
    closedAt: isTime(closedAt) ? Math.min(closedAt, now) : 0,
    ...(excluded && { excluded }),
  };
}

function circuitOf(value: unknown, now: number, latest: number): Circuit {
  const [open, ramp] = [member(value, 'open'), member(value, 'ramp')];
  const [until, cause] = [member(open, 'until'), member(open, 'cause')];
  if (isTime(until) && isCause(cause)) return { state: 'open', until: Math.min(until, latest), cause };
  const [since, overMs] = [member(ramp, 'since'), member(ramp, 'overMs')];
  return isTime(since) && isTime(overMs) && overMs > 0
    ? { state: 'ramping', since: Math.min(since, now), overMs: Math.min(overMs, TTL_MS) }
    : { state: 'closed' };
}

function exclusionOf(value: unknown, now: number, latest: number): Exclusion | undefined {
  const [until, cause, streak] = [member(value, 'until'), member(value, 'cause'), member(value, 'streak')];
  const since = member(value, 'since');
  if (!isTime(until) || Math.min(until, latest) <= now || !isCause(cause)) return undefined;
  // Nobody stores these: they are somebody else's, and no business of ours.
  if (isOfCredential(cause)) return undefined;
  return {
    until: Math.min(until, latest),
    cause,
    streak: isTime(streak) ? streak : 1,
    ...(isTime(since) && { since: Math.min(since, now) }),
  };
}

function latencyOf(value: { readonly at: number }): Latency | undefined {
  const [meanMs, p95Ms, samples] = [member(value, 'meanMs'), member(value, 'p95Ms'), member(value, 'samples')];
  return isTime(meanMs) && isTime(p95Ms) && isTime(samples) ? { meanMs, p95Ms, samples, at: value.at } : undefined;
}

function forcedOf(value: { readonly at: number }, now: number): Forced | undefined {
  const [to, end] = [member(value, 'to'), member(value, 'until')];
  if ((to !== 'in' && to !== 'out' && to !== 'auto') || !isTime(end)) return undefined;
  const until = Math.min(end, Math.min(value.at, now) + DAY_MS);
  return until > now ? { to, until, at: value.at } : undefined;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** A later version may know others. */
const isCause = (value: unknown): value is VerdictKind => typeof value === 'string' && /^[a-z-]{1,20}$/.test(value);

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
