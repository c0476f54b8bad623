import type { Manners } from '../support/manners.ts';

const BROKEN = 'AI_APICallError 200 < FailoverError ERR_STREAM_BROKEN (stream-broken)';
const BROKEN_FIRST = 'part AI_APICallError 200 < FailoverError ERR_STREAM_BROKEN (server-error)';

/** What the service says in a stream, and the caller's abort, are parts of the stream; what our fetch rejects with is thrown. */
export const aiSdkManners = {
  asPart: (error) => `part ${error}`,
  throttled: 'AI_APICallError 429 429',
  filtered: 'AI_APICallError 400 content_filter',
  unreachable: {
    node: 'AI_APICallError < FailoverError ERR_OFFLINE (connect)',
    chromium: 'FailoverError ERR_OFFLINE (network)',
  },
  down: 'AI_APICallError 503',
  broken: BROKEN,
  malformed: BROKEN,
  errorEvent: BROKEN,
  errorFirst: ['part AI_APICallError 500', BROKEN_FIRST],
  aborted: 'AbortError',
  abortedEarly: 'part abort',
  abortedStream: 'part abort',
  pinned: {
    node: 'AI_APICallError < FailoverError ERR_REGION_PINNED (connect)',
    chromium: 'FailoverError ERR_REGION_PINNED (network)',
  },
  neverBegun: 'FailoverError ERR_ALL_REGIONS_FAILED (stream-broken)',
  ownCalls: { unreachable: { node: 3, chromium: 1 }, down: 3, throttled: 3 },
} satisfies Manners;
