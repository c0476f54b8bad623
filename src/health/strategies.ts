import type { Call, RegionOptions } from '../types.ts';
import type { RegionStatus } from './record.ts';

/** A region that may take a call. */
export interface Candidate {
  /** All but the credential; `priority` and `weight` filled in. */
  readonly options: RegionOptions;
  /** `latencyMs` is that of calls like this one: streamed, or not. */
  readonly status: RegionStatus;
  /** Attempts that wait for its answer now. */
  readonly inFlight: number;
}

/** Orders the regions that may take a call. Pure; the first is tried first. */
export type Strategy = (candidates: readonly Candidate[], call: Call, random: () => number) => readonly Candidate[];

/**
 * Primary first, backups in order; among regions of equal priority, split by weight. A provisioned deployment in front of a
 * pay-as-you-go one is a primary: what it throttles spills over, and it is back when its cool-down ends.
 */
export function priority(): Strategy {
  return function priority(candidates, _call, random) {
    const order = candidates.map(({ options }) => options.priority ?? 0);
    if (order.every((value, index) => index === 0 || value > (order[index - 1] as number))) return candidates;
    const drawn = shuffled(candidates, random);
    return drawn.sort((a, b) => (a.options.priority ?? 0) - (b.options.priority ?? 0));
  };
}

/** Active-active: each region gets its share of the calls, by `weight`, whatever its `priority`. */
export function weighted(): Strategy {
  return function weighted(candidates, _call, random) {
    return shuffled(candidates, random);
  };
}

/** What must be gained for a region further down the list, part and ms: caches of prompts are warm where the last call went. */
const WORTH = 0.2;
const WORTH_MS = 50;

/**
 * The faster of two that are picked at random, by time to the answer and calls in flight; of two that are much alike, the
 * preferred one. Regions of which nothing is known are asked first, one call at a time.
 */
export function latency(): Strategy {
  return function latency(candidates, _call, random) {
    const [first, second, ...rest] = shuffled(candidates, random);
    if (!first || !second) return candidates;
    const [one, other] =
      (first.options.priority ?? 0) <= (second.options.priority ?? 0) ? [first, second] : [second, first];
    const gain = costOf(one) - costOf(other);
    const moves = gain > WORTH_MS && gain > costOf(one) * WORTH;
    return [...(moves ? [other, one] : [one, other]), ...rest.sort((a, b) => costOf(a) - costOf(b))];
  };
}

/** Its latency, once for each call in flight and this one; of an unknown one, nothing if it is idle. */
function costOf({ status: { latencyMs }, inFlight }: Candidate): number {
  return latencyMs === undefined ? inFlight * Number.MAX_SAFE_INTEGER : latencyMs * (inFlight + 1);
}

/** The exponential race: the smallest of −ln(u)/weight is each one's with a chance in proportion to its weight. */
function shuffled(candidates: readonly Candidate[], random: () => number): Candidate[] {
  return candidates
    .map((candidate) => ({ candidate, draw: -Math.log(1 - random()) / (candidate.options.weight ?? 1) }))
    .sort((a, b) => a.draw - b.draw)
    .map(({ candidate }) => candidate);
}
