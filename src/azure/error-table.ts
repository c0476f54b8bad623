import type { Verdict } from '../types.ts';
import type { NetworkErrorKind } from './network-error.ts';

/** `retry` holds for a failure that came fast: the same failure moves on when it came slowly. */
export type Conclusion = readonly [Verdict['kind'], Verdict['blame'], Verdict['action'], Verdict['worked']];

/** Holds for its statuses; where it names conditions, as soon as one of them is met. */
export interface Row {
  /** A single digit stands for its whole hundred. */
  readonly on: readonly number[];
  /** Tested on the lines `code`, `type`, inner code and `message` of the error's body. */
  readonly says?: RegExp;
  /** The service says when to come back. */
  readonly hint?: true;
  /** The request names state that lives in one region. */
  readonly bound?: true;
  readonly so: Conclusion;
}

const INVALID: Conclusion = ['invalid', 'caller', 'return', 'no'];
const STATE: Conclusion = ['state-bound', 'caller', 'return', 'no'];
const FORBIDDEN: Conclusion = ['forbidden', 'credential', 'failover', 'no'];
const ABSENT: Conclusion = ['no-deployment', 'deployment', 'failover', 'no'];
const CAPACITY: Conclusion = ['no-capacity', 'deployment', 'failover', 'no'];
/** A page instead of an answer: a captive portal's, most likely. */
export const PAGE: Conclusion = ['bad-body', 'network', 'failover', 'no'];

/** First match wins. */
export const ROWS: readonly Row[] = [
  // What a filter refused is billed all the same.
  { on: [400], says: /^content_filter$|^ResponsibleAI/m, so: ['invalid', 'caller', 'return', 'yes'] },
  { on: [400], says: /^(invalid_encrypted_content|previous_response_not_found)$/m, so: STATE },
  { on: [400], says: /encrypted content .*could not be|^(item|previous response) .*(not found|required)/im, so: STATE },
  { on: [400, 404], says: /^(DeploymentNotFound|model_not_found|unknown_model)$/m, so: ABSENT },
  { on: [400, 404], says: /(deployment|model) .*does not exist|not enabled in this region/, so: ABSENT },
  { on: [401], says: /^PermissionDenied$|lacks the required|does not have access/m, so: FORBIDDEN },
  { on: [401], so: ['unauthorized', 'credential', 'failover', 'no'] },
  {
    on: [403, 429, 500],
    says: /^insufficient_quota$|temporarily blocked|call volume quota/m,
    so: ['blocked', 'credential', 'failover', 'no'],
  },
  { on: [403], so: FORBIDDEN },
  { on: [404, 410], bound: true, so: STATE },
  { on: [404], says: /^ResourceNotFound$/m, so: ABSENT },
  { on: [410], so: ABSENT },
  { on: [408], so: ['timeout', 'deployment', 'failover', 'maybe'] },
  { on: [424], so: ['server-error', 'deployment', 'failover', 'maybe'] },
  { on: [429, 503], says: /NoCapacity|no_kv_space|high demand|temporarily unable to process|overloaded/, so: CAPACITY },
  { on: [429], so: ['throttled', 'deployment', 'failover', 'no'] },
  { on: [499], so: ['gateway', 'nobody', 'failover', 'maybe'] },
  { on: [501, 505], so: INVALID },
  { on: [503], hint: true, says: /^429$|rate limit|throttl|too.?many|busy/im, so: CAPACITY },
  { on: [503], says: /no healthy upstream|connection failure/, so: ['gateway', 'region', 'retry', 'no'] },
  { on: [502, 503, 504], so: ['gateway', 'region', 'retry', 'maybe'] },
  // Network Authentication Required, RFC 6585: always a captive portal's.
  { on: [511], so: PAGE },
  { on: [5], so: ['server-error', 'region', 'retry', 'maybe'] },
  { on: [4], so: INVALID },
  // Azure never redirects, and a key must not follow. A browser shows it as status 0.
  { on: [0, 3], so: ['gateway', 'region', 'failover', 'no'] },
];

/** What a rejection of `fetch` means. Who is to blame for `network` is decided by comparing regions. */
export const REJECTIONS: Readonly<Record<NetworkErrorKind, Conclusion>> = {
  connect: ['connect', 'network', 'retry', 'no'],
  network: ['network', 'network', 'retry', 'maybe'],
  timeout: ['timeout', 'region', 'failover', 'maybe'],
  offline: ['offline', 'nobody', 'return', 'no'],
  invalid: INVALID,
};
