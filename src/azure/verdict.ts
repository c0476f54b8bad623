import type { Operation, Outcome, Verdict } from '../types.ts';
import { parseErrorBody } from './error-body.ts';
import { type Conclusion, PAGE, REJECTIONS, ROWS } from './error-table.ts';
import { networkError, textOf } from './network-error.ts';
import { retryAfterMs } from './retry-after.ts';

export interface Evidence {
  /** How the attempt ended. */
  readonly outcome: Outcome;
  /** Whether the platform says that there is a network. @default true */
  readonly online?: boolean;
  /** The caller's signal has aborted. */
  readonly aborted: boolean;
  /** Text of an error response's body, as far as it was read: see {@link needsBody}. */
  readonly body?: string | undefined;
  /** How long the attempt took, ms. */
  readonly durationMs: number;
  /** Unix time, ms. */
  readonly now: number;
  readonly operation: Operation;
}

/** What fails faster than this, ms, may have been a blink and is worth the same region once more. */
const FAST_MS = 1000;

const TOLD_APART: ReadonlySet<number> = new Set(ROWS.flatMap(({ on, says }) => (says ? on : [])));

const FINE: Verdict = Object.freeze({ kind: 'ok', blame: 'nobody', action: 'return', worked: 'yes' });

/** Says what an attempt's outcome was, whose fault, and what would help. Knows every outcome and never throws. */
export function judge(evidence: Evidence): Verdict {
  const { outcome, aborted, durationMs, operation } = evidence;
  const { response, error } = outcome;
  if (aborted) return verdict(['aborted', 'nobody', 'return', 'maybe'], durationMs);
  if (!response) return verdict(judgeRejection(error, evidence.online ?? true), durationMs);
  const { status } = response;
  if (status === 304) return FINE;
  if (status < 200 || status > 299) return judgeFailure(evidence, response);
  const page =
    operation.kind !== 'other' &&
    operation.boundTo.length === 0 &&
    /^text\/html/i.test(response.headers.get('content-type') ?? '');
  return page ? verdict(PAGE, durationMs) : FINE;
}

/** Whether {@link judge} has more to say about this status when it has the response's body. */
export function needsBody(status: number): boolean {
  return TOLD_APART.has(status);
}

/** What the chain itself gives up for, by the error's name. */
const OWN_ERRORS: Readonly<Record<string, Conclusion>> = Object.assign(Object.create(null), {
  TokenSourceError: ['token-source', 'nobody', 'failover', 'no'],
  SuspendedError: ['network', 'nobody', 'failover', 'maybe'],
  UnresponsiveError: ['timeout', 'network', 'failover', 'maybe'],
  AnswerBrokenError: ['bad-body', 'deployment', 'failover', 'maybe'],
  AnswerCutError: ['network', 'region', 'retry', 'maybe'],
  StreamBrokenError: ['stream-broken', 'deployment', 'failover', 'maybe'],
  StreamCutError: ['stream-broken', 'region', 'retry', 'maybe'],
  StreamStalledError: ['stream-broken', 'network', 'failover', 'maybe'],
});

function judgeRejection(error: unknown, online: boolean): Conclusion {
  const own = OWN_ERRORS[textOf(error, 'name')];
  if (own) return own;
  const kind = networkError(error);
  // A platform that says it has no network may be wrong, but not when nothing could be reached either.
  return REJECTIONS[!online && (kind === 'connect' || kind === 'network') ? 'offline' : kind];
}

function judgeFailure({ body, durationMs, now, operation }: Evidence, { status, headers }: Response): Verdict {
  const { code, type, inner, message } = parseErrorBody(body ?? '');
  const said = [code, type, inner, message].join('\n');
  const retryMs = retryAfterMs(headers, message, now);
  const found = ROWS.find(
    ({ on, says, hint, bound }) =>
      (on.includes(status) || on.includes(Math.floor(status / 100))) &&
      (!(says || hint || bound) ||
        says?.test(said) ||
        (hint && retryMs !== undefined) ||
        (bound && operation.boundTo.length > 0)),
  );
  return verdict(found?.so ?? ['unknown', 'nobody', 'return', 'maybe'], durationMs, retryMs);
}

function verdict([kind, blame, action, worked]: Conclusion, durationMs: number, hintMs?: number): Verdict {
  // Who asks to be left alone is not asked again at once.
  const moves = action === 'retry' && (!(durationMs < FAST_MS) || hintMs);
  return {
    kind,
    blame,
    action: moves ? 'failover' : action,
    worked,
    ...(hintMs !== undefined && action !== 'return' && { retryAfterMs: hintMs }),
  };
}
