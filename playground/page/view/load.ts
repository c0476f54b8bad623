import type { Scenario } from '../../../src/simulator/index.ts';
import { loopSize } from '../../engine/loop-size.ts';
import { rateAt } from '../../engine/rate.ts';

/** How many clients call in all: those of all loops are the same, and a burst has its own. */
export function clientsIn({ load }: Pick<Scenario, 'load'>): number {
  return Math.max(0, ...load.map(loopSize)) + load.reduce((sum, one) => sum + ('at' in one ? one.calls : 0), 0);
}

/** What the clients do at a moment, s: `5 calls/s`, or `one call each at a time` of users who wait for their answers. */
export function loadWords({ load, duration }: Pick<Scenario, 'load' | 'duration'>, at: number): string {
  let perSecond = 0;
  let areWaiting = false;
  for (const one of load) {
    if ('at' in one) continue;
    const { from = 0, to = duration } = one;
    // The last moment that can be looked at is the end.
    if (at < from || (at >= to && to < duration)) continue;
    if ('users' in one) areWaiting = true;
    else perSecond += one.clients * rateAt(one, at - from);
  }
  const rate = `${perSecond < 0.1 ? Number(perSecond.toPrecision(1)) : Math.round(perSecond * 10) / 10} calls/s`;
  if (!areWaiting) return rate;
  return perSecond === 0 ? 'one call each at a time' : `${rate} and users who wait`;
}
