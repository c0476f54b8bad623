/** A call that is going to be made. */
export interface Arrival {
  /** From the start of the run, ms. */
  readonly atMs: number;
  /** Counts from 0. */
  readonly client: number;
  readonly deployment: string;
  readonly stream: boolean;
  readonly maxTokens?: number;
  /** Of a user who waits for its end: the call that follows it, `undefined` where none does. */
  readonly next?: (endedMs: number) => Arrival | undefined;
}

/** What makes the calls of one entry of a load. */
export interface Source {
  /** When the scenario is over, ms from the start of the run. */
  readonly endMs: number;
  /** A client's `nth` call. */
  call(atMs: number, client: number, nth: number): Arrival;
  /** Uniform in [0, 1), the same for the same parts. */
  draw(what: string, client: number, nth: number): number;
  /** When clients that set out at a moment will have been awake for so long, ms from the start of the run. */
  awakeFor(ms: number, sinceMs: number): number;
}
