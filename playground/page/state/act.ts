import { batch } from '@preact/signals';
import type { Scenario } from '../../../src/simulator/index.ts';
import { faultsAt, heal, strike } from './edit-faults.ts';
import { mode } from './mode.ts';
import { goOn } from './play.ts';
import { isPlaying, liveEdge, playhead, seek, speed } from './playback.ts';
import { edit, record } from './session.ts';
import { shortened } from './shortened.ts';
import { selectedCall } from './view.ts';

const nowSeconds = (): number => Math.round(playhead.peek() / 100) / 10;

/** Puts a fault on a region, or on the clients, from now on, or takes it away where it is on; and lets time go on. */
export function toggleFault(region: string, fault: string, seconds?: number): void {
  actNow((was, now) =>
    faultsAt(was, region, now).includes(fault) ? heal(was, region, now) : strike(was, region, fault, now, seconds),
  );
}

/** Puts a fault on a region from now on. */
export function strikeNow(region: string, fault: string): void {
  actNow((was, now) => strike(was, region, fault, now));
}

/** Nothing is the matter with a region from now on. */
export function healNow(region: string): void {
  actNow((was, now) => heal(was, region, now));
}

/** @param change is given the scenario, and the moment, s. */
function actNow(change: (was: Scenario, now: number) => Scenario): void {
  const isGoing = liveEdge.peek() !== undefined;
  // A live run that does not go on yet begins with it.
  if (mode.peek() === 'live' && !isGoing) seek(0);
  const now = nowSeconds();
  batch(() => {
    // One that goes on ends when it was to end.
    edit((was) => (isGoing ? shortened({ ...change(was, now), duration: was.duration }) : change(was, now)));
    selectedCall.value = undefined;
    speed.value = 1;
  });
  goOn();
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
