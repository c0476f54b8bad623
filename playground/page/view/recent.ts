import type { AttemptSeen, CallRecord, RunRecord } from '../../engine/types.ts';
import { countUntil } from './find.ts';

/** What calls that began lately came to. */
export interface Recent {
  readonly calls: readonly CallRecord[];
  /** Answered calls by region. */
  readonly answeredBy: ReadonlyMap<string, number>;
  /** Over, and not answered as they should be. */
  readonly failed: readonly CallRecord[];
  /** Had to ask more than one region, or one more than once. */
  readonly moved: readonly CallRecord[];
}

/** The calls that began in a window until a moment, judged by what was known at that moment. Times in ms. */
export function recentCalls({ calls }: RunRecord, at: number, windowMs: number): Recent {
  const begun = calls.slice(countUntil(calls, at - windowMs, beganAt), countUntil(calls, at, beganAt));
  const answeredBy = new Map<string, number>();
  for (const { region, fate, headersAt } of begun) {
    if (region === undefined || fate === 'failed' || headersAt === undefined || headersAt > at) continue;
    answeredBy.set(region, (answeredBy.get(region) ?? 0) + 1);
  }
  return {
    calls: begun,
    answeredBy,
    failed: begun.filter(({ fate, endedAt }) => fate !== 'ok' && endedAt <= at),
    moved: begun.filter(({ attempts }) => (attempts[1]?.sentAt ?? Number.POSITIVE_INFINITY) <= at),
  };
}

/** Whether one answer was not all that it came to, as far as is known. */
export const hadToMove = ({ attempts, fate }: CallRecord): boolean =>
  attempts.length > 1 || (fate !== 'ok' && fate !== 'open');

/** No call is looked for that began longer ago, ms. */
const LONGEST_MS = 120_000;

/** Calls that are not over. */
export const pendingCalls = ({ calls }: RunRecord, at: number): readonly CallRecord[] =>
  calls
    .slice(countUntil(calls, at - LONGEST_MS, beganAt), countUntil(calls, at, beganAt))
    .filter(({ endedAt }) => endedAt > at);

/** An attempt, and the call that it is for. */
export interface Sent {
  readonly call: CallRecord;
  readonly attempt: AttemptSeen;
}

/** Every attempt of a run, in the order of sending. */
export const allAttempts = ({ calls }: RunRecord): readonly Sent[] =>
  calls
    .flatMap((call) => call.attempts.map((attempt) => ({ call, attempt })))
    .sort((a, b) => a.attempt.sentAt - b.attempt.sentAt);

const beganAt = (call: CallRecord): number => call.beganAt;
