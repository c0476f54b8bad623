import { BoundedMap } from './bounded-map.ts';
import type { ShapeOf } from './fault-shape.ts';

/** What a deployment has left of its quota. */
export interface Metered {
  /** What ran out; `undefined` where the request is let through. */
  readonly usedUp?: 'tokens' | 'requests';
  /** When there is enough again, ms; 0 where there is. */
  readonly waitMs: number;
  readonly remainingTokens: number;
  readonly remainingRequests: number;
}

interface Usage {
  /** Tokens by the second they were granted in, oldest first; of the last minute. */
  tokens: { readonly second: number; readonly count: number }[];
  /** Requests of one slice. */
  slice: { readonly at: number; count: number };
}

const minute = 60;
const sliceSeconds = 10;
/** Counted at a time; who names more of them starts the oldest anew. */
const mostDeployments = 1000;

/**
 * Counts as Azure does: tokens that were granted in the last minute, and requests in slices of ten seconds, those that are
 * refused included. Per deployment.
 */
export class QuotaMeter {
  readonly #tokensPerMinute: number;
  readonly #requestsPerSlice: number;
  #usage = new BoundedMap<Usage>(mostDeployments);

  constructor({ tokensPerMinute, requestsPerMinute }: ShapeOf<'quota'>) {
    this.#tokensPerMinute = tokensPerMinute;
    this.#requestsPerSlice = Math.ceil((requestsPerMinute * sliceSeconds) / minute);
  }

  /**
   * One more request.
   *
   * @param cost tokens.
   * @param now Unix time, ms.
   */
  take(deployment: string, cost: number, now: number): Metered {
    const second = Math.floor(now / 1000);
    const at = Math.floor(second / sliceSeconds);
    const usage = this.#usage.get(deployment) ?? { tokens: [], slice: { at, count: 0 } };
    this.#usage.set(deployment, usage);
    usage.tokens = usage.tokens.filter((granted) => granted.second > second - minute);
    if (usage.slice.at !== at) usage.slice = { at, count: 0 };
    usage.slice.count++;

    const used = usage.tokens.reduce((sum, { count }) => sum + count, 0);
    const left = {
      remainingTokens: Math.max(0, this.#tokensPerMinute - used),
      remainingRequests: Math.max(0, this.#requestsPerSlice - usage.slice.count),
    };
    if (usage.slice.count > this.#requestsPerSlice) {
      return { ...left, usedUp: 'requests', waitMs: (at + 1) * sliceSeconds * 1000 - now };
    }
    if (used + cost > this.#tokensPerMinute) {
      return { ...left, usedUp: 'tokens', waitMs: this.#fitsAt(usage, used + cost, second) * 1000 - now };
    }
    grant(usage, second, cost);
    return { ...left, remainingTokens: left.remainingTokens - cost, waitMs: 0 };
  }

  /** Nothing is used. */
  refill(): void {
    this.#usage = new BoundedMap(mostDeployments);
  }

  /** The second in which so many of the last minute's tokens are no longer its. */
  #fitsAt({ tokens }: Usage, wanted: number, second: number): number {
    let left = wanted;
    for (const granted of tokens) {
      left -= granted.count;
      if (left <= this.#tokensPerMinute) return granted.second + minute;
    }
    // More than a minute's: never, and Azure asks to wait a minute for it.
    return second + minute;
  }
}

function grant(usage: Usage, second: number, cost: number): void {
  const last = usage.tokens.at(-1);
  if (last?.second === second) usage.tokens = [...usage.tokens.slice(0, -1), { second, count: last.count + cost }];
  else usage.tokens.push({ second, count: cost });
}
