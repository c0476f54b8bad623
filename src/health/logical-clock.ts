/**
 * Tells what was learned first, of whoever learned it: a hybrid logical clock (Kulkarni et al., 2014), whose two parts are one
 * number here. It is the time, Unix ms, and where that lies behind what was seen, one more than the latest that was: what is
 * learned knowing of something else counts as later, though the clocks of those who learned it differ.
 */
export class LogicalClock {
  #latest = 0;

  /** The time of what is learned now. */
  tick(now: number): number {
    this.#latest = Math.max(Math.ceil(now), this.#latest + 1);
    return this.#latest;
  }

  /** Something was heard that was learned then. */
  see(at: number): void {
    this.#latest = Math.max(this.#latest, at);
  }
}
