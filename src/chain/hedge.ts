import { type Clock, startTimer } from '../clock.ts';
import type { HealthBook } from '../health/book.ts';
import type { Choice } from '../health/choose.ts';
import type { Settings } from '../options.ts';
import type { Call } from '../types.ts';

/** Why a leg of a race was called off: another one has answered. */
export class Outrun extends Error {
  override readonly name = 'OutrunError';
  constructor() {
    super('Another region answered first');
  }
}

/** One of several tries that run side by side. */
export interface Leg {
  /** Resolves with the answer that ends the race, or with nothing when this try has failed. */
  readonly answer: Promise<Response | undefined>;
  readonly callOff: () => void;
}

/**
 * Who tests whether a region is back need not wait for longer than this, ms, or than twice what nearly all answers take: a
 * slow answer that is given up on is paid for twice.
 */
const PROBE_MS = 2_000;
const PROBE_P95 = 2;
/** A learned delay stays within these, ms. */
const [SHORTEST_MS, LONGEST_MS] = [1_000, 10_000];
const UNKNOWN_MS = 2_000;
/** Most hedges that can be saved up. */
const MOST_SAVED = 10;

/** Says how long a try may be silent before a second region is asked as well; `undefined` when none is to be asked. */
export function createHedging({ hedge }: Settings, health: HealthBook) {
  let saved = 1;
  return {
    delayMs(choice: Choice, { operation }: Call): number | undefined {
      const isProbe = choice.as === 'probe';
      if (!operation.replayable || (!isProbe && !hedge)) return undefined;
      const p95 = health.p95Ms(operation);
      if (isProbe) return Math.max(PROBE_MS, PROBE_P95 * (p95 ?? 0));
      const learned = p95 === undefined ? UNKNOWN_MS : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, p95));
      return hedge ? (hedge.afterMs ?? learned) : learned;
    },
    /** Each call pays in its part. */
    arrive(): void {
      if (hedge) saved = Math.min(MOST_SAVED, saved + hedge.budget);
    },
    /** Whether one more may be hedged. Probes always may: they are few, and a dead region must not cost their callers dear. */
    afford(choice: Choice): boolean {
      if (choice.as === 'probe') return true;
      if (saved < 1) return false;
      saved--;
      return true;
    },
  };
}

/**
 * Runs a leg, and a second one when the first has not settled in time. The first answer wins; the other leg is called off.
 *
 * @param isFinal whether a leg has failed in a way that another one cannot mend
 */
export function race(
  clock: Clock,
  delayMs: number,
  isFinal: () => boolean,
  first: Leg,
  startSecond: () => Leg | undefined,
): Promise<Response | undefined> {
  return new Promise((resolve, reject) => {
    const running = new Set<Leg>();
    const over = (): void => {
      cancel();
      for (const leg of running) leg.callOff();
    };
    const run = (leg: Leg): void => {
      running.add(leg);
      leg.answer.then(
        (response) => {
          running.delete(leg);
          if (response || running.size === 0 || isFinal()) {
            over();
            resolve(response);
          }
        },
        (error) => {
          running.delete(leg);
          over();
          reject(error);
        },
      );
    };
    const cancel = startTimer(clock, delayMs, () => {
      try {
        const second = startSecond();
        if (second) run(second);
      } catch (error) {
        // A caller's own strategy has its say in it, and may throw.
        over();
        reject(error);
      }
    });
    run(first);
  });
}
