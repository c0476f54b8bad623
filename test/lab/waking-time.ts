import type { VirtualClock } from '../../src/simulator/index.ts';
import type { Upset } from './scenario.ts';

/** Time from the start of a run, ms: that of somebody for whom it stands still while the clients are asleep. */
export class WakingTime {
  readonly #clock: VirtualClock;
  readonly #startedAt: number;
  readonly #sleepsAt: number;
  readonly #sleepMs: number;

  constructor(clock: VirtualClock, startedAt: number, upset: Upset | undefined) {
    this.#clock = clock;
    this.#startedAt = startedAt;
    const asleep = upset?.kind === 'asleep' ? upset : undefined;
    this.#sleepsAt = (asleep?.from ?? Number.POSITIVE_INFINITY) * 1_000;
    this.#sleepMs = (asleep?.seconds ?? 0) * 1_000;
  }

  now(): number {
    const passed = this.#clock.now() - this.#startedAt;
    return passed <= this.#sleepsAt ? passed : Math.max(this.#sleepsAt, passed - this.#sleepMs);
  }

  /** The clock's time. */
  at(ms: number): number {
    return this.#startedAt + ms + (ms >= this.#sleepsAt ? this.#sleepMs : 0);
  }
}
