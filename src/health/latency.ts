/** Time until good answers are here, or streams begin. Failures are not in it: they would make a broken region look fast. */
export interface Latency {
  readonly meanMs: number;
  /** What 95 of 100 stay under. */
  readonly p95Ms: number;
  readonly samples: number;
  /** Unix time, ms. */
  readonly at: number;
}

/** The newest sample's weight, once there are more than its inverse. */
const LEAST_WEIGHT = 0.1;
/** A guess at the 95th percentile before there are samples to tell: so many times the first one. */
const SPREAD = 2;
/** One step of the percentile's estimate, in parts of itself. */
const STEP = 0.1;
/** What is older is a guess: regions change. Three minutes, as gRPC's weighted round robin has it (A58). */
const EXPIRES_MS = 180_000;
const ENOUGH = 20;

/** With one more sample. */
export function learn(before: Latency | undefined, ms: number, now: number): Latency {
  if (!before || now - before.at > EXPIRES_MS)
    return { meanMs: ms, p95Ms: Math.max(1, ms * SPREAD), samples: 1, at: now };
  const samples = before.samples + 1;
  const weight = Math.max(LEAST_WEIGHT, 1 / samples);
  // Stochastic approximation: up by 95 parts when the sample lies above, down by 5 when below, is at rest at the 95th percentile.
  const p95Ms = before.p95Ms * (1 + STEP * (ms > before.p95Ms ? 0.95 : -0.05));
  return { meanMs: before.meanMs + weight * (ms - before.meanMs), p95Ms, samples, at: now };
}

/** The learned 95th percentile, ms; `undefined` before there is enough to learn from. */
export function p95Of(latency: Latency | undefined): number | undefined {
  return latency && latency.samples >= ENOUGH ? latency.p95Ms : undefined;
}
