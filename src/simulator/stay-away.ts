/** What a region told its clients about when to come back, by deployment. */
export class StayAway {
  #told: { readonly deployment: string; readonly toldAt: number; readonly until: number }[] = [];

  /** A client was told, by a response that ended at `toldAt`, to stay away `until`. Unix time, ms. */
  tell(deployment: string, toldAt: number, until: number): void {
    this.#told.push({ deployment, toldAt, until });
  }

  /** By how many ms a request that arrived at `at` came too early; `undefined` when it did not. */
  earlyBy(deployment: string, at: number): number | undefined {
    this.#told = this.#told.filter(({ until }) => until > at);
    const known = this.#told.filter((told) => told.deployment === deployment && at - told.toldAt > inFlightMs);
    const early = Math.max(0, ...known.map(({ until }) => until - at));
    return early > timerSlackMs ? early : undefined;
  }
}

/** A request that arrives this soon after the answer was on its way already: it is no retry. */
const inFlightMs = 50;

/** Timers and clocks count whole milliseconds, and may fire one early. */
const timerSlackMs = 2;
