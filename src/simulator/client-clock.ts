import type { Clock } from '../clock.ts';
import { abortableSleep } from './abortable-sleep.ts';

/** The clock of one client: its time passes as everybody's does, but its owner may move it, or fall asleep. */
export class ClientClock implements Required<Clock> {
  readonly #line: Required<Clock>;
  #ahead = 0;
  #wakesAt = Number.NEGATIVE_INFINITY;

  /** @param line whose time passes. */
  constructor(line: Required<Clock>) {
    this.#line = line;
  }

  /** Unix time as this client believes it, ms. */
  now = (): number => this.#line.now() + this.#ahead;

  /** Calls back after `ms`, or when the client wakes; not at all once the returned function was called. */
  timer = (ms: number, callback: () => void): (() => void) => {
    // A timer due at the moment of waking comes after those that were due before it.
    const fire = (late: boolean): void => {
      const left = this.#wakesAt - this.#line.now();
      if (left > 0 || (left === 0 && !late)) cancel = this.#line.timer(left, () => fire(true));
      else callback();
    };
    let cancel = this.#line.timer(ms, () => fire(false));
    return () => cancel();
  };

  /** Resolves after `ms`, or when the client wakes; rejects with the signal's reason, at once, when the signal aborts. */
  sleep: Clock['sleep'] = abortableSleep(this.timer);

  /** Sets the clock, forward or back, as a person or a time server does: no timer fires for it. */
  jump(ms: number): void {
    this.#ahead += ms;
  }

  /** Falls asleep, as a laptop does: its timers wait, and those that fall due meanwhile fire when it wakes, in order. */
  sleepFor(ms: number): void {
    this.#wakesAt = Math.max(this.#wakesAt, this.#line.now() + ms);
  }
}
