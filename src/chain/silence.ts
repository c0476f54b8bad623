import { type Clock, startTimer } from '../clock.ts';
import { SUSPENDED_MS, Suspended } from '../within.ts';

/** Nothing came for too long: it may be the region's silence or the client's own network. */
class StreamStalled extends Error {
  override readonly name = 'StreamStalledError';
}

/**
 * Limits each of many waits in a row, with one timer for all of them: a timer for each would cost as much as the chunk that is
 * waited for.
 */
export class Silence {
  readonly #clock: Clock;
  #wait: { readonly since: number; readonly ms: number; readonly onTooLong: (reason: Error) => void } | undefined;
  #timer: { readonly ms: number; readonly stop: () => void } | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A wait begins, which may last so long. */
  begin(ms: number, onTooLong: (reason: Error) => void): void {
    this.#wait = { since: this.#clock.now(), ms, onTooLong };
    if (this.#timer?.ms === ms) return;
    this.close();
    this.#arm(ms, ms);
  }

  /** The wait is over. Whether it was so long that the machine must have slept meanwhile. */
  end(): boolean {
    const wait = this.#wait;
    this.#wait = undefined;
    return wait !== undefined && this.#clock.now() > wait.since + wait.ms + SUSPENDED_MS;
  }

  close(): void {
    this.#timer?.stop();
    this.#timer = undefined;
  }

  #arm(limitMs: number, ms: number): void {
    const armed = this.#wait;
    const dueAt = this.#clock.now() + ms;
    const stop = startTimer(this.#clock, ms, () => {
      this.#timer = undefined;
      const wait = this.#wait;
      if (!wait) return;
      const now = this.#clock.now();
      const waited = now - wait.since;
      // Where one that began later seems to have lasted much longer than the timer, the clock was moved.
      const wasMoved = waited < 0 || waited > limitMs + SUSPENDED_MS;
      if (wait !== armed && (wasMoved || waited < limitMs)) this.#arm(limitMs, wasMoved ? limitMs : limitMs - waited);
      else if (now > dueAt + SUSPENDED_MS) wait.onTooLong(new Suspended(limitMs));
      else wait.onTooLong(new StreamStalled(`nothing came for ${limitMs} ms`));
    });
    this.#timer = { ms: limitMs, stop };
  }
}
