import type { BeliefSpan, RegionRecord, TruthSpan } from './types.ts';

/**
 * How long clients were right about regions that were up, or that answered nobody; in ms, of each client and region.
 * What is half true (a region that is slow, or full, or fails now and then) is counted on neither side.
 */
export function beliefAccuracy(
  regions: readonly RegionRecord[],
  untilMs: number,
): { readonly right: number; readonly all: number } {
  let right = 0;
  let all = 0;
  for (const { truth, belief = [] } of regions) {
    let next = 0;
    for (const span of belief) {
      while ((truth[next]?.to ?? Number.POSITIVE_INFINITY) <= span.from) next++;
      for (let at = next; at < truth.length; at++) {
        const so = truth[at];
        if (!so || so.from >= span.to) break;
        const ms = Math.min(so.to, span.to, untilMs) - Math.max(so.from, span.from);
        const judged = ms > 0 ? judge(so, span) : undefined;
        if (!judged) continue;
        right += ms * judged.right;
        all += ms * judged.all;
      }
    }
  }
  return { right, all };
}

/** How many clients are right, and how many there are; `undefined` where nobody can be. */
function judge(
  truth: TruthSpan,
  { clients }: BeliefSpan,
): { readonly right: number; readonly all: number } | undefined {
  const trusting = clients.closed + clients.ramping;
  const wary = clients.open + clients['half-open'] + clients.cooling;
  const all = trusting + wary;
  switch (truth.state) {
    case 'up':
      return { right: trusting, all };
    case 'down':
    case 'throttled':
    case 'refusing':
      return truth.share === 1 ? { right: wary, all } : undefined;
    default:
      return undefined;
  }
}
