import type { Clock } from '../clock.ts';
import type { HealthBook } from '../health/book.ts';
import type { RetryOptions } from '../options.ts';
import type { Call, Middleware } from '../types.ts';
import { dropBody } from './guard.ts';
import { attemptsOf, takeSpare, verdictOf } from './journal.ts';

/**
 * Networks blink: what failed fast in a region that nothing speaks against is tried there once more, at once.
 * The second failure is persistent, and is failover's.
 */
export function retry({ sameRegion }: RetryOptions, health: HealthBook, clock: Clock): Middleware {
  return async function retry(call, next) {
    const { attempt, operation } = call;
    const region = attempt?.region.name ?? '';
    let tries = attempt && attempt.kind !== 'probe' ? sameRegion : 0;
    for (let current: Call = call; ; ) {
      let response: Response | undefined;
      let thrown: unknown;
      try {
        response = await next(current);
      } catch (error) {
        thrown = error;
      }
      const verdict = verdictOf(response ?? thrown);
      const helps = verdict?.action === 'retry' && (operation.replayable || verdict.worked === 'no');
      const goesOn = helps && !call.signal.aborted && clock.now() < call.deadline;
      const blinks = goesOn && tries-- > 0 && health.isClean(region, operation.deployment ?? '');
      if (!attempt || !blinks || !takeSpare(call) || !health.afford(region)) {
        if (response) return response;
        throw thrown;
      }
      dropBody(response);
      current = { ...call, attempt: { ...attempt, number: attemptsOf(call).length + 1, kind: 'retry' } };
    }
  };
}
