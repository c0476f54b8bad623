import type { Manners } from '../support/manners.ts';

/** It passes on what the service says, in classes of its own, and what our fetch throws, wrapped. */
export const openaiManners: Manners = {
  throttled: 'RateLimitError 429 429',
  filtered: 'BadRequestError 400 content_filter',
  unreachable: {
    node: 'APIConnectionError < FailoverError ERR_OFFLINE (connect)',
    chromium: 'APIConnectionError < FailoverError ERR_OFFLINE (network)',
  },
  down: 'InternalServerError 503',
  broken: 'FailoverError ERR_STREAM_BROKEN (stream-broken)',
  malformed: 'SyntaxError',
  errorEvent: 'APIError',
  errorFirst: 'APIError',
  aborted: 'APIUserAbortError < AbortError',
  abortedEarly: 'APIUserAbortError < AbortError',
  abortedStream: { because: 'the SDK takes an abort for the wish to stop reading' },
  pinned: {
    node: 'APIConnectionError < FailoverError ERR_REGION_PINNED (connect)',
    chromium: 'APIConnectionError < FailoverError ERR_REGION_PINNED (network)',
  },
  neverBegun: 'APIConnectionError < FailoverError ERR_ALL_REGIONS_FAILED (stream-broken)',
  ownCalls: { unreachable: 3, down: 1, throttled: 1 },
};
