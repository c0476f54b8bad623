import { ask, conclude, drop, type Outcome, outcomeOf } from '../../../playground/engine/rivals/ask.ts';
import { isFailure } from '../../../playground/engine/rivals/failure.ts';
import type { Policy, Site, Surroundings } from './policy.ts';

const BUCKET_MS = 1_000;
const BUCKETS = 10;
const RESET_MS = 30_000;

/** A breaker around each region, the next region as its fallback, the last region without one. */
export const opossum: Policy = {
  believes: true,
  createClient(surroundings) {
    const { sites } = surroundings;
    const breakers = sites.slice(0, -1).map((_, index) => new Breaker(surroundings, index));
    const from = async (index: number, path: string, init: RequestInit): Promise<Outcome> => {
      const asking = (): Promise<Outcome> => outcomeOf(ask(surroundings, sites[index] as Site, path, init));
      const breaker = breakers[index];
      if (!breaker) return asking();
      const outcome = await breaker.fire(asking);
      if (outcome && !isFailure(outcome)) return outcome;
      if (outcome) drop(outcome);
      return from(index + 1, path, init);
    };
    return { call: async (path, init) => conclude(await from(0, path, init)) };
  },
};

/** opossum's circuit with its defaults: half of the last ten seconds' calls failed, however few; one probe after 30 s. */
class Breaker {
  readonly #surroundings: Surroundings;
  readonly #index: number;
  readonly #buckets: { at: number; fires: number; failures: number }[] = [];
  #openedAt: number | undefined;
  #probing = false;

  constructor(surroundings: Surroundings, index: number) {
    this.#surroundings = surroundings;
    this.#index = index;
  }

  /** `undefined`: the circuit is open. */
  async fire(work: () => Promise<Outcome>): Promise<Outcome | undefined> {
    const now = this.#surroundings.clock.now();
    this.#bucket(now).fires++;
    if (this.#openedAt !== undefined) {
      if (this.#probing || !this.#isHalfOpen) return undefined;
      this.#probing = true;
    }
    const outcome = await work();
    if (isFailure(outcome)) this.#failed();
    // Any success does, also that of a call from before it opened.
    else if (this.#isHalfOpen) this.#close();
    return outcome;
  }

  get #isHalfOpen(): boolean {
    return this.#openedAt !== undefined && this.#surroundings.clock.now() >= this.#openedAt + RESET_MS;
  }

  #failed(): void {
    const now = this.#surroundings.clock.now();
    this.#bucket(now).failures++;
    const fires = this.#buckets.reduce((sum, bucket) => sum + bucket.fires, 0);
    const failures = this.#buckets.reduce((sum, bucket) => sum + bucket.failures, 0);
    // What fails late, while the circuit is open already, changes nothing.
    if (this.#isHalfOpen ? false : this.#openedAt !== undefined || failures / fires <= 0.5) return;
    this.#openedAt = now;
    this.#probing = false;
    this.#surroundings.onTrip(this.#index);
  }

  #close(): void {
    this.#openedAt = undefined;
    this.#probing = false;
  }

  #bucket(now: number): { at: number; fires: number; failures: number } {
    const at = Math.floor(now / BUCKET_MS);
    while ((this.#buckets[0]?.at ?? at) <= at - BUCKETS) this.#buckets.shift();
    const last = this.#buckets.at(-1);
    if (last?.at === at) return last;
    const bucket = { at, fires: 0, failures: 0 };
    this.#buckets.push(bucket);
    return bucket;
  }
}
