import type { RegionStatus } from '../../src/index.ts';
import type { Believed } from './observed.ts';

/** How often those are looked at whose beliefs change by the mere passing of time, ms. */
const STEP_MS = 1_000;

/** One client whose beliefs are watched. */
export interface Believer {
  readonly client: number;
  regions(): readonly RegionStatus[];
  /** By how much its clock is ahead of the world's, ms. */
  aheadMs(): number;
}

/** Writes down what clients believe, when they say that it changed and when time changes it. */
export class BeliefWatch {
  readonly believed: Believed[] = [];
  readonly #clock: { now(): number; timer(ms: number, callback: () => void): () => void };
  readonly #last = new Map<string, string>();
  readonly #timers = new Map<number, () => void>();

  constructor(clock: { now(): number; timer(ms: number, callback: () => void): () => void }) {
    this.#clock = clock;
  }

  /** Looks at a client now, and again as long as there is something that may change by itself. */
  look(believer: Believer): void {
    const { client } = believer;
    this.#timers.get(client)?.();
    this.#timers.delete(client);
    const aheadMs = believer.aheadMs();
    const at = this.#clock.now();
    let soonest = Number.POSITIVE_INFINITY;
    for (const status of believer.regions()) {
      this.#note({ at, client, status, aheadMs });
      const times = Object.values(status.deployments).map(({ until }) => until - aheadMs);
      if (status.state === 'open') times.push(status.until - aheadMs);
      if (status.state === 'ramping') times.push(at + STEP_MS);
      soonest = Math.min(soonest, ...times);
    }
    if (soonest === Number.POSITIVE_INFINITY) return;
    // It is past its time, not at it, that something is over.
    const ms = Math.min(Math.max(soonest - at, 0) + 1, STEP_MS);
    this.#timers.set(
      client,
      this.#clock.timer(ms, () => this.look(believer)),
    );
  }

  stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
  }

  #note(one: Believed): void {
    const key = `${one.client} ${one.status.region}`;
    const { latencyMs: _, ...said } = one.status;
    const text = JSON.stringify(said);
    if (this.#last.get(key) === text) return;
    this.#last.set(key, text);
    this.believed.push(one);
  }
}
