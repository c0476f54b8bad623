import { BoundedMap } from './bounded-map.ts';
import type { FaultSelection } from './fault-selection.ts';

/** What a fault has done so far. */
export interface Tally {
  /** Requests it drew a lot for. */
  drawn: number;
  /** Those it let pass before the first it strikes. */
  passed: number;
  struck: number;
}

/** Counts what a fault strikes: of all together, or of each logical request. */
export class StrikeCounts {
  readonly #skip: number;
  readonly #times: number;
  readonly #all: Tally = { drawn: 0, passed: 0, struck: 0 };
  readonly #byId: BoundedMap<Tally> | undefined;

  constructor({ skip = 0, times = Number.POSITIVE_INFINITY, perRequest }: FaultSelection) {
    this.#skip = skip;
    this.#times = times;
    this.#byId = perRequest && new BoundedMap(mostRequests);
  }

  /** Whether there is nothing left for it to strike; what counts by request never knows. */
  get over(): boolean {
    return this.#all.struck >= this.#times;
  }

  of(requestId: string): Tally {
    if (!this.#byId) return this.#all;
    const tally = this.#byId.get(requestId) ?? { drawn: 0, passed: 0, struck: 0 };
    this.#byId.set(requestId, tally);
    return tally;
  }

  /** Counts one more that it could strike, and says whether it does. */
  take(tally: Tally): boolean {
    if (tally.passed < this.#skip) {
      tally.passed++;
      return false;
    }
    if (tally.struck >= this.#times) return false;
    tally.struck++;
    return true;
  }
}

/** Remembered at a time; who makes more of them would rather run on than run out of memory. */
const mostRequests = 10_000;
