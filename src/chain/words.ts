import { isCoolDown } from '../health/exclusion.ts';
import type { RegionStatus } from '../health/record.ts';
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

/** A cause that was stored may be one of a later version. */
const wordsOf = (cause: VerdictKind): string => WORDS[Object.hasOwn(WORDS, cause) ? cause : 'unknown'];

/** Attempts as a person would tell them. */
export function inWords(attempts: readonly AttemptRecord[]): string {
  return attempts.map(sentence).join('; ') || 'no region was asked';
}

/** What is held against a region, or a deployment there, and until when, Unix time in ms. */
interface Held {
  readonly until: number;
  readonly cause: VerdictKind;
}

/** Why a region was not asked. */
export function leftAlone(region: string, { until, cause }: Held, now: number): string {
  const time = `${Math.ceil((until - now) / 1_000)} s more`;
  return isCoolDown(cause)
    ? `${region} was left alone, as it asks for ${time} (${cause})`
    : `${region} was left alone for ${time}: it ${wordsOf(cause)}`;
}

/** Why others were preferred to a region, by what was believed of it then. */
export function skippedInWords(status: RegionStatus, deployment: string | undefined, then: number): string {
  const { region, forced, deployments } = status;
  if (forced === 'out') return `${region} is forced out`;
  const named = Object.hasOwn(deployments, deployment ?? '') ? deployments[deployment ?? ''] : undefined;
  const held = status.state === 'open' ? status : named;
  if (held) return leftAlone(region, held, then);
  if (status.state === 'half-open') return `${region} was left alone until it is tested: it ${wordsOf(status.cause)}`;
  return status.state === 'ramping'
    ? `${region} has only ${Math.round(status.share * 100)} % of its traffic back`
    : `${region} was left alone for a moment: something failed there`;
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
