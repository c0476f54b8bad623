import type { Clock } from '../../src/index.ts';
import type { JournalEntry, Scenario } from '../../src/simulator/index.ts';
import type { Memory } from './memory.ts';
import type { Site } from './rivals/rival.ts';

/** Where a scenario is run: regions that can be called, clients that can call them, and time. */
export interface World {
  /** Everybody's. */
  readonly clock: Required<Clock>;
  readonly sites: readonly [Site, ...Site[]];
  /** How long a caller waits for the end of an answer, ms. */
  readonly patienceMs: number;
  /** Calls that may be under way at a time; one more is not made. @default no limit */
  readonly mostCalls?: number;
  /** Where all clients keep what they learn. @default each in one of its own */
  readonly memory?: Memory;
  /**
   * A client with a network and a clock of its own.
   *
   * @param restart what it does when it is to start anew.
   */
  client(restart: (stored: 'kept' | 'lost') => void): Equipment;
  /** Lets the scenario's faults begin and end in their time. Resolves when its duration is over. */
  play(scenario: Scenario, signal: AbortSignal): Promise<void>;
  /** Resolves when the clock shows this, Unix time in ms. */
  until(time: number): Promise<void>;
  /** Lets time pass until the promise settles. */
  settle<T>(promise: Promise<T>): Promise<T>;
  /** What the regions know of the requests that brought this `x-ms-client-request-id`, in the order of arrival. */
  entries(requestId: string): readonly JournalEntry[];
}

/** What one client has at hand. */
export interface Equipment {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Required<Clock>;
}
