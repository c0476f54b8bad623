/** What one deployment's clients have been told. */
interface Told {
  /** The latest of what they know by now. Unix time, ms. */
  until: number;
  /** What may still be on its way to them, oldest first. */
  recent: { readonly at: number; readonly until: number }[];
}

/** What a region told its clients about when to come back, by deployment. */
export class StayAway {
  readonly #told = new Map<string, Told>();

  /** A client was told, by a response that ended at `toldAt`, to stay away `until`. Unix time, ms. */
  tell(deployment: string, toldAt: number, until: number): void {
    const told = this.#told.get(deployment) ?? { until: 0, recent: [] };
    told.recent.push({ at: toldAt, until });
    this.#told.set(deployment, told);
  }

  /** By how many ms a request that arrived at `at` came too early; `undefined` when it did not. */
  earlyBy(deployment: string, at: number): number | undefined {
    const told = this.#told.get(deployment);
    if (!told) return undefined;
    const known = told.recent.findIndex((one) => at - one.at <= inFlightMs);
    for (const one of told.recent.splice(0, known < 0 ? told.recent.length : known)) {
      told.until = Math.max(told.until, one.until);
    }
    const early = told.until - at;
    return early > timerSlackMs ? early : undefined;
  }
}

/** A request that arrives this soon after the answer was on its way already: it is no retry. */
const inFlightMs = 50;

/** Timers and clocks count whole milliseconds, and may fire one early. */
const timerSlackMs = 2;
