import type { Clock } from '../clock.ts';
import type { Events } from '../events.ts';
import type { Middleware } from '../types.ts';
import { attachTrace, traceOf } from './journal.ts';

/** Keeps what `explain` tells, and says when a call has settled. */
export function observe(clock: Clock, events: Events): Middleware {
  return async function observe(call, next) {
    const settle = (result: unknown): void => {
      const trace = traceOf(call, clock.now());
      attachTrace(result, trace);
      events.emit({ type: 'settled', callId: call.id, trace });
    };
    try {
      const response = await next(call);
      settle(response);
      return response;
    } catch (error) {
      settle(error);
      throw error;
    }
  };
}
