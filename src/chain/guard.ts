import type { Clock } from '../clock.ts';
import type { Timeouts } from '../options.ts';
import type { Middleware } from '../types.ts';
import { within } from '../within.ts';

/** Gives each attempt its time until the response's headers, and not more than the call has left. */
export function guard(timeouts: Timeouts, clock: Clock): Middleware {
  return function guard(call, next) {
    const limit = call.operation.stream ? timeouts.firstEventMs : timeouts.responseMs;
    const ms = Math.min(limit, call.deadline - clock.now());
    const limits = { clock, ms, signal: call.signal, discard: dropBody, remainder: bodyOf };
    return within(limits, (signal) => next({ ...call, signal }));
  };
}

const bodyOf = ({ body }: Response): object | null => (typeof body === 'object' ? body : null);

/** Lets go of a response that nobody will read, so that its connection does not wait for a reader. */
export function dropBody(response: Response | undefined): void {
  // A body that somebody else is reading is theirs to end.
  if (response?.body?.locked === false) response.body.cancel().catch(() => {});
}
