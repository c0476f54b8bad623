import type { BreakerOptions } from '../../src/options.ts';
import { TUNED } from '../support/health.ts';

/** One thing that happened, and when, Unix time in ms. Nothing is ever added up: each look goes through all of it anew. */
export type Happened = { readonly at: number } & (
  | {
      readonly what: 'success' | 'alive' | 'release';
      /** How much had happened when the attempt was sent. */
      readonly sent: number;
      readonly probe: boolean;
      readonly startedAt: number;
    }
  | {
      readonly what: 'failure';
      readonly sent: number;
      readonly startedAt: number;
      readonly isConnection: boolean;
      /** Which any answer ends, and not only a good one. */
      readonly isReach: boolean;
      readonly points: number;
      readonly chance: number;
      readonly elsewhere: boolean;
    }
  | {
      readonly what: 'refusal';
      readonly sent: number;
      readonly probe: boolean;
      readonly startedAt: number;
      readonly hintMs: number | undefined;
      readonly chance: number;
    }
  | { readonly what: 'probe' | 'question'; readonly until: number }
  | { readonly what: 'answer'; readonly sent: number; readonly reached: boolean; readonly chance: number }
);

/** What does not change while all this happens. */
export interface Setting {
  readonly options: BreakerOptions;
  readonly perSecond: number;
  readonly bestPeer: number | undefined;
  readonly threshold: number;
}

/** What is to be seen of a record at one moment. */
export interface Seen {
  readonly state: 'closed' | 'open' | 'half-open' | 'ramping';
  /** Of its traffic. */
  readonly share: number;
  /** Until when it is open, or its probe keeps its place; 0 otherwise. */
  readonly until: number;
  readonly points: number;
  readonly failureShare: number | undefined;
  readonly opens: number;
  readonly excludedUntil: number;
}

interface Result {
  readonly at: number;
  /** None for a success. */
  readonly points: number;
}

/** The evidence that is left by `now`: of each failure since the last success, what has not faded. */
const evidence = (results: readonly Result[], now: number): number =>
  results
    .slice(results.findLastIndex(({ points }) => points === 0) + 1)
    .reduce((sum, { at, points }) => sum + points * 2 ** (-(now - at) / TUNED.halfLifeMs), 0);

/** How much each result still counts when the last one comes in: less with each minute, and with each result. */
const weights = (results: readonly Result[]): readonly number[] =>
  results.map((_, index) =>
    results.slice(index + 1).reduce((weight, { at }, later) => {
      const passed = at - (results[index + later]?.at ?? at);
      return weight * Math.min(Math.exp(-passed / TUNED.memoryMs), 1 - 1 / TUNED.memory);
    }, 1),
  );
const sum = (list: readonly number[]): number => list.reduce((total, one) => total + one, 0);

/** Goes through all that happened, and says what is to be seen of it at the end. */
export function look(
  list: readonly Happened[],
  { options, perSecond, bestPeer, threshold }: Setting,
  now: number,
): Seen {
  const { openMs, maxOpenMs, successesToClose, rampMs } = options;
  /** Where in the list the state changed: what was sent before that teaches nothing. */
  const changes: number[] = [];
  /** Since the circuit closed last. */
  let results: Result[] = [];
  /** Lost connections that counted, since the last change. */
  let lost: { readonly endedAt: number }[] = [];
  let state = 'closed' as Seen['state'];
  let until = 0;
  let successes = 0;
  let reach = false;
  let opens = 0;
  let closedAt = 0;
  let rampSince = 0;
  let refusals: {
    readonly at: number;
    readonly startedAt: number;
    readonly hintMs: number | undefined;
    readonly chance: number;
  }[] = [];

  const rampShare = (at: number): number => (at - rampSince) / rampMs;
  const isOnRamp = (at: number): boolean => state === 'ramping' && rampShare(at) < 1;
  const change = (index: number, to: Seen['state']): void => {
    changes.push(index);
    lost = [];
    state = to;
  };
  const openTime = (chance: number): number => {
    const ofThreeCalls = (TUNED.callsPerProbe * 1_000) / perSecond;
    const first = Math.max(openMs, Math.min(TUNED.longestFirstOpenMs, ofThreeCalls));
    return Math.min(maxOpenMs, first * 2 ** (opens - 1)) * (0.5 + chance / 2);
  };
  const isStale = (sent: number): boolean => changes.some((index) => index >= sent);
  const isEnough = (at: number): boolean => {
    const needed = isOnRamp(at) ? Math.min(TUNED.rampingThreshold, threshold / 2) : threshold;
    if (evidence(results, at) >= needed) return true;
    const counts = weights(results);
    const all = sum(counts);
    const share = sum(counts.filter((_, index) => (results[index]?.points ?? 0) > 0)) / all;
    return (all >= 10 && share >= 0.5) || (all >= 15 && share >= 0.3 && (bestPeer ?? 1) <= share / 2);
  };
  const answered = (index: number, at: number, well: boolean, probe: boolean): void => {
    if (state === 'ramping' && !isOnRamp(at)) state = 'closed';
    if (well) results.push({ at, points: 0 });
    if (state === 'closed' || state === 'ramping') return;
    if (state === 'open' && !well) return;
    successes = (state === 'open' ? 0 : successes) + (well || reach ? 1 : 0);
    if (state === 'open' || probe) until = 0;
    if (successes < successesToClose) {
      if (state === 'open') change(index, 'half-open');
      return;
    }
    change(index, rampMs > 0 && perSecond >= TUNED.rampsFrom ? 'ramping' : 'closed');
    rampSince = at;
    closedAt = at;
    results = [];
  };
  /** When the last of the refusals ends, and how many there were one after another. */
  const exclusion = (): { readonly until: number; readonly streak: number } =>
    refusals.reduce(
      (before, { at, startedAt, hintMs, chance }) => {
        const streak = startedAt < before.until ? before.streak : before.streak + 1;
        const asked = hintMs ?? Math.min(TUNED.longestCoolDownMs, TUNED.coolDownMs * 2 ** (streak - 1));
        const end = Math.ceil(at + asked + chance * Math.min(asked / 10, TUNED.longestJitterMs));
        return { until: Math.max(before.until, end), streak };
      },
      { until: 0, streak: 0 },
    );

  for (const [index, one] of list.entries()) {
    const { at } = one;
    switch (one.what) {
      case 'question':
        if (state === 'open') until = one.until;
        break;
      case 'answer':
        if (state !== 'open' || isStale(one.sent)) break;
        if (!one.reached) until = at + openTime(one.chance);
        else {
          change(index, 'half-open');
          until = 0;
          successes = 0;
        }
        break;
      case 'probe':
        if (state === 'open') successes = 0;
        // Whoever held the place for too long has lost it.
        if (state === 'open' || (state === 'half-open' && until !== 0)) change(index, 'half-open');
        if (state === 'half-open') until = one.until;
        break;
      case 'release':
        if (state === 'half-open' && one.probe && !isStale(one.sent)) until = 0;
        break;
      case 'refusal':
        refusals.push(one);
        if (!isStale(one.sent)) answered(index, at, false, one.probe);
        break;
      case 'alive':
        if (!isStale(one.sent)) answered(index, at, false, one.probe);
        break;
      case 'success':
        if (exclusion().until <= one.startedAt) refusals = [];
        if (!isStale(one.sent)) answered(index, at, true, one.probe);
        break;
      case 'failure': {
        if (isStale(one.sent)) break;
        const together = lost.at(-1);
        if (
          one.isConnection &&
          together &&
          one.startedAt < together.endedAt &&
          at - together.endedAt <= TUNED.togetherMs
        )
          break;
        if (one.isConnection) lost.push({ endedAt: at });
        results.push({ at, points: one.points });
        if (state === 'open') break;
        if (state !== 'half-open' && !(isEnough(at) && one.elsewhere)) break;
        const held = state === 'half-open' ? 0 : at - closedAt;
        opens = Math.min(TUNED.mostOpens, Math.max(0, opens - Math.floor(held / TUNED.forgivenMs)) + 1);
        change(index, 'open');
        until = at + openTime(one.chance);
        reach = one.isReach;
      }
    }
  }

  const counts = weights(results);
  const ramp = isOnRamp(now);
  const seen = ramp ? 'ramping' : state === 'ramping' ? 'closed' : state;
  return {
    state: seen,
    share: ramp ? Math.max(TUNED.leastShare, rampShare(now)) : seen === 'closed' ? 1 : 0,
    until: seen === 'open' || seen === 'half-open' ? until : 0,
    points: evidence(results, now),
    failureShare:
      sum(counts) < 5 ? undefined : sum(counts.filter((_, index) => (results[index]?.points ?? 0) > 0)) / sum(counts),
    opens,
    excludedUntil: exclusion().until,
  };
}
