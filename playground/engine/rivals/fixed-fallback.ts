import { ask, conclude, drop, type Outcome, outcomeOf } from './ask.ts';
import { isFailure } from './failure.ts';
import type { Rival } from './rival.ts';

const TRIES = 3;
const PAUSE_MS = 1_000;

/** What people write by hand: three tries a second apart, then the next region, the same way. Remembers nothing. */
export const fixedFallback: Rival = {
  createClient: (surroundings) => ({
    async call(path, init) {
      let last: Outcome | undefined;
      for (const site of surroundings.sites) {
        for (let nth = 1; nth <= TRIES; nth++) {
          if (last) drop(last);
          if (nth > 1) await surroundings.clock.sleep(PAUSE_MS);
          last = await outcomeOf(ask(surroundings, site, path, init));
          if (!isFailure(last)) return conclude(last);
        }
      }
      return conclude(last as Outcome);
    },
  }),
};
