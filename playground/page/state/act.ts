import { batch } from '@preact/signals';
import type { Scenario } from '../../../src/simulator/index.ts';
import { type Deed, deeds } from './deeds.ts';
import { faultsAt, heal, strike } from './edit-faults.ts';
import { mode } from './mode.ts';
import { goOn } from './play.ts';
import { isPlaying, liveEdge, moment, playhead, speed } from './playback.ts';
import { edit, record, scenario } from './session.ts';
import { shortened } from './shortened.ts';
import { selectedCall } from './view.ts';

/** Puts a fault on a region, or on the clients, from now on, or takes it away where it is on; and lets time go on. */
export function toggleFault(region: string, fault: string, seconds?: number): void {
  const isOn = faultsAt(scenario.peek(), region, Math.min(nowSeconds(), moment.peek() / 1_000)).includes(fault);
  if (isOn) healNow(region);
  else strikeNow(region, fault, seconds);
}

/**
 * Puts a fault on a region, or on the clients, from now on.
 *
 * @param seconds how long it lasts; until the end when absent.
 */
export function strikeNow(region: string, fault: string, seconds?: number): void {
  actNow({ target: region, fault }, (was, now) => strike(was, region, fault, now, seconds));
}

/** Nothing is the matter with a region from now on. */
export function healNow(region: string): void {
  actNow({ target: region }, (was, now) => heal(was, region, now));
}

/** @param change is given the scenario, and the moment, s. */
function actNow(deed: Deed, change: (was: Scenario, now: number) => Scenario): void {
  const isGoing = liveEdge.peek() !== undefined;
  const now = nowSeconds();
  batch(() => {
    // One that goes on ends when it was to end.
    edit((was) => (isGoing ? shortened({ ...change(was, now), duration: was.duration }) : change(was, now)));
    deeds.value = [...deeds.peek(), deed];
    selectedCall.value = undefined;
    speed.value = 1;
  });
  goOn();
}

/** The moment that something is done at, s: of a live run that does not go on, its beginning. */
function nowSeconds(): number {
  const isAtRest = mode.peek() === 'live' && liveEdge.peek() === undefined;
  return isAtRest ? 0 : Math.round(playhead.peek() / 100) / 10;
}

/** The moment of the next event, or the one before, of those that change something. */
export function stepTo(direction: 1 | -1): void {
  if (liveEdge.peek() !== undefined) return;
  const times = (record.peek()?.log ?? [])
    .filter(({ type }) => type !== 'attempt' && type !== 'settled')
    .map(({ at }) => at);
  const now = playhead.peek();
  const next = direction > 0 ? times.find((at) => at > now + 1) : times.findLast((at) => at < now - 1);
  batch(() => {
    isPlaying.value = false;
    playhead.value = next ?? (direction > 0 ? (record.peek()?.durationMs ?? now) : 0);
  });
}
