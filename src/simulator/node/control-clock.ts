import { once } from 'node:events';
import type { Clock } from '../../clock.ts';

/** A clock that stands still while it is paused. */
export class PausableClock implements Clock {
  readonly #base: Clock;
  /** How long it stood still, ms. */
  #lost = 0;
  #pausedAt: number | undefined;
  /** Aborts when it is paused, or resumed: whatever comes next. */
  #turn = new AbortController();

  constructor(base: Clock) {
    this.#base = base;
  }

  get paused(): boolean {
    return this.#pausedAt !== undefined;
  }

  now(): number {
    return (this.#pausedAt ?? this.#base.now()) - this.#lost;
  }

  /** Nothing happens when it is paused already. */
  pause(): void {
    if (this.paused) return;
    this.#pausedAt = this.#base.now();
    this.#next();
  }

  /** Nothing happens when it is not paused. */
  resume(): void {
    if (this.#pausedAt === undefined) return;
    this.#lost += this.#base.now() - this.#pausedAt;
    this.#pausedAt = undefined;
    this.#next();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const until = this.now() + ms;
    for (let left = ms; left > 0; left = until - this.now()) {
      signal?.throwIfAborted();
      const turn = this.#turn.signal;
      const woken = AbortSignal.any(signal ? [turn, signal] : [turn]);
      if (this.paused) await once(woken, 'abort');
      else await this.#base.sleep(left, woken).catch(() => {});
    }
    signal?.throwIfAborted();
  }

  #next(): void {
    this.#turn.abort();
    this.#turn = new AbortController();
  }
}
