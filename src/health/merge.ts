import type { HealthSnapshot, Pin } from '../store/health-store.ts';
import { MOST_PINS } from './pins.ts';

/** One fact, and when it was learned (a {@link LogicalClock}'s time). */
interface Register {
  readonly at: number;
}

/** Clocks differ by so much and are still believed, ms. What lies further ahead is a clock's that was moved. */
export const LONGEST_SKEW_MS = 300_000;
/** Regions, and what callers call deployments, need not be few. */
const MOST = { records: 1_000, pins: MOST_PINS };

/**
 * What a store has of what was learned, with what is saved now: for stores of your own. Of two facts about one thing the later
 * counts, wherever and in whatever order they come in; a thousand facts and ten thousand pins are kept, the latest. What
 * is no snapshot is nothing, and what was learned in the future of what is `saved` is dropped.
 */
export function mergeSnapshots(stored: unknown, saved: HealthSnapshot): HealthSnapshot {
  return join(stored, saved, saved.savedAt === undefined ? Number.POSITIVE_INFINITY : saved.savedAt + LONGEST_SKEW_MS);
}

/** Commutative, associative, idempotent: the least snapshot that knows all that two of them know. */
export function join(a: unknown, b: unknown, latest = Number.POSITIVE_INFINITY): HealthSnapshot {
  const [records, pins] = (['records', 'pins'] as const).map((part) =>
    joined(membersOf(a, part, latest), membersOf(b, part, latest), MOST[part]),
  );
  return {
    version: 1,
    records: { ...records },
    ...(pins && { pins: pins as Record<string, Pin> }),
  };
}

function joined(
  a: Iterable<readonly [string, Register]>,
  b: Iterable<readonly [string, Register]>,
  most: number,
): Record<string, Register> | undefined {
  const all = new Map(a);
  for (const [key, theirs] of b) {
    const ours = all.get(key);
    if (!ours || isLater(theirs, ours)) all.set(key, theirs);
  }
  if (all.size <= most) return all.size > 0 ? Object.fromEntries(all) : undefined;
  const latest = [...all].sort(([j, a], [k, b]) => b.at - a.at || (j < k ? -1 : 1));
  return Object.fromEntries(latest.slice(0, most));
}

/** Whether one fact is later than another about the same thing. All agree on it, also where both were learned at once. */
export function isLater(one: Register, other: Register): boolean {
  return one.at === other.at ? textOf(one) > textOf(other) : one.at > other.at;
}

/** Facts are plain data. What is not was put there by somebody else, and is as good as nothing. */
function textOf(register: Register): string {
  try {
    return JSON.stringify(register);
  } catch {
    return '';
  }
}

/** What is in one part of a snapshot, as far as it can be compared. */
export function* membersOf(snapshot: unknown, part: 'records' | 'pins', latest: number): Generator<[string, Register]> {
  const { version, [part]: members } = (snapshot ?? {}) as Partial<HealthSnapshot>;
  if (version !== 1 || typeof members !== 'object' || members === null) return;
  for (const [key, value] of Object.entries<unknown>(members)) {
    const at = (value as Partial<Register> | null)?.at;
    if (typeof at === 'number' && at >= 0 && at <= Math.min(latest, Number.MAX_SAFE_INTEGER))
      yield [key, value as Register];
  }
}
