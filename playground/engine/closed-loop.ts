import type { ClosedLoop } from '../../src/simulator/index.ts';
import type { Arrival, Source } from './arrival.ts';
import { sampleThinkMs } from './think-time.ts';

/** The first call of each user, which knows the one after it, and so on. */
export function firstCalls(loop: ClosedLoop, { endMs, call, draw, awakeFor }: Source): readonly Arrival[] {
  const { users, from = 0, to } = loop;
  const startMs = from * 1_000;
  const untilMs = to === undefined ? endMs : to * 1_000;
  const thought = (user: number, nth: number): number =>
    sampleThinkMs(loop, (half) => draw(`think ${half}`, user, nth));
  const arrival = (atMs: number, user: number, nth: number): Arrival | undefined => {
    if (atMs >= untilMs) return undefined;
    const next = (endedMs: number): Arrival | undefined =>
      arrival(awakeFor(thought(user, nth + 1), endedMs), user, nth + 1);
    return { ...call(atMs, user, nth), next };
  };
  return Array.from({ length: users }, (_, user) => {
    // All that think for the same time would else call at the same moment, again and again.
    const rest = draw('middle', user, 0) * thought(user, 0);
    return arrival(awakeFor(rest, startMs), user, 0);
  }).filter((first) => first !== undefined);
}
