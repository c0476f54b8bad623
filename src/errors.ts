import type { Trace } from './chain/journal.ts';

export type FailoverErrorCode =
  /** Every region that may take the call failed without an answer. */
  | 'ERR_ALL_REGIONS_FAILED'
  /** No region can be reached: it is the client's own network, as far as can be told. */
  | 'ERR_OFFLINE'
  /** `timeouts.totalMs` ran out, or what the OpenAI SDK says it will wait. */
  | 'ERR_TIMEOUT'
  /** The call names something that lives in one region, and that region does not answer. */
  | 'ERR_REGION_PINNED'
  /** No credential was to be had; no region was blamed. */
  | 'ERR_CREDENTIAL'
  /** A stream ended before it was whole. */
  | 'ERR_STREAM_BROKEN'
  /** The request's body could not be read, so it cannot be sent (again). */
  | 'ERR_BODY_NOT_REPLAYABLE'
  /**
   * The request cannot be sent as it is: `fetch` does not allow a header, its method or its URL, or it names what different
   * regions keep.
   */
  | 'ERR_INVALID_REQUEST';

/** Rejects like `fetch` does: a `TypeError`, with a stable `code` and the trace. */
export class FailoverError extends TypeError {
  override readonly name = 'FailoverError';
  readonly code: FailoverErrorCode;
  /** Every attempt and its verdict. Not enumerable, so that a logged error stays readable. */
  declare readonly trace: Trace;
  /** When trying again could help, ms from now. */
  declare readonly retryAfterMs?: number;

  constructor(
    code: FailoverErrorCode,
    message: string,
    details: { readonly trace: Trace; readonly cause?: unknown; readonly retryAfterMs?: number | undefined },
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    Object.defineProperty(this, 'trace', { value: details.trace });
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }
}
