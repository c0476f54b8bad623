import type { Plan } from '../health/choose.ts';
import type { VerdictKind } from '../types.ts';
import type { AttemptRecord } from './journal.ts';

const WORDS: Record<VerdictKind, string> = {
  ok: 'answered',
  aborted: 'was given up',
  offline: 'could not be asked: this client is offline',
  invalid: 'refused the request as it is',
  unauthorized: 'refused its credential',
  forbidden: 'did not let this credential or network in',
  blocked: 'has blocked this resource',
  'no-deployment': 'lacks the deployment',
  throttled: 'throttled it',
  'no-capacity': 'had no capacity',
  'server-error': 'failed inside',
  gateway: 'failed at its gateway',
  connect: 'could not be reached',
  network: 'lost the connection',
  timeout: 'did not answer in time',
  'stream-broken': 'broke the stream',
  'bad-body': 'was not what answered: the body is not the service’s',
  'token-source': 'was not asked: there was no credential for it',
  'state-bound': 'does not know what the request refers to',
  unknown: 'failed for an unknown reason',
};

/** Attempts as a person would tell them. */
export function inWords(attempts: readonly AttemptRecord[]): string {
  return attempts.map(sentence).join('; ') || 'no region was asked';
}

/** Why a region was not asked. */
export function leftAlone(one: Plan['cooling'][number], now: number): string {
  return `${one.region.name} was left alone, as it asks for ${Math.ceil((one.until - now) / 1_000)} s more (${one.cause})`;
}

/** What came in place of an answer: `404 DeploymentNotFound`. Nothing of the status 0, which hides what came. */
export const answerOf = ({ status, code }: Pick<AttemptRecord, 'status' | 'code'>): string =>
  [status, code].filter(Boolean).join(' ');

function sentence(record: AttemptRecord): string {
  const { region, kind, verdict, durationMs } = record;
  const details = [
    answerOf(record),
    `${Math.round(durationMs)} ms`,
    verdict.retryAfterMs !== undefined && `asks for ${Math.ceil(verdict.retryAfterMs / 1_000)} s`,
  ].filter(Boolean);
  return `${region}${kind === 'retry' ? ', tried again,' : ''} ${what(record)} (${details.join(', ')})`;
}

function what({ verdict: { kind, blame }, status, code }: AttemptRecord): string {
  if (kind === 'gateway' && /^(0|3..)$/.test(`${status}`)) return 'redirected, which is never followed';
  // A browser calls a lost connection and an answer that this page may not read by one name, and has no code for either.
  if (kind === 'network' && blame === 'network' && !code)
    return 'could not be reached, or its answer not read: network, CORS or CSP';
  return WORDS[kind];
}
