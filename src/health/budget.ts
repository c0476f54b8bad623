/**
 * What a region may be asked beyond the first try of each call: a token bucket, filled by successes. In an outage there are
 * none, so retries stop where they would only add to it (as AWS's SDKs and gRPC do it).
 */
export interface Budget {
  /** From successes; what was saved long ago is worth nothing in the next outage. */
  readonly saved: number;
  /** Comes by itself: slow clients have few successes to save from. */
  readonly reserve: number;
  /** Unix time, ms. */
  readonly at: number;
}

/** Most that can be saved: a burst, not a storm. */
const MOST = 20;
const MEMORY_MS = 60_000;
/** As many as the OpenAI SDK would make for one call; of thousands of pages, each has this reserve, so it is small. */
const RESERVE = 2;
const RESERVE_MS = 60_000;

export const fullReserve: Budget = { saved: 0, reserve: RESERVE, at: Number.NEGATIVE_INFINITY };

/** A success pays in its share: with 0.2, one try in six may be a second one. */
export function deposit(budget: Budget, share: number, now: number): Budget {
  const { saved, reserve } = refill(budget, now);
  return { saved: Math.min(MOST, saved + share), reserve, at: now };
}

/** Takes one try; `undefined` when there is none to take. */
export function withdraw(budget: Budget, now: number): Budget | undefined {
  const { saved, reserve } = refill(budget, now);
  if (saved + reserve < 1) return undefined;
  return { saved: Math.max(0, saved - 1), reserve: reserve - Math.max(0, 1 - saved), at: now };
}

/** What it holds by now. */
export function refill({ saved, reserve, at }: Budget, now: number): Budget {
  const passed = Math.max(0, now - at);
  return {
    saved: saved === 0 ? 0 : saved * Math.exp(-passed / MEMORY_MS),
    reserve: Math.min(RESERVE, reserve + passed / RESERVE_MS),
    at: now,
  };
}
