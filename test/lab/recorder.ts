import type { JournalEntry } from '../../src/simulator/journal.ts';
import type { AttemptSeen, CallSeen, TripSeen } from './seen.ts';

export interface Ending {
  readonly endedAt: number;
  readonly ok: boolean;
}

/** Writes down what happens in a run. Times come in as the world's, and are kept from the start of the run. */
export class Recorder {
  readonly calls: CallSeen[] = [];
  readonly attempts: AttemptSeen[] = [];
  readonly trips: TripSeen[] = [];
  /** Times at which something was held against a region. */
  readonly blames: number[] = [];
  /** Requests to a region that had asked for more patience. */
  earlyRetries = 0;
  /** Regions that worked on a call, by call. */
  readonly #worked = new Map<number, Set<string>>();
  readonly #asked = new Set<number>();
  readonly #begun: Omit<CallSeen, keyof Ending>[] = [];

  begin(call: Omit<CallSeen, keyof Ending>): number {
    return this.#begun.push(call) - 1;
  }

  end(call: number, ending: Ending): void {
    const begun = this.#begun[call];
    if (begun) this.calls[call] = { ...begun, ...ending };
  }

  attempt(call: number, region: number, sentAt: number): void {
    this.attempts.push({ sentAt, region, call, first: !this.#asked.has(call) });
    this.#asked.add(call);
  }

  /** An exchange is over, as the region saw it. */
  heard({ method, earlyByMs, fault, status, closedBy, clientRequestId, region }: JournalEntry): void {
    if (method !== 'POST') return;
    if (earlyByMs !== undefined) this.earlyRetries++;
    // A model that was given up on goes on, and is billed.
    const worked = status === undefined ? closedBy === 'client' && isAtWork(fault) : status < 300;
    if (!worked) return;
    const call = Number(clientRequestId);
    const regions = this.#worked.get(call) ?? new Set();
    this.#worked.set(call, regions.add(region));
  }

  /** Calls that two regions have worked on. */
  get paidTwice(): number {
    return [...this.#worked.values()].filter(({ size }) => size > 1).length;
  }
}

/** Nothing keeps a region from answering that was given no fault, or only a slow one. */
const isAtWork = (fault: string | undefined): boolean => fault === undefined || /^(slow|latency)/.test(fault);
