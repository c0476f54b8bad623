import type { Call, RegionOptions } from '../types.ts';
import type { RegionStatus } from './record.ts';

/** A region that may take a call. */
export interface Candidate {
  /** All but the credential; `priority` and `weight` filled in. */
  readonly options: RegionOptions;
  readonly status: RegionStatus;
  /** Attempts that wait for its answer now. */
  readonly inFlight: number;
}

/** Orders the regions that may take a call. Pure; the first is tried first. */
export type Strategy = (candidates: readonly Candidate[], call: Call, random: () => number) => readonly Candidate[];

/** Primary first, backups in order; among regions of equal priority, split by weight. */
export function priority(): Strategy {
  return function priority(candidates, _call, random) {
    const order = candidates.map(({ options }) => options.priority ?? 0);
    if (order.every((value, index) => index === 0 || value > (order[index - 1] as number))) return candidates;
    // The exponential race: the smallest of −ln(u)/weight is each one's with a chance in proportion to its weight.
    const drawn = candidates.map((candidate, index) => ({
      candidate,
      priority: order[index] as number,
      draw: -Math.log(1 - random()) / (candidate.options.weight ?? 1),
    }));
    return drawn.sort((a, b) => a.priority - b.priority || a.draw - b.draw).map(({ candidate }) => candidate);
  };
}
