import { systemClock } from '../clock.ts';
import { within } from '../within.ts';

/** Redis answers within a millisecond or so; what takes longer than this is given up, ms. */
const ANSWER_MS = 5_000;

/**
 * Bounds what waits for a server that may never answer. What a client has sent cannot be called off, so that nothing more is asked
 * until what was given up has ended after all.
 */
export function redisPatience(): <T>(ask: () => Promise<T>) => Promise<T> {
  let overdue = 0;
  return async (ask) => {
    if (overdue > 0) throw new Error('Redis has not answered what it was asked before');
    let [ended, givenUp] = [false, false];
    const work = async () => {
      try {
        return await ask();
      } finally {
        ended = true;
        if (givenUp) overdue--;
      }
    };
    try {
      return await within({ clock: systemClock, ms: ANSWER_MS, signal: new AbortController().signal }, work);
    } catch (error) {
      if (!ended) {
        givenUp = true;
        overdue++;
      }
      throw error;
    }
  };
}
