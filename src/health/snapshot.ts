import type { HealthSnapshot, Pin } from '../store/health-store.ts';
import type { VerdictKind } from '../types.ts';
import { type Exclusion, LONGEST_EXCLUSION_MS } from './exclusion.ts';
import { isFresh } from './pins.ts';
import { freshRecord, type HealthRecord, MOST_TARGETS } from './record.ts';

/** A region's own record, and those of its deployments. */
export interface RegionRecords {
  readonly record: HealthRecord;
  /** By deployment name, as the caller says it. */
  readonly targets: ReadonlyMap<string, HealthRecord>;
}

/** What was learned longer ago than this is no longer believed, ms. */
const TTL_MS = 3_600_000;

/** Facts, not flight: a probe under way is stored as open and due. */
export function encode(regions: ReadonlyMap<string, RegionRecords>, now: number): HealthSnapshot {
  const stored = [...regions].map(([region, { record, targets }]) => {
    const deployments = Object.fromEntries([...targets].map(([name, target]) => [name, plain(target, now)]));
    return [region, { savedAt: now, ...plain(record, now), deployments }] as const;
  });
  // Own properties, whatever a region is called.
  return { version: 1, records: Object.fromEntries(stored) };
}

function plain({ circuit, opens, closedAt, excluded }: HealthRecord, now: number): object {
  const cause = circuit.state === 'open' || circuit.state === 'half-open' ? circuit.cause : undefined;
  const open = cause && { until: circuit.state === 'open' ? circuit.until : now, cause };
  return { open, opens, closedAt, excluded };
}

/** What is unreadable, old or from the future decodes to nothing; no time lies further ahead than `longestMs`. Never throws. */
export function decode(
  snapshot: unknown,
  regions: readonly string[],
  now: number,
  longestMs: number,
): ReadonlyMap<string, RegionRecords> {
  const decoded = new Map<string, RegionRecords>();
  const stored = member(snapshot, 'version') === 1 ? member(snapshot, 'records') : undefined;
  for (const region of regions) {
    const value = member(stored, region);
    const savedAt = member(value, 'savedAt');
    if (!isTime(savedAt) || savedAt > now || savedAt < now - TTL_MS) continue;
    const targets = new Map<string, HealthRecord>();
    for (const [name, target] of Object.entries(member(value, 'deployments') ?? {})) {
      const record = recordOf(target, now, longestMs);
      if (targets.size < MOST_TARGETS && (record.excluded || record.circuit.state === 'open'))
        targets.set(name, record);
    }
    decoded.set(region, { record: recordOf(value, now, longestMs), targets });
  }
  return decoded;
}

/** The pins of these regions that still hold, the oldest first. Never throws. */
export function decodePins(snapshot: unknown, regions: readonly string[], now: number): ReadonlyMap<string, Pin> {
  const stored = member(snapshot, 'version') === 1 ? member(snapshot, 'pins') : undefined;
  const pins: (readonly [string, Pin])[] = [];
  for (const [id, value] of Object.entries(stored ?? {})) {
    const [region, at] = [member(value, 'region'), member(value, 'at')];
    if (typeof region !== 'string' || !regions.includes(region) || !isTime(at)) continue;
    // A time to come is a clock's that was moved.
    const pin = { region, at: Math.min(at, now) };
    if (isFresh(pin, now)) pins.push([id, pin]);
  }
  return new Map(pins.sort(([, a], [, b]) => a.at - b.at));
}

function recordOf(value: unknown, now: number, longestMs: number): HealthRecord {
  const open = member(value, 'open');
  const [until, cause] = [member(open, 'until'), member(open, 'cause')];
  const [opens, closedAt] = [member(value, 'opens'), member(value, 'closedAt')];
  const excluded = exclusionOf(member(value, 'excluded'), now);
  return {
    ...freshRecord,
    ...(isTime(until) &&
      typeof cause === 'string' && {
        circuit: { state: 'open', until: Math.min(until, now + longestMs), cause: cause as VerdictKind },
      }),
    opens: isTime(opens) ? Math.min(opens, 10) : 0,
    closedAt: isTime(closedAt) ? Math.min(closedAt, now) : 0,
    ...(excluded && { excluded }),
  };
}

function exclusionOf(value: unknown, now: number): Exclusion | undefined {
  const [until, cause, streak] = [member(value, 'until'), member(value, 'cause'), member(value, 'streak')];
  const since = member(value, 'since');
  if (!isTime(until) || until <= now || typeof cause !== 'string') return undefined;
  return {
    until: Math.min(until, now + LONGEST_EXCLUSION_MS),
    cause: cause as VerdictKind,
    streak: isTime(streak) ? streak : 1,
    ...(isTime(since) && { since: Math.min(since, now) }),
  };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
