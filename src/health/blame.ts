import type { Verdict } from '../types.ts';

/** A failure of which it is not clear yet whose it was. */
export interface Suspicion {
  readonly callId: string;
  /** Where it happened: regions of one endpoint are nothing to compare with one another. */
  readonly site: string;
  /** As the caller says it. */
  readonly deployment: string;
  readonly verdict: Verdict;
  /** Of the response, where one came. */
  readonly status: number | undefined;
  /** Unix times, ms. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The region was out of reach before: that it still is says nothing of the client's network. */
  readonly expected?: boolean;
}

/** What is not clear yet. */
export interface Doubts<S extends Suspicion> {
  readonly open: readonly S[];
  /** Every region failed alike, and none has answered since: it is the client's own network, as far as can be told. */
  readonly local: boolean;
  /** When the first answer came after that, Unix time in ms: what was sent before teaches nothing. */
  readonly upSince: number;
}

/** What becomes of doubts: who is `guilty` after all, and what is `dropped`. */
export interface Judgement<S extends Suspicion> {
  readonly doubts: Doubts<S>;
  readonly guilty: readonly S[];
  readonly dropped: readonly S[];
}

/** An answer from elsewhere so much later says nothing any more of the network as it was, ms. */
const STALE_MS = 30_000;

/** In an outage there may be thousands; the latest tell as much. */
const MOST_OPEN = 200;

export const noDoubts: Doubts<never> = { open: [], local: false, upSince: Number.NEGATIVE_INFINITY };

/** Whether a verdict is a suspicion until something else is known. */
export function isSuspicion({ blame }: Verdict): boolean {
  return blame === 'network' || blame === 'region';
}

/** Whether the client's own network may have failed rather than the region: nothing came back. */
export function mayBeLocal({ kind, blame }: Verdict): boolean {
  return blame === 'network' || (blame === 'region' && kind === 'timeout');
}

/** Whether a suspicion is so old that nothing comes of it any more. */
export function isStale({ endedAt }: Suspicion, now: number): boolean {
  return Math.abs(now - endedAt) > STALE_MS;
}

/** One more failure. When it leaves none of so many sites that is not suspected, all fail alike. */
export function suspect<S extends Suspicion>(doubts: Doubts<S>, failure: S, sites: number): Judgement<S> {
  const open = [...doubts.open.slice(-MOST_OPEN), failure];
  const isOld = (one: S): boolean =>
    mayBeLocal(one.verdict) &&
    (isStale(one, failure.endedAt) || (one.startedAt < doubts.upSince && doubts.upSince <= failure.endedAt));
  const unreachable = new Set<string>();
  for (const one of open) if (mayBeLocal(one.verdict) && !one.expected && !isOld(one)) unreachable.add(one.site);
  const all = unreachable.size >= sites;
  const local = doubts.local || all;
  // One alone has nothing to be compared with.
  return part({ ...doubts, open, local: doubts.local || (all && sites > 1) }, (one) =>
    isOld(one) || (local && mayBeLocal(one.verdict)) ? 'dropped' : 'open',
  );
}

/**
 * A site answered what was sent at `startedAt`: the client's network is up, so what could not be reached meanwhile was to
 * blame itself. Only of its own failure from before that it is no proof: it may have come back with the network.
 */
export function answerFrom<S extends Suspicion>(
  doubts: Doubts<S>,
  site: string,
  startedAt: number,
  now: number,
): Judgement<S> {
  const { local, upSince } = doubts;
  return part({ ...doubts, local: false, upSince: local ? now : upSince }, (one) => {
    if (!mayBeLocal(one.verdict)) return 'open';
    const stale = isStale(one, now) || (one.site === site && startedAt >= one.endedAt);
    return local || stale ? 'dropped' : 'guilty';
  });
}

/**
 * A call is over. What failed the same way wherever it was sent is the request's own doing;
 * where the failures differ, the regions are to blame.
 */
export function callEnded<S extends Suspicion>(doubts: Doubts<S>, callId: string, answered: boolean): Judgement<S> {
  const own = doubts.open.filter((one) => one.callId === callId);
  const alike =
    !answered &&
    !own.some(({ verdict }) => mayBeLocal(verdict)) &&
    new Set(own.map(({ site }) => site)).size > 1 &&
    new Set(own.map(({ status }) => status)).size === 1;
  return part(doubts, (one) => {
    if (one.callId !== callId || mayBeLocal(one.verdict)) return 'open';
    return alike ? 'dropped' : 'guilty';
  });
}

function part<S extends Suspicion>(doubts: Doubts<S>, fate: (one: S) => 'open' | 'guilty' | 'dropped'): Judgement<S> {
  const parts: Record<'open' | 'guilty' | 'dropped', S[]> = { open: [], guilty: [], dropped: [] };
  for (const one of doubts.open) parts[fate(one)].push(one);
  const { open, guilty, dropped } = parts;
  return { doubts: { ...doubts, open }, guilty, dropped };
}
