import type { Verdict, VerdictKind } from '../types.ts';
import type { HealthRecord } from './record.ts';

/** A region that answers neither a call nor the simplest question is as good as one that refuses the connection. */
const UNREACHABLE = 5 / 2;
const WEIGHT: Partial<Record<VerdictKind, number>> = {
  connect: UNREACHABLE,
  network: 5 / 3,
  gateway: 5 / 3,
  timeout: 5 / 3,
  'bad-body': 5 / 3,
};
const HALF_LIFE_MS = 300_000;
/** Results are remembered for about a minute, and not for more than about fifty: neither idle nor busy clients are slow to see. */
const MEMORY_MS = 60_000;
const MEMORY = 50;

/**
 * How much one failure says. A client that makes a call a second or more needs two refused connections, three gateway
 * errors or five server errors in a row (Envoy's and Finagle's number).
 */
export function weightOf({ kind, blame }: Verdict): number {
  return kind === 'timeout' && blame === 'network' ? UNREACHABLE : (WEIGHT[kind] ?? 1);
}

/** Evidence as of `now`. */
export function pointsOf({ points, at }: HealthRecord, now: number): number {
  return points === 0 ? 0 : points * 2 ** (-Math.max(0, now - at) / HALF_LIFE_MS);
}

/** The record with one more result: a failure worth so many points, or, with none, a success, which wipes the evidence out. */
export function count(record: HealthRecord, points: number, now: number): HealthRecord {
  const { results, failures, at } = record;
  const kept = results === 0 ? 0 : Math.min(Math.exp(-Math.max(0, now - at) / MEMORY_MS), 1 - 1 / MEMORY);
  return {
    ...record,
    points: points > 0 ? pointsOf(record, now) + points : 0,
    results: results * kept + 1,
    failures: failures * kept + (points > 0 ? 1 : 0),
    at: now,
  };
}

/**
 * The evidence that opens a circuit, for a client that makes so many calls a second. A false alarm costs a slow client two or
 * three calls to a region further off; a missed one costs a person waiting: so the fewer the calls, the lower.
 */
export function threshold(perSecond: number): number {
  return 1.9 + 3 * Math.min(1, Math.max(0, (perSecond - 0.1) / 0.9));
}

/** Half the calls fail; or three of ten do, and another region fares twice as well. */
export function isFailing({ results, failures }: HealthRecord, bestPeer: () => number | undefined): boolean {
  const share = failures / results;
  if (results >= 10 && share >= 0.5) return true;
  return results >= 15 && share >= 0.3 && (bestPeer() ?? 1) <= share / 2;
}

/** Share of failures among the latest results; `undefined` when there are too few to compare with. */
export function failureShare({ results, failures }: HealthRecord): number | undefined {
  return results >= 5 ? failures / results : undefined;
}
