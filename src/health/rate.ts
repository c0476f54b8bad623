/** How many calls a client makes. */
export interface Rate {
  /** Calls and milliseconds that were seen, both fading, as of `at`. */
  readonly calls: number;
  readonly seenMs: number;
  /** Unix time, ms. */
  readonly at: number;
}

const MEMORY_MS = 120_000;
/** A first call says nothing of how soon the next one comes. */
const LEAST_MS = 10_000;

export const noRate: Rate = { calls: 0, seenMs: 0, at: 0 };

/** One more call. */
export function tick({ calls, seenMs, at }: Rate, now: number): Rate {
  if (calls === 0) return { calls: 1, seenMs: 0, at: now };
  // A clock that was moved, or a night asleep, is not a time without calls.
  const passed = Math.min(MEMORY_MS, Math.max(0, now - at));
  const kept = Math.exp(-passed / MEMORY_MS);
  return { calls: calls * kept + 1, seenMs: seenMs * kept + passed, at: now };
}

/** Calls per second, lately. */
export function perSecond({ calls, seenMs }: Rate): number {
  return (calls * 1_000) / Math.max(LEAST_MS, seenMs);
}
