import { FailoverError, type FailoverErrorCode } from '../errors.ts';
import type { HealthBook } from '../health/book.ts';
import { homeOf } from '../health/choose.ts';
import type { Call, Verdict } from '../types.ts';
import { keep } from '../within.ts';
import { type AttemptRecord, attachVerdict, attemptsOf, traceOf, verdictOf } from './journal.ts';
import { remake } from './remake.ts';
import { leftAlone } from './words.ts';

/** How a region's turn ended. */
export interface Failure {
  readonly region: string;
  readonly verdict: Verdict;
  /** What was thrown, where no response came. */
  readonly error: unknown;
}

/**
 * The end of a call that no region answered well: the most useful real response, or a `FailoverError`. Either says that
 * another layer's retries are in vain, and when they would not be.
 */
export function surrender(
  call: Call,
  now: number,
  { best, last }: { readonly best?: { readonly response: Response }; readonly last?: Failure },
  health: Pick<HealthBook, 'plan' | 'isLocal' | 'statuses'>,
): Response {
  const { freeAt, cooling } = health.plan(call);
  const retryAfterMs = freeAt === undefined ? undefined : Math.max(0, Math.ceil(freeAt - now));
  if (best) return withHeaders(best.response, retryAfterMs);
  const trace = traceOf(call, now);
  const what =
    call.operation.deployment === undefined
      ? call.operation.kind
      : `${call.operation.kind} with ${call.operation.deployment}`;
  const code = codeOf(call, now, last, health.isLocal);
  const home = homeOf(call);
  const isForced = health.statuses().some(({ region, forced }) => region === home && forced === 'out');
  const nobody =
    now >= call.deadline
      ? 'the time was over before one was asked'
      : home === undefined
        ? 'each lacks the deployment or was forced out'
        : `${home} ${isForced ? 'was forced out' : 'lacks the deployment'}`;
  // Its message is our own, and says what helps.
  const told = last?.error instanceof Error && last.error.name === 'TokenSourceError' ? [last.error.message] : [];
  const untold = cooling.filter(({ region }) => !last || trace.skipped.every((one) => one.region !== region.name));
  const alone = untold.map((one) => leftAlone(one.region.name, one, now));
  const why = [...told, last ? String(trace) : nobody, ...alone].join('; ');
  const [id = ''] = call.operation.boundTo;
  const message =
    MESSAGES[last?.verdict.kind ?? ''] ??
    MESSAGES[code] ??
    `Only ${home} can answer a call that names ${named(id)}, and it did not`;
  // The platform quotes the URL of a request that it does not take, and with it a password.
  const cause = /^\w+:\/\/[^/?#]*@/.test(call.url) ? undefined : last?.error;
  throw new FailoverError(code, `${message} (${what}): ${why}`, { trace, cause, retryAfterMs });
}

/** What binds a call, as an error names it. */
export const named = (id: string): string => (id.startsWith('#') ? `encrypted content (${id})` : id);

/** By the code, unless the last verdict says more. */
const MESSAGES: Readonly<Record<string, string | undefined>> = {
  offline: 'This client seems to be offline',
  ERR_ALL_REGIONS_FAILED: 'No region answered',
  ERR_CREDENTIAL: 'No credential was to be had',
  // So do certificates, CORS and the pages of a proxy look, where they fail all regions alike.
  ERR_OFFLINE: 'No region can be reached, perhaps because of this client’s network',
  ERR_INVALID_REQUEST: 'The request cannot be sent as it is',
  ERR_TIMEOUT: 'No region answered in time',
};

function codeOf(call: Call, now: number, last: Failure | undefined, isLocal: boolean): FailoverErrorCode {
  const attempts = attemptsOf(call);
  if (last?.verdict.kind === 'offline' || failedAlike(attempts, isLocal)) return 'ERR_OFFLINE';
  if (last?.verdict.action === 'return') return 'ERR_INVALID_REQUEST';
  // A token that was refused, and could not be renewed, is none.
  const lacksToken = ({ verdict: { kind } }: AttemptRecord): boolean =>
    kind === 'token-source' || kind === 'unauthorized';
  if (last?.verdict.kind === 'token-source' && attempts.every(lacksToken)) return 'ERR_CREDENTIAL';
  if (homeOf(call) !== undefined) return 'ERR_REGION_PINNED';
  return now >= call.deadline ? 'ERR_TIMEOUT' : 'ERR_ALL_REGIONS_FAILED';
}

/** No region can be reached, and this call reached none: it is this client's own network, as far as can be told. */
export function failedAlike(attempts: readonly AttemptRecord[], isLocal: boolean): boolean {
  return isLocal && attempts.length > 0 && attempts.every(({ verdict }) => verdict.blame === 'network');
}

/** What SDKs would try again, though another try would end the same. */
const sdksRetry = (status: number): boolean => status === 408 || status === 409 || status === 429 || status >= 500;

/** A response that is handed over because nothing would help. */
export function handOver(response: Response): Response {
  return sdksRetry(response.status) ? withHeaders(response, undefined) : response;
}

/** Headers of a response that came from the network cannot be changed, so it is made anew around the same body. */
function withHeaders(response: Response, retryAfterMs: number | undefined): Response {
  const { status, body } = response;
  // An opaque redirect has no headers and cannot be remade, nor can what a middleware has begun to read.
  if (status < 200 || status > 599 || response.bodyUsed || body?.locked) return response;
  const headers = new Headers(response.headers);
  headers.set('x-should-retry', 'false');
  if (retryAfterMs !== undefined) {
    headers.set('retry-after-ms', String(retryAfterMs));
    headers.set('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  }
  const final = remake(response, body, headers);
  const verdict = verdictOf(response);
  if (verdict) attachVerdict(final, verdict);
  // Node cancels a body when the Response it came with is collected.
  keep(final, response);
  return final;
}
