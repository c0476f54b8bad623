import type { InBandError } from '../azure/in-band-error.ts';
import { memberOf } from '../azure/network-error.ts';
import type { Known } from '../health/choose.ts';
import type { RegionStatus } from '../health/record.ts';
import type { Attempt, Call, Verdict } from '../types.ts';
import { inWords, skippedInWords } from './words.ts';

/** How one attempt went. */
export interface AttemptRecord {
  readonly region: string;
  readonly kind: Attempt['kind'];
  /** Unix time, ms. */
  readonly startedAt: number;
  /** Until its answer was here, or its stream's first event, or the headers of what is neither; of a stream that broke, until it did. */
  readonly durationMs: number;
  /** Absent when no response came. */
  readonly status?: number;
  /**
   * What the platform or the service itself calls the failure: `ENOTFOUND`, `SELF_SIGNED_CERT_IN_CHAIN`, `DeploymentNotFound`.
   * A name of up to 64 letters, digits and underscores, as anything else may be text of a body. Browsers give none.
   */
  readonly code?: string;
  readonly verdict: Verdict;
  /** The service's own name for the request: what its support asks for. */
  readonly requestId?: string;
}

/** The decisions behind a response or an error. */
export interface Trace {
  readonly callId: string;
  readonly durationMs: number;
  readonly attempts: readonly AttemptRecord[];
  /** Regions that it did not ask, and that were down, cooling, forced out or on a ramp: what was believed of them when it came. */
  readonly skipped: readonly RegionStatus[];
  /** The same in words, for a person: `` `${explain(response)}` ``. */
  toString(): string;
}

class CallTrace implements Trace {
  readonly callId: string;
  readonly durationMs: number;
  readonly attempts: readonly AttemptRecord[];
  readonly skipped: readonly RegionStatus[];
  readonly #journal: Journal;
  constructor(callId: string, journal: Journal, now: number) {
    const { startedAt, attempts, skipped = [] } = journal;
    this.callId = callId;
    this.durationMs = Math.max(0, now - startedAt);
    this.attempts = attempts;
    this.skipped = skipped.filter((one) => attempts.every(({ region }) => region !== one.region));
    this.#journal = journal;
  }
  toString(): string {
    const { startedAt, deployment } = this.#journal;
    return [inWords(this.attempts), ...this.skipped.map((one) => skippedInWords(one, deployment, startedAt))].join(
      '; ',
    );
  }
}

interface Journal {
  readonly startedAt: number;
  readonly deployment?: string | undefined;
  readonly attempts: AttemptRecord[];
  skipped?: readonly RegionStatus[];
}

// Kept on the objects that every copy of a call shares, however it is made, and seen by nobody who lacks the symbol.
const journal = Symbol('journal');
const turn = Symbol('turn');
const verdicts = new WeakMap<object, Verdict>();
const traces = new WeakMap<object, Trace>();
const failures = new WeakMap<Response, InBandError>();

/** Gives a call the journal in which its attempts are written. */
export function beginJournal({ operation }: Call, startedAt: number): void {
  const begun: Journal = { startedAt, deployment: operation.deployment, attempts: [] };
  Object.assign(operation, { [journal]: begun });
}

const journalOf = ({ operation }: Call): Journal | undefined =>
  (operation as Call['operation'] & { readonly [journal]?: Journal })[journal];

/** A region's turn: its first attempt and what is tried there again. A call may have several under way. */
export interface Turn {
  readonly records: AttemptRecord[];
  /** Uses up a try that no other region needs for its first, if there is one. */
  readonly takeSpare: () => boolean;
  /** Whether a region is left that has not had its turn. */
  readonly hasOthers: () => boolean;
  /** How the stream ends that was handed over; `undefined` when its reader left it. */
  stream?: Promise<AttemptRecord | undefined>;
}

/** The first attempt of a turn, which keeps account of the turn. */
export function beginTurn(
  first: Attempt,
  means: Pick<Turn, 'takeSpare' | 'hasOthers'>,
): { readonly attempt: Attempt; readonly account: Turn } {
  const account: Turn = { records: [], ...means };
  return { attempt: { ...first, [turn]: account } as Attempt, account };
}

const turnOf = (call: Call): Turn | undefined => (call.attempt as { readonly [turn]?: Turn } | undefined)?.[turn];

/** Uses up one of the tries that a region has to spare, if there is one. */
export function takeSpare(call: Call): boolean {
  return turnOf(call)?.takeSpare() ?? false;
}

/** Whether another region could still be tried. */
export function hasOthers(call: Call): boolean {
  return turnOf(call)?.hasOthers() ?? false;
}

/** The call's answer is a stream that has only begun. Returns what takes its end, which may be another record in place of the one there is. */
export function beginStream(call: Call): (end: (record: AttemptRecord) => AttemptRecord | undefined) => void {
  const account = turnOf(call);
  let resolve: (ended: AttemptRecord | undefined) => void = () => {};
  if (account)
    account.stream = new Promise((done) => {
      resolve = done;
    });
  return (end) => {
    const record = account?.records.findLast(({ verdict }) => verdict.kind === 'ok');
    let ended: AttemptRecord | undefined;
    try {
      ended = record && end(record);
    } finally {
      // Also when the caller's own `classify` threw.
      resolve(ended);
    }
    if (record && ended)
      for (const list of [account?.records, journalOf(call)?.attempts]) {
        const at = list?.indexOf(record) ?? -1;
        if (list && at >= 0) list[at] = ended;
      }
  };
}

/** Writes an attempt down. */
export function recordAttempt(call: Call, record: AttemptRecord): void {
  journalOf(call)?.attempts.push(record);
  turnOf(call)?.records.push(record);
}

/** Writes down what was believed, when the call came, of the regions that others were preferred to. */
export function recordSkipped(call: Call, skipped: readonly Known[]): void {
  const own = journalOf(call);
  if (own) own.skipped ??= skipped.map(({ status }) => status());
}

/** The attempts of a call so far. */
export function attemptsOf(call: Call): readonly AttemptRecord[] {
  return journalOf(call)?.attempts ?? [];
}

/** What a call has been through by `now`. A try that was outrun may still be written down a moment later. */
export function traceOf(call: Call, now: number): Trace {
  return new CallTrace(call.id, journalOf(call) ?? { startedAt: now, attempts: [] }, now);
}

/** Of a call that did not get as far as an attempt. */
export const emptyTrace = (callId: string): Trace => new CallTrace(callId, { startedAt: 0, attempts: [] }, 0);

/** Remembers what was judged of a response or an error. */
export function attachVerdict(result: object, verdict: Verdict): void {
  verdicts.set(result, verdict);
}

/** What was judged of a response or an error; `undefined` for one that a middleware made itself. */
export function verdictOf(result: unknown): Verdict | undefined {
  return isObject(result) ? verdicts.get(result) : undefined;
}

/** What a response says went wrong inside it, though its status says that nothing did. */
export function failureInside(response: Response): InBandError | undefined {
  return failures.get(response);
}

export function attachFailure(response: Response, failure: InBandError): void {
  failures.set(response, failure);
}

export function attachTrace(result: unknown, trace: Trace): void {
  if (!isObject(result)) return;
  traces.set(result, trace);
  // All that an error of the OpenAI SDK keeps of a response. What went well pays nothing for it.
  if (result instanceof Response && !result.ok) traces.set(result.headers, trace);
}

/** What was attached to this very object: see {@link explain}. */
export const attachedTrace = (result: object): Trace | undefined => traces.get(result);

/** Where SDKs keep what they made an error of; of several tries, the last one first. */
const INSIDE = ['headers', 'response', 'cause', 'lastError', 'errors', 0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const MAX_INSIDE = 200;

/**
 * The decisions behind a response or an error: every attempt, its verdict, its cost, why the next region. An error may also be
 * one that an SDK made of it, as long as it keeps the response, its headers or our error somewhere inside (`cause`, `errors`, …):
 * the AI SDK keeps none of them where the service answered with an error status. `undefined` where nothing is known.
 */
export function explain(result: unknown): Trace | undefined {
  const found = new Set([result]);
  // What is added meanwhile has its turn too, the nearest first.
  for (const one of found) {
    if (!isObject(one)) continue;
    const trace = attachedTrace(one);
    if (trace) return trace;
    if (found.size < MAX_INSIDE) for (const name of INSIDE) found.add(memberOf(one, name));
  }
  return undefined;
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';
