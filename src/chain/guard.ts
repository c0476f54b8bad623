import type { Settings } from '../options.ts';
import type { Middleware } from '../types.ts';
import { within } from '../within.ts';
import { hasOthers } from './journal.ts';
import type { Liveness } from './liveness.ts';
import type { OpenStream } from './stream.ts';
import { isAnswer, whole } from './whole.ts';

/** The region is silent, and does not answer the simplest question either. */
class Unresponsive extends Error {
  override readonly name = 'UnresponsiveError';
  readonly code = 'NO_SIGN_OF_LIFE';
  constructor(region: string) {
    super(`${region} is silent, and does not answer when asked whether it is alive`);
  }
}

/**
 * Gives each attempt its time until its answer begins, and not more than the call has left. One that is silent is given up
 * early if its region is dead; while the region is alive it goes on, or a long answer would be paid for twice. JSON is handed
 * over whole, where asking again does no harm: half of it is worth nothing, and the next region has all.
 */
export function guard(
  { clock, timeouts, mayReason }: Pick<Settings, 'clock' | 'timeouts' | 'mayReason'>,
  liveness: Liveness,
  openStream: OpenStream,
): Middleware {
  const { livenessMs, firstEventMs, responseMs, idleMs } = timeouts;
  return function guard(call, next) {
    const { stream, replayable } = call.operation;
    // A stream that is slow to begin is worth leaving only for another region.
    const limit = stream && hasOthers(call) ? firstEventMs : responseMs;
    const leftMs = call.deadline - clock.now();
    const ms = Math.min(limit, leftMs);
    // A region that has spoken is at work, perhaps on what it will not show: elsewhere that would only begin anew.
    const reasoningMs = mayReason ? Math.min(Math.max(limit, responseMs), leftMs) : ms;
    const region = call.attempt?.region.name;
    const doubt =
      region !== undefined && livenessMs > 0 && livenessMs < ms
        ? {
            afterMs: livenessMs,
            ask: () => liveness.isAlive(region).then((alive) => (alive ? undefined : new Unresponsive(region))),
          }
        : undefined;
    let isHere = false;
    const limits = {
      clock,
      ms,
      longestMs: stream ? reasoningMs : leftMs,
      signal: call.signal,
      discard: dropBody,
      remainder: (response: Response) => (isHere ? null : bodyOf(response)),
      doubt,
    };
    return within(limits, (signal, unfollow, goesOn) => {
      const answer = next({ ...call, signal });
      const finish = (response: Response): Response | Promise<Response> => {
        if (!replayable || !isAnswer(response, call.url)) return response;
        goesOn();
        return whole(response, { clock, idleMs, signal }).then((held) => {
          isHere = true;
          return held;
        });
      };
      // A stored response is streamed when its URL asks for it.
      if (!stream && call.method !== 'GET') return answer.then(finish);
      return answer.then((response) => openStream(call, response, signal, unfollow, goesOn)).then(finish);
    });
  };
}

const bodyOf = ({ body }: Response): object | null => (typeof body === 'object' ? body : null);

/** Lets go of a response that nobody will read, so that its connection does not wait for a reader. */
export function dropBody(response: Response | undefined): void {
  // A body that somebody else is reading is theirs to end.
  if (response?.body?.locked === false) response.body.cancel().catch(() => {});
}
