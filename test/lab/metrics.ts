import { counted, percentile, sum } from '../../playground/engine/numbers.ts';
import type { AttemptSeen, CallSeen, Seen, Window } from './seen.ts';
import { FAILURE_MS } from './truth.ts';

/** A figure of one run; `null` where it has no meaning. */
type Metric = (seen: Seen) => number | null;

const WINDOW_MS = 10_000;
const BIN_MS = 5_000;
/** What a fleet has adapted to by then, ms. */
const SETTLED_MS = 30_000;
/** How long a region that comes back takes to be warm, and which share of the load it takes when it is cold. */
const WARM_UP_MS = 60_000;
const COLD = 0.3;
/** Fewer calls than these in a bin are chance. */
const LEAST_CALLS = 20;
const LEAST_PER_SECOND = 15;

/** Calls that were answered as they should be / calls. */
export const success: Metric = ({ calls }) =>
  calls.length === 0 ? null : calls.filter(({ ok }) => ok).length / calls.length;

/** Calls that ended in an error though some region was able to answer. A count. */
export const avoidableErrors: Metric = ({ calls, truth }) =>
  calls.filter(({ ok, deployment, beganAt, endedAt }) => !ok && truth.couldAnswer(deployment, beganAt, endedAt)).length;

/** First attempts that were sent to a region that was down, while another was up / calls begun during the outage. */
export const wasted: Metric = (seen) => {
  const { outage, calls, truth } = seen;
  const begun = during(outage, calls);
  const hopeful = begun.filter(({ deployment, beganAt }) => truth.isAnyUp(deployment, beganAt));
  if (!outage || hopeful.length === 0) return null;
  const lost = firstAttempts(seen).filter((attempt) => {
    const { beganAt, deployment } = callOf(seen, attempt);
    return isWithin(outage, beganAt) && truth.isAnyUp(deployment, beganAt) && isLost(seen, attempt);
  });
  return lost.length / begun.length;
};

/**
 * What calls cost beyond what they cost an oracle that knows which regions are up and asks the best one at once / what
 * they cost the oracle. A call costs its time until headers, and one that failed 30 s at least. Over calls begun during
 * the outage; over all where there is none.
 */
export const regret: Metric = ({ outage, calls, truth }) => {
  const begun = during(outage, calls);
  if (begun.length === 0) return null;
  const best = sum(begun.map(({ deployment, beganAt, bestMs }) => bestMs ?? truth.oracleMs(deployment, beganAt)));
  const cost = sum(begun.map((call) => (call.ok ? latencyOf(call) : Math.max(FAILURE_MS, latencyOf(call)))));
  return cost / best - 1;
};

/** Attempts sent to one region / calls begun, in 10 s: of the region and the 10 s where it was most. */
export const amplificationPeak: Metric = (seen) =>
  amplification(seen, { fromMs: (seen.outage?.fromMs ?? 0) % WINDOW_MS, untilMs: seen.endMs });

/** The same from 30 s after the outage's start until its end. */
export const amplificationAfter: Metric = (seen) =>
  seen.outage ? amplification(seen, { fromMs: seen.outage.fromMs + SETTLED_MS, untilMs: seen.outage.untilMs }) : null;

function amplification({ perSecond, calls, attempts, truth }: Seen, { fromMs, untilMs }: Window): number | null {
  if (perSecond * (WINDOW_MS / 1_000) < LEAST_CALLS) return null;
  const inWindows = (times: readonly number[]): number[] => counted(times, fromMs, untilMs, WINDOW_MS);
  const begun = inWindows(calls.map(({ beganAt }) => beganAt));
  const ratios = truth.places.flatMap((_, place) =>
    inWindows(attempts.filter(({ region }) => region === place).map(({ sentAt }) => sentAt)).flatMap((sent, at) => {
      const calls = begun[at] ?? 0;
      return calls < LEAST_CALLS ? [] : [sent / calls];
    }),
  );
  return ratios.length === 0 ? null : Math.max(...ratios);
}

/**
 * From the outage's start to the end of the first 5 s in which less than 20 % of the first attempts went to a region that
 * was down, and of the next 5 s too. The length of the outage where that never came.
 */
export const failoverMs: Metric = (seen) => {
  const { outage, perSecond, truth } = seen;
  if (!outage || !hasBins(perSecond) || !truth.isAnyUp(seen.calls[0]?.deployment ?? '', outage.fromMs)) return null;
  const inBins = (attempts: readonly AttemptSeen[]): number[] =>
    counted(
      attempts.map(({ sentAt }) => sentAt),
      outage.fromMs,
      outage.untilMs,
      BIN_MS,
    );
  const firsts = firstAttempts(seen);
  const all = inBins(firsts);
  const lost = inBins(firsts.filter((attempt) => isLost(seen, attempt)));
  const moved = all.map((count, at) => (lost[at] ?? 0) < 0.2 * count);
  const at = moved.findIndex((has, index) => has && moved[index + 1] !== false);
  return at < 0 ? outage.untilMs - outage.fromMs : (at + 1) * BIN_MS;
};

/**
 * From the outage's end to the end of the first 5 s in which 90 % of the first attempts went to the preferred region. The
 * time that was watched where that never came.
 */
export const failbackMs: Metric = (seen) => {
  const { outage, perSecond, endMs } = seen;
  if (!outage || !hasBins(perSecond) || endMs - outage.untilMs < BIN_MS) return null;
  const inBins = (attempts: readonly AttemptSeen[]): number[] =>
    counted(
      attempts.map(({ sentAt }) => sentAt),
      outage.untilMs,
      endMs,
      BIN_MS,
    );
  const firsts = firstAttempts(seen);
  const home = inBins(firsts.filter(({ region }) => region === 0));
  const at = inBins(firsts).findIndex((count, index) => count > 0 && (home[index] ?? 0) >= 0.9 * count);
  return at < 0 ? endMs - outage.untilMs : (at + 1) * BIN_MS;
};

/**
 * Attempts sent to the preferred region in 1 s / what it can take then, were it cold when it comes back: 30 % of the
 * fleet's load, growing to all of it over 60 s. The worst second of the first 90 s.
 */
export const recoveryPeak: Metric = ({ outage, warm, perSecond, endMs, attempts }) => {
  if (!outage || warm || perSecond < LEAST_PER_SECOND || endMs - outage.untilMs < WARM_UP_MS) return null;
  const { untilMs } = outage;
  const home = attempts.filter(({ region }) => region === 0).map(({ sentAt }) => sentAt);
  const ratios = counted(home, untilMs, Math.min(untilMs + 1.5 * WARM_UP_MS, endMs), 1_000).map((sent, at) => {
    const warmth = Math.min(1, COLD + (1 - COLD) * (((at + 0.5) * 1_000) / WARM_UP_MS));
    return sent / (warmth * perSecond);
  });
  return Math.max(...ratios);
};

/** How often a client took a region out of rotation with which nothing was wrong, per 100,000 calls. */
export const falseTripsPer100k: Metric = ({ trips, truth, calls }) =>
  trips && calls.length > 0
    ? (trips.filter(({ region, at }) => truth.isFine(region, at)).length / calls.length) * 100_000
    : null;

/** Half of the calls begun during the outage (of all, where there is none) had their headers, or failed, by then. */
export const p50Ms: Metric = ({ outage, calls }) => percentile(during(outage, calls).map(latencyOf), 0.5);

/** The same for 99 of 100. */
export const p99Ms: Metric = ({ outage, calls }) => percentile(during(outage, calls).map(latencyOf), 0.99);

const latencyOf = ({ beganAt, endedAt }: CallSeen): number => endedAt - beganAt;

const isWithin = ({ fromMs, untilMs }: Window, at: number): boolean => fromMs <= at && at < untilMs;

const during = (window: Window | undefined, calls: readonly CallSeen[]): readonly CallSeen[] =>
  window ? calls.filter(({ beganAt }) => isWithin(window, beganAt)) : calls;

const hasBins = (perSecond: number): boolean => perSecond * (BIN_MS / 1_000) >= LEAST_CALLS;

const firstAttempts = ({ attempts }: Seen): readonly AttemptSeen[] => attempts.filter(({ first }) => first);

function callOf({ calls }: Seen, { call }: AttemptSeen): CallSeen {
  const found = calls[call];
  if (!found) throw new Error(`attempt of call ${call}, of which there are ${calls.length}`);
  return found;
}

/** It was sent where it could not be answered. */
const isLost = (seen: Seen, attempt: AttemptSeen): boolean =>
  seen.truth.isDown(attempt.region, callOf(seen, attempt).deployment, attempt.sentAt);

/** First attempts that were sent to a region that was down while another was up. A count. */
export const lostFirst = (seen: Seen): number =>
  firstAttempts(seen).filter((attempt) => {
    const { deployment, beganAt } = callOf(seen, attempt);
    return seen.truth.isAnyUp(deployment, beganAt) && isLost(seen, attempt);
  }).length;

/** Clients whose first call after a moment went to the preferred region first / clients that called after it. */
export function homeAfter(seen: Seen, atMs: number): number | null {
  const next = new Map<number, number>();
  seen.calls.forEach(({ client, beganAt }, call) => {
    if (beganAt >= atMs && !next.has(client)) next.set(client, call);
  });
  const nexts = new Set(next.values());
  const home = firstAttempts(seen).filter(({ call, region }) => nexts.has(call) && region === 0);
  return nexts.size === 0 ? null : home.length / nexts.size;
}
