import { statusError } from './azure-errors.ts';
import { backendHeaders, type HeaderMap, type Stamp } from './azure-headers.ts';
import type { HintStyle, ShapeOf, Wording } from './fault-shape.ts';
import type { Metered } from './quota-meter.ts';
import type { Reply, StayAwayHint } from './reply.ts';
import type { Inference } from './route.ts';

/** Who is throttled, and when. */
export interface ThrottleContext {
  readonly stamp: Stamp & { readonly deployment: string };
  readonly operation: Inference;
  readonly apiVersion: string;
  /** Unix time, ms. */
  readonly now: number;
}

const aDay = 86_400;

/** The 429 of a deployment whose quota is used up, with the hint where the style puts it. */
export function throttleReply(fault: ShapeOf<'429'>, context: ThrottleContext): Reply {
  const seconds = fault.style === 'huge' ? aDay : fault.seconds;
  const hint = hintOf(fault.style, seconds, context.now);
  const inMessage = fault.style !== 'reset' && hint !== undefined;
  const message =
    fault.style === 'capacity'
      ? capacityMessage(Math.ceil(seconds))
      : quotaMessage(fault.wording, inMessage ? Math.ceil(seconds) : undefined, context);
  return {
    status: 429,
    headers: { ...backendHeaders(context.stamp, 'json'), ...headersOf(fault.style, seconds, context.now) },
    body: statusError(429, message),
    ...(hint && { stayAway: hint }),
  };
}

/** The 429 of a deployment whose quota was counted, and is used up. */
export function quotaReply(quota: ShapeOf<'quota'>, metered: Metered, context: ThrottleContext): Reply {
  const { usedUp = 'tokens', waitMs } = metered;
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const hint = { 'retry-after': String(seconds), [`x-ratelimit-reset-${usedUp}`]: String(seconds) };
  return {
    status: 429,
    headers: { ...backendHeaders(context.stamp, 'json'), ...limitHeaders(quota, metered), ...hint },
    body: statusError(429, quotaMessage('b', seconds, context, usedUp)),
    stayAway: { forMs: seconds * 1000 },
  };
}

/** What is left of a quota that is counted. */
export function limitHeaders(quota: ShapeOf<'quota'>, { remainingTokens, remainingRequests }: Metered): HeaderMap {
  return {
    'x-ratelimit-limit-requests': String(quota.requestsPerMinute),
    'x-ratelimit-remaining-requests': String(remainingRequests),
    'x-ratelimit-limit-tokens': String(quota.tokensPerMinute),
    'x-ratelimit-remaining-tokens': String(remainingTokens),
  };
}

/** What a client that reads everything there is would understand. */
function hintOf(style: HintStyle, seconds: number, now: number): StayAwayHint | undefined {
  switch (style) {
    case 'none':
    case 'bad':
      return undefined;
    case 'ms':
    case 'both':
      return { forMs: Math.ceil(seconds * 1000) };
    case 'date':
      return { untilMs: wholeSecond(now + seconds * 1000) };
    default:
      return { forMs: Math.ceil(seconds) * 1000 };
  }
}

function headersOf(style: HintStyle, seconds: number, now: number): HeaderMap {
  const whole = String(Math.ceil(seconds));
  const milliseconds = String(Math.ceil(seconds * 1000));
  const usedUp: HeaderMap = { 'x-ratelimit-limit-tokens': '450000', 'x-ratelimit-remaining-tokens': '0' };
  switch (style) {
    case 's':
    case 'huge':
      return { ...usedUp, 'retry-after': whole };
    case 'ms':
      return { ...usedUp, 'retry-after-ms': milliseconds };
    case 'date':
      return { ...usedUp, 'retry-after': new Date(wholeSecond(now + seconds * 1000)).toUTCString() };
    case 'both':
      return { ...usedUp, 'retry-after': whole, 'retry-after-ms': milliseconds };
    case 'bad':
      return { 'retry-after': 'abc', 'retry-after-ms': '-1', 'x-ratelimit-reset-tokens': '0' };
    case 'reset':
      return { ...usedUp, 'x-ratelimit-reset-tokens': whole };
    case 'text':
    case 'none':
    case 'capacity':
      return {};
  }
}

/** An HTTP date has no milliseconds; later rather than earlier. */
function wholeSecond(ms: number): number {
  return Math.ceil(ms / 1000) * 1000;
}

function quotaMessage(
  wording: Wording,
  seconds: number | undefined,
  context: ThrottleContext,
  usedUp: 'tokens' | 'requests' = 'tokens',
): string {
  const { stamp, apiVersion } = context;
  const action = {
    chat: 'ChatCompletions_Create',
    responses: 'Responses_Create',
    embeddings: 'Embeddings_Create',
    completions: 'Completions_Create',
    transcriptions: 'Transcriptions_Create',
    translations: 'Translations_Create',
  }[context.operation];
  const retry = seconds === undefined ? '' : ` Please retry after ${seconds} seconds.`;
  switch (wording) {
    case 'a':
      return `Requests to the ${action} Operation under Azure OpenAI API version ${apiVersion} have exceeded ${usedUp === 'tokens' ? 'token' : 'call'} rate limit of your current OpenAI S0 pricing tier.${retry} Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.`;
    case 'b':
      return `Your requests to ${stamp.deployment} for ${stamp.deployment} in ${stamp.region} have exceeded the ${usedUp === 'tokens' ? 'token' : 'call'} rate limit for your current AIServices S0 pricing tier. This request was for ${action} under Azure OpenAI API version ${apiVersion}.${retry}`;
    case 'c':
      return `Rate limit is exceeded.${seconds === undefined ? '' : ` Try again in ${seconds} seconds.`}`;
  }
}

/** Of a region that has no room for more. */
export function capacityMessage(seconds?: number): string {
  const retry = seconds === undefined ? '' : ` Please retry after ${seconds} seconds.`;
  return `The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load.${retry} For improved capacity reliability, consider switching to Provisioned Throughput.`;
}
