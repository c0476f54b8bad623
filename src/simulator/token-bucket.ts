import type { CapacityRate } from './fault-shape.ts';

/** Lets so many through in a second, and saves up for a second at most. Times are Unix time, ms. */
export class TokenBucket {
  readonly #rate: CapacityRate;
  readonly #since: number;
  #at: number;
  #tokens: number;

  /** Full at its start. */
  constructor(rate: CapacityRate, since: number) {
    this.#rate = rate;
    this.#since = since;
    this.#at = since;
    this.#tokens = rate.perSecond;
  }

  /** Whether one more is let through at `now`. */
  take(now: number): boolean {
    const at = Math.max(this.#at, now);
    // Less than one a second saves up until it is one.
    const most = Math.max(1, perSecondAt(this.#rate, at - this.#since));
    this.#tokens = Math.min(
      most,
      this.#tokens + served(this.#rate, at - this.#since) - served(this.#rate, this.#at - this.#since),
    );
    this.#at = at;
    if (this.#tokens < 1 - rounding) return false;
    this.#tokens--;
    return true;
  }

  /** As much is saved up as can be at `now`. */
  refill(now: number): void {
    this.#at = Math.max(this.#at, now);
    this.#tokens = perSecondAt(this.#rate, this.#at - this.#since);
  }
}

/** Five times a fifth of a second is a second, though not in floating point. */
const rounding = 1e-6;

function perSecondAt({ perSecond, warmUp }: CapacityRate, elapsedMs: number): number {
  if (!warmUp) return perSecond;
  return perSecond + (warmUp.to - perSecond) * Math.min(1, elapsedMs / (warmUp.seconds * 1000));
}

/** How many are let through from the start until then, where nobody waits. */
function served(rate: CapacityRate, elapsedMs: number): number {
  const { perSecond, warmUp } = rate;
  const warmingMs = warmUp ? Math.min(elapsedMs, warmUp.seconds * 1000) : 0;
  const whileWarming = ((warmingMs / 1000) * (perSecond + perSecondAt(rate, warmingMs))) / 2;
  return whileWarming + ((elapsedMs - warmingMs) / 1000) * (warmUp?.to ?? perSecond);
}
