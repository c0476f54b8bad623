import type { HealthSnapshot } from '../store/health-store.ts';
import type { VerdictKind } from '../types.ts';
import { type Exclusion, freshRecord, LONGEST_EXCLUSION_MS, type RegionRecord } from './record.ts';

/** What was learned longer ago than this is no longer believed, ms. */
const TTL_MS = 3_600_000;

/** Facts, not flight: a probe under way is stored as a region that is open and due. */
export function encode(records: ReadonlyMap<string, RegionRecord>, now: number): HealthSnapshot {
  const stored: Record<string, unknown> = {};
  for (const [region, { circuit, opens, closedAt, excluded, deployments }] of records) {
    const open =
      circuit.state === 'closed'
        ? undefined
        : { until: circuit.state === 'open' ? circuit.until : now, cause: circuit.cause };
    stored[region] = { savedAt: now, open, opens, closedAt, excluded, deployments };
  }
  return { version: 1, records: stored };
}

/** What is unreadable, old or from the future decodes to nothing; no time lies further ahead than `longestMs`. Never throws. */
export function decode(
  snapshot: unknown,
  regions: readonly string[],
  now: number,
  longestMs: number,
): ReadonlyMap<string, RegionRecord> {
  const records = new Map<string, RegionRecord>();
  const stored = member(snapshot, 'version') === 1 ? member(snapshot, 'records') : undefined;
  const exclusion = (value: unknown): Exclusion | undefined => {
    const [until, cause, streak] = [member(value, 'until'), member(value, 'cause'), member(value, 'streak')];
    const since = member(value, 'since');
    if (!isTime(until) || until <= now || typeof cause !== 'string') return undefined;
    return {
      until: Math.min(until, now + LONGEST_EXCLUSION_MS),
      cause: cause as VerdictKind,
      streak: isTime(streak) ? streak : 1,
      ...(isTime(since) && { since: Math.min(since, now) }),
    };
  };
  for (const region of regions) {
    const record = member(stored, region);
    const savedAt = member(record, 'savedAt');
    if (!isTime(savedAt) || savedAt > now || savedAt < now - TTL_MS) continue;
    const open = member(record, 'open');
    const [until, cause, opens, closedAt] = [
      member(open, 'until'),
      member(open, 'cause'),
      member(record, 'opens'),
      member(record, 'closedAt'),
    ];
    const excluded = exclusion(member(record, 'excluded'));
    const deployments: Record<string, Exclusion> = {};
    for (const [name, value] of Object.entries(member(record, 'deployments') ?? {})) {
      const held = exclusion(value);
      if (held) deployments[name] = held;
    }
    records.set(region, {
      ...freshRecord,
      ...(isTime(until) &&
        typeof cause === 'string' && {
          circuit: { state: 'open', until: Math.min(until, now + longestMs), cause: cause as VerdictKind },
        }),
      opens: isTime(opens) ? Math.min(opens, 10) : 0,
      closedAt: isTime(closedAt) ? Math.min(closedAt, now) : 0,
      ...(excluded && { excluded }),
      deployments,
    });
  }
  return records;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

const isTime = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
