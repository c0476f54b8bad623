import { percentile } from '../../engine/numbers.ts';
import type { BeliefSpan, RunRecord, TruthSpan } from '../../engine/types.ts';
import { countUntil, spanAt } from './find.ts';
import { recentCalls, type Sent } from './recent.ts';

/** How things stand with a region at a moment. */
export interface RegionAt {
  readonly truth: TruthSpan | undefined;
  readonly belief: BeliefSpan | undefined;
  /** Attempts under way. */
  readonly inFlight: number;
  /** Of the answered calls of the last ten seconds; `undefined` where there were none. */
  readonly share: number | undefined;
  /** Half of its good answers of the last ten seconds took no longer until their headers, ms. */
  readonly p50Ms: number | null;
  /** When the first client that leaves it alone will ask it again; absent where none does. */
  readonly askedAgainAt: number | undefined;
}

const WINDOW_MS = 10_000;
/** No attempt lasts longer than this, or its being under way is no news, ms. */
const LONGEST_MS = 120_000;

export function regionAt(record: RunRecord, sent: readonly Sent[], id: string, at: number): RegionAt {
  const region = record.regions.find((one) => one.id === id);
  const since = (ms: number): number => countUntil(sent, at - ms, ({ attempt }) => attempt.sentAt);
  const until = countUntil(sent, at, ({ attempt }) => attempt.sentAt);
  const own = (from: number) => sent.slice(from, until).filter(({ attempt }) => attempt.region === id);
  const { answeredBy } = recentCalls(record, at, WINDOW_MS);
  const answered = [...answeredBy.values()].reduce((sum, n) => sum + n, 0);
  const times = own(since(WINDOW_MS)).flatMap(({ attempt: { headersAt, sentAt, status } }) =>
    headersAt !== undefined && headersAt <= at && status !== undefined && status < 300 ? [headersAt - sentAt] : [],
  );
  return {
    truth: region && spanAt(region.truth, at),
    belief: region?.belief && spanAt(region.belief, at),
    inFlight: own(since(LONGEST_MS)).filter(({ attempt }) => attempt.endedAt > at).length,
    share: answered === 0 ? undefined : (answeredBy.get(id) ?? 0) / answered,
    p50Ms: percentile(times, 0.5),
    askedAgainAt: askedAgainAt(record, id, at),
  };
}

function askedAgainAt({ beliefs }: RunRecord, id: string, at: number): number | undefined {
  const latest = new Map<number, number | undefined>();
  for (const belief of beliefs) {
    if (belief.at > at) break;
    if (belief.status.region === id) latest.set(belief.client, belief.until);
  }
  const untils = [...latest.values()].filter((until) => until !== undefined && until > at) as number[];
  return untils.length === 0 ? undefined : Math.min(...untils);
}
