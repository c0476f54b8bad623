/** How the body of a reply is sent where something is wrong with that. */
export interface Delivery {
  /** How many of its bytes; all when absent. */
  readonly bytes?: number;
  /** What comes then; the end of the response when absent. */
  readonly end?: BodyEnd;
  /** At once when absent. */
  readonly pace?: Pace;
}

/**
 * `stall`: nothing, and the connection stays. `reset`, `close`: the connection ends, abruptly or in order. `misframe`:
 * what should be the size of a chunk is none.
 */
export type BodyEnd = 'stall' | 'reset' | 'close' | 'misframe';

/** Pieces of so many bytes, so many ms apart; or the events of a stream, each so many ms after the one before. */
export type Pace =
  | { readonly bytes: number; readonly ms: number }
  | { /** @param nth from 0. */ readonly eventMs: (nth: number) => number };
