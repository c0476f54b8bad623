import { parseErrorBody } from './error-body.ts';

/** What a service said went wrong after it had answered with a 200, in the words of an answer that says so at once. */
export interface InBandError {
  /** The status that such an answer would have. */
  readonly status: number;
  /** Its body. */
  readonly body: string;
  /** It says that it failed, and not why. */
  readonly vague: boolean;
}

/** First match wins, on the lines `code`, `type` and `message`. What matches none is the service's own failure. */
const STATUSES: readonly (readonly [RegExp, number])[] = [
  [/^(too_many_requests|rate_limit\w*|insufficient_quota)$/im, 429],
  [/^(invalid_\w+|content_filter|context_length_exceeded|unsupported_\w+|\w+_not_found|\w+_policy_violation)$/im, 400],
  [/^(moderation_blocked|(?:empty_|failed_to_download_)?image_\w+|failed_to_download_image|BadRequest)$/im, 400],
  // What the caller did wrong may also be said to exceed a capacity.
  [/rate limit|high demand|overloaded|capacity|no_kv_space/i, 429],
];

/**
 * The error that an event is, in any of the shapes that were seen: `{ error }`, of a chat or named `error`; the flat
 * `{ type: 'error', code, message }`; `response.failed`. `undefined` for an event that is none.
 */
export function inBandError(type: string, json: Readonly<Record<string, unknown>>): InBandError | undefined {
  const said = json['error'] ?? undefined;
  const failed = type === 'response.failed';
  if (!failed && type !== 'error' && (said === undefined || json['choices'] !== undefined)) return undefined;
  const response = json['response'];
  const own = failed && typeof response === 'object' && response !== null && 'error' in response && response.error;
  const error = (own || said) ?? (failed ? null : json);
  const body = written(error);
  const { code, type: named, message } = parseErrorBody(body);
  const number = Number(code);
  const told = number >= 400 && number <= 599 ? number : undefined;
  const text = [code, named, message].join('\n');
  const status = told ?? STATUSES.find(([pattern]) => pattern.test(text))?.[1] ?? 500;
  return { status, body, vague: error === null };
}

function written(error: unknown): string {
  try {
    return JSON.stringify({ error });
  } catch {
    // Nested so deeply that it can be read, but not written.
    return '{"error":{}}';
  }
}
