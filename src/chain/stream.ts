import type { EventTap } from '../azure/event-stream.ts';
import type { Clock } from '../clock.ts';
import { FailoverError } from '../errors.ts';
import type { Call } from '../types.ts';
import type { StreamJudge } from './classify.ts';
import { attachFailure, attachTrace, beginStream, traceOf } from './journal.ts';
import { remake } from './remake.ts';
import { type StreamEnd, StreamWatch } from './watch.ts';

/**
 * Hands a response over when its stream has begun to answer; others as they are. `unfollow`: its caller may let go of it;
 * `goesOn`: its first event has come, if only to say that the answer will.
 */
export type OpenStream = (
  call: Call,
  response: Response,
  signal: AbortSignal,
  unfollow: () => void,
  goesOn: () => void,
) => Promise<Response>;

/** What hears the events that a region's stream to this call is made of; `undefined` where nobody needs to. */
export type StreamTap = (call: Call) => EventTap | undefined;

/** Watches over streams: until they have begun, when whatever fails is a failover's, and until they have ended. */
export function createStreams(clock: Clock, idleMs: number, judge: StreamJudge, tap: StreamTap): OpenStream {
  return async function openStream(call, response, signal, unfollow, goesOn) {
    const { body } = response;
    if (!isEventStream(response) || typeof body?.getReader !== 'function' || body.locked) return response;
    let tell: ReturnType<typeof beginStream> | undefined;
    const onEnd = (end: StreamEnd): unknown => {
      if (typeof end === 'string') {
        tell?.((record) => (end === 'whole' ? record : undefined));
        return undefined;
      }
      const { broken } = end;
      tell?.((record) => judge(call, record, broken));
      const trace = traceOf(call, clock.now());
      const why =
        broken instanceof Error && broken.name.startsWith('Stream') ? broken.message : 'the connection was lost';
      const error = new FailoverError(
        'ERR_STREAM_BROKEN',
        `The stream from ${call.attempt?.region.name ?? new URL(call.url).host} broke: ${why}`,
        { trace, cause: broken },
      );
      attachTrace(error, trace);
      return error;
    };
    const watch = new StreamWatch(body, {
      kind: call.operation.kind,
      clock,
      idleMs,
      signal,
      tap: tap(call),
      onEnd,
      onGone: unfollow,
      onFirst: goesOn,
    });
    const failure = await watch.begin();
    const made = remake(response, watch.body());
    // A limit that is known when the headers go out is what they say when to come back for.
    const isLimit = failure?.vague && response.headers.has('retry-after');
    if (!failure) tell = beginStream(call);
    // A stored response that failed is told again as it was: its region answers well now.
    else if (call.method !== 'GET') attachFailure(made, isLimit ? { ...failure, status: 429 } : failure);
    return made;
  };
}

const isEventStream = ({ status, headers }: Response): boolean =>
  status === 200 && /^text\/event-stream/i.test(headers.get('content-type') ?? '');
