import { parseErrorBody, readErrorBody } from '../azure/error-body.ts';
import { networkCode } from '../azure/network-error.ts';
import { judge, needsBody } from '../azure/verdict.ts';
import type { Clock } from '../clock.ts';
import type { Events } from '../events.ts';
import { isOnline } from '../platform.ts';
import type { Call, FailoverOptions, Middleware, Outcome, Verdict } from '../types.ts';
import { dropBody } from './guard.ts';
import { type AttemptRecord, attachVerdict, failureInside, recordAttempt, verdictOf } from './journal.ts';

/** Judges how an attempt ended, and writes it down. Waits only for the body of a failure. */
export type Judge = (call: Call, outcome: Outcome, startedAt: number) => Verdict | Promise<Verdict>;

export function createJudge(clock: Clock, events: Events, overrule: FailoverOptions['classify']): Judge {
  const conclude = (call: Call, outcome: Outcome, startedAt: number, endedAt: number, body?: string): Verdict => {
    const { response } = outcome;
    const durationMs = Math.max(0, endedAt - startedAt);
    const { aborted } = call.signal;
    const inside = response && failureInside(response);
    const builtIn = judge({
      // What says in its stream that it failed is judged as if it had said so at once.
      outcome: inside
        ? { response: new Response(null, { status: inside.status, headers: response.headers }) }
        : outcome,
      aborted,
      online: isOnline(),
      durationMs,
      now: endedAt,
      operation: call.operation,
      body: inside?.body ?? body,
    });
    // The caller's abort is nobody's verdict to overrule.
    const verdict = (aborted ? undefined : overrule?.(outcome, builtIn)) ?? builtIn;
    // What is handed over anyway needs no verdict on its way.
    const fine = response && verdict.kind === 'ok' && verdict.action === 'return';
    if (!fine) attachVerdict(response ?? (outcome.error as object), verdict);
    const requestId = response?.headers.get('apim-request-id') ?? response?.headers.get('x-request-id');
    const record: AttemptRecord = {
      region: call.attempt?.region.name ?? '',
      kind: call.attempt?.kind ?? 'first',
      startedAt,
      durationMs,
      ...(response && { status: response.status }),
      ...(!fine && !aborted && codeOf(outcome, inside?.body ?? body)),
      verdict,
      ...(requestId && { requestId }),
    };
    recordAttempt(call, record);
    events.emit({ type: 'attempt', callId: call.id, record });
    return verdict;
  };
  return (call, outcome, startedAt) => {
    const { response } = outcome;
    const endedAt = clock.now();
    if (!response || !needsBody(response.status)) return conclude(call, outcome, startedAt, endedAt);
    // What it says is worth no more time than the call has.
    const leftMs = Math.max(0, call.deadline - endedAt);
    return readErrorBody(response, clock, call.signal, leftMs).then((body) =>
      conclude(call, outcome, startedAt, endedAt, body),
    );
  };
}

/** Says what it means that a stream broke off which was handed over: in place of the attempt's record, another one. */
export type StreamJudge = (call: Call, record: AttemptRecord, error: unknown) => AttemptRecord;

export function createStreamJudge(clock: Clock, events: Events, overrule: FailoverOptions['classify']): StreamJudge {
  return (call, { startedAt, ...rest }, error) => {
    const now = clock.now();
    const durationMs = Math.max(0, now - startedAt);
    const { operation } = call;
    const { blame } = judge({ outcome: { error }, aborted: false, online: isOnline(), durationMs, now, operation });
    const builtIn: Verdict = {
      kind: 'stream-broken',
      // A connection that goes silent or away is its region's only if another one holds.
      blame: blame === 'deployment' || blame === 'nobody' ? blame : 'network',
      action: 'return',
      worked: 'yes',
    };
    const verdict = overrule?.({ error }, builtIn) ?? builtIn;
    const record = { ...rest, startedAt, durationMs, ...codeOf({ error }), verdict };
    events.emit({ type: 'stream-broken', callId: call.id, record });
    return record;
  };
}

/** A number only tells the status again; what is no name may be anybody's text. */
function codeOf({ response, error }: Outcome, body = ''): Pick<AttemptRecord, 'code'> {
  const code = response ? parseErrorBody(body).code : networkCode(error);
  return code && /^(?!\d+$)\w{1,64}$/.test(code) ? { code } : {};
}

/** Everything that comes from the network passes here, and leaves with a verdict. */
export function classify(judge: Judge, clock: Clock): Middleware {
  return async function classify(call, next) {
    const startedAt = clock.now();
    let response: Response;
    try {
      response = await next(call);
    } catch (thrown) {
      // A verdict is attached to objects; a transport may throw anything.
      // Nor may two calls that are failed with one error share its verdict.
      const own = typeof thrown === 'object' && thrown !== null && verdictOf(thrown) === undefined;
      const error = own ? thrown : new Error('fetch failed', { cause: thrown });
      await judge(call, { error }, startedAt);
      throw call.signal.aborted ? call.signal.reason : error;
    }
    try {
      const judging = judge(call, { response }, startedAt);
      if (judging instanceof Promise) await judging;
    } catch (error) {
      // The caller's own `classify` threw.
      dropBody(response);
      throw error;
    }
    return response;
  };
}
