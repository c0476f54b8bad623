import type { SimEndpoint } from '../endpoint.ts';
import type { JournalEntry } from '../journal.ts';

// What goes over the wire, all of it JSON under `/__sim/v1`; times are Unix time, ms. Types alone, so that a page may
// import them.

/** `GET /health`. */
export interface ControlHealth {
  readonly status: 'ok';
  /** By the simulator's clock. */
  readonly now: number;
}

/** `GET /version`. */
export interface ControlVersion {
  /** Of this API. */
  readonly api: 1;
  /** Told anew to each simulator, so that one that was started again can be told from the one before. */
  readonly run: string;
}

/** `GET /state`. No secret is in it. */
export interface SimulatorState {
  /** By name, in the simulator's order. */
  readonly regions: Readonly<Record<string, RegionState>>;
  /** The one that was started last through this API. */
  readonly scenario: ScenarioState | null;
}

export interface RegionState {
  readonly url: string;
  /** `null` where it has any. */
  readonly deployments: readonly string[] | null;
  /** Whether who comes back too early is answered 429 again. */
  readonly strictRetry: boolean;
  /** Those that are on, oldest first. */
  readonly faults: readonly FaultState[];
}

export interface FaultState {
  readonly id: string;
  /** As `parseFault` reads it. */
  readonly fault: string;
  readonly since: number;
  /** When it ends by itself. */
  readonly until?: number;
}

export interface ScenarioState {
  readonly id: string;
  readonly state: 'playing' | 'paused' | 'ended' | 'stopped' | 'failed';
  /** Seconds of its own time that were over when it was paused or came to its end. */
  readonly atSeconds?: number;
  /** Why it failed. */
  readonly problem?: string;
}

/**
 * `PUT /state` makes the faults of all regions these, `PATCH /state` (RFC 7396) those of the regions that it names. What
 * is on already stays on, without a new start. What `GET /state` answered can be sent back: what else it says of a region
 * is not looked at.
 */
export interface StateChange {
  readonly regions: Readonly<Record<string, { /** `null`: none. */ readonly faults?: readonly FaultInput[] | null }>>;
}

/** A fault as `parseFault` reads it, or that and how long it lasts, which overrules its `~ttl`. */
export type FaultInput = string | { readonly fault: string; readonly ttlMs?: number };

/** `GET /endpoints`, which takes the token as the keys are in it. */
export interface ControlEndpoints {
  readonly endpoints: readonly (Omit<SimEndpoint, 'deployments'> & {
    readonly deployments: readonly string[] | null;
  })[];
}

/** `POST /regions`, which answers as `GET /endpoints` does of it. */
export interface RegionInput {
  readonly name: string;
  /** @default any that is free */
  readonly port?: number;
  readonly display?: string;
  readonly deployments?: readonly string[];
  readonly latencyMs?: number | string;
  readonly modelMs?: number | string;
  readonly cors?: string;
  readonly strictRetry?: boolean;
  readonly tokenSeconds?: number;
  readonly prefix?: string;
}

/** `GET /journal`. */
export interface ControlJournal {
  /** Oldest first. One without `endedAt` is not over. */
  readonly entries: readonly JournalEntry[];
}

/**
 * `GET /events`, as `text/event-stream`: the type is its `event`, the rest its `data`. Its `id` brings back, as
 * `last-event-id`, what came after it.
 */
export type ControlEvent =
  /** A request came, or is over. */
  | { readonly type: 'arrival' | 'end'; readonly entry: JournalEntry }
  /** `at`: when it was noticed, which for what ends by itself is some ms late; its `until` is exact. */
  | {
      readonly type: 'fault-on' | 'fault-off';
      readonly at: number;
      readonly region: string;
      readonly fault: FaultState;
    }
  /** There are more regions, or fewer: these. */
  | { readonly type: 'regions'; readonly at: number; readonly regions: readonly string[] }
  | { readonly type: 'scenario'; readonly at: number; readonly scenario: ScenarioState }
  /** What came after the id that was sent is not known any more: read `/state` and `/journal` anew. */
  | { readonly type: 'gap' };

/** What every refusal is, as `application/problem+json` (RFC 9457). */
export interface ProblemDetails {
  readonly type: 'about:blank';
  /** The status in words. */
  readonly title: string;
  readonly status: number;
  /** What is wrong, and what would not be. */
  readonly detail: string;
}
