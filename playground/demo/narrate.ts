import type { FailoverEvent, RegionStatus } from '../../src/index.ts';
import { DEPLOYMENT, PRIMARY } from './scene.ts';

/** One thing that mattered. */
export interface Line {
  readonly atMs: number;
  /** `azure`: what befalls a region. `library`: what is made of it. */
  readonly who: 'demo' | 'azure' | 'library';
  readonly text: string;
  readonly mood: 'plain' | 'bad' | 'good';
}

/**
 * Turns the library's events into lines: only what changes where calls go, however many calls see it.
 *
 * @param now ms since the start.
 */
export function narrator(tell: (line: Line) => void, now: () => number): (event: FailoverEvent) => void {
  const before = new Map<string, RegionStatus>();
  /** Where the calls of a region went when they last left it. */
  const goesTo = new Map<string, string>();
  /** Said of a region; where its calls go instead is in the event that follows. */
  let unfinished: { readonly region: string; readonly text: string } | undefined;
  const say = (text: string, mood: Line['mood']): void => tell({ atMs: now(), who: 'library', text, mood });
  const seconds = (until: number): string => `${((now() + until - Date.now()) / 1_000).toFixed(1)} s`;

  const onHealth = (status: RegionStatus): void => {
    const { region, state } = status;
    const was = before.get(region);
    before.set(region, status);
    if (state !== (was?.state ?? 'closed')) {
      if (state === 'half-open') say(`${region} answers when asked: one call tests it`, 'plain');
      else if (state === 'ramping') say(`${region} has recovered, its calls come back little by little`, 'good');
      else if (state === 'closed') say(`${region} has recovered, calls go there again`, 'good');
      else say(`${region} is down (${status.cause}), calls go to ${goesTo.get(region) ?? 'the next'}`, 'bad');
    }
    const cooling = status.deployments[DEPLOYMENT];
    const cooled = was?.deployments[DEPLOYMENT];
    if (cooling && !cooled)
      unfinished = {
        region,
        text: `${region} is left alone until ${seconds(cooling.until)} (${cooling.cause}), calls go to`,
      };
    else if (cooled && !cooling && region !== PRIMARY) say(`${region} takes calls again`, 'good');
  };

  let begun = false;
  return (event) => {
    if (event.type === 'attempt' && !begun) {
      begun = true;
      say(`calls go to ${event.record.region}`, 'plain');
    }
    if (event.type === 'health') onHealth(event.status);
    if (event.type === 'failover') goesTo.set(event.from, event.to);
    if (event.type === 'failover' && event.from === unfinished?.region) {
      say(`${unfinished.text} ${event.to}`, 'bad');
      unfinished = undefined;
    }
    if (event.type === 'warning') say(event.message, 'bad');
  };
}
