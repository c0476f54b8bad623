/** Who calls: all the time, in turn with the answers, or at one moment. Client `n` of all loops is one and the same. */
export type ScenarioLoad = OpenLoop | ClosedLoop | Burst;

/** Clients that call at random moments (Poisson), whether or not their calls before were answered. */
export interface OpenLoop extends Asked {
  readonly clients: number;
  /** Calls per second of each client. */
  readonly rps: number;
  /** Takes the rate evenly to another one, where it stays. @default none */
  readonly ramp?: RateRamp;
  /** @default 0 */
  readonly from?: number;
  /** @default the duration */
  readonly to?: number;
}

/** How the rate of an open loop changes, from when the loop begins. */
export interface RateRamp {
  /** Calls per second of each client at its end. */
  readonly rps: number;
  /** How long it takes. */
  readonly seconds: number;
}

/**
 * Users who call, wait for the answer, think, and call again: the later the answers come, the fewer calls are made. When
 * the loop begins, each is in the middle of a thought.
 */
export interface ClosedLoop extends Asked {
  readonly users: number;
  /**
   * What a user takes from the end of an answer, or an error, to the next call, ms: a number, `uniform(500,2000)` or
   * `lognormal(1500,0.5)`. Never less than 100.
   */
  readonly thinkMs: number | string;
  /** @default 0 */
  readonly from?: number;
  /** From then on nobody calls again. @default the duration */
  readonly to?: number;
}

/** Calls that begin at one moment, each of a client of its own. */
export interface Burst extends Asked {
  readonly at: number;
  readonly calls: number;
}

/** What calls ask for. */
export interface Asked {
  /** Share of them that ask for a stream, from 0 to 1. @default 0 */
  readonly stream?: number;
  /** In equal shares. @default the first that there is */
  readonly deployments?: readonly string[];
  /** How long an answer may be: `max_completion_tokens`, which a quota counts in advance. @default not said */
  readonly maxTokens?: number;
}

/** Nobody thinks for less, ms: who is refused at once would do nothing but call. */
export const leastThinkMs = 100;
