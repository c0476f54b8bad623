import { computed, effect, signal } from '@preact/signals';
import { shownMoment } from '../view/moment.ts';
import type { Window } from '../view/window.ts';
import { mode } from './mode.ts';

/** How fast a run is played, in run time per real time. */
export const speeds: readonly number[] = [0.25, 0.5, 1, 2, 4, 8, 16];

/** The moment that is shown, ms from the start of the run. */
export const playhead = signal(0);
export const isPlaying = signal(false);
export const speed = signal(1);
/** Where playback stops, ms. */
export const playbackEnd = signal(0);
/** The stretch that is played again and again. */
export const loop = signal<Window | undefined>(undefined);
/** How far a run has been seen that goes on in real time, ms; the playhead keeps to it. */
export const liveEdge = signal<number | undefined>(undefined);

/** The playhead in steps that text can be read in; at the end, what was so until then. */
export const moment = computed(() => shownMoment(playhead.value, playbackEnd.value));

/** A page that was busy for longer than this must not skip what it should have shown, ms. */
const LONGEST_FRAME_MS = 100;
/** By no more than this is the playhead behind a live run, ms. */
const MOST_BEHIND_MS = 600;

const isVisible = signal(true);

let frame = 0;
let lastAt = 0;

function tick(at: number): void {
  frame = requestAnimationFrame(tick);
  const passed = Math.min(LONGEST_FRAME_MS, Math.max(0, at - lastAt)) * speed.peek();
  lastAt = at;
  const edge = liveEdge.peek();
  if (edge !== undefined) {
    // A call that is not over ends, as far as is known, at the edge: just before it, it is under way.
    const next = Math.max(playhead.peek() + passed, edge - MOST_BEHIND_MS);
    playhead.value = Math.max(0, Math.min(playbackEnd.peek(), edge - 1, next));
    return;
  }
  const { start, end } = played();
  const next = Math.min(end, playhead.peek() + passed);
  if (next < end) playhead.value = next;
  else if (loop.peek()) playhead.value = start;
  else {
    playhead.value = end;
    isPlaying.value = false;
  }
}

/** Watches the signals and the page's visibility: no frame is asked for while nothing moves. */
export function startPlayback(): void {
  document.addEventListener('visibilitychange', () => {
    isVisible.value = !document.hidden;
  });
  effect(() => {
    // A run may be made shorter than it was seen so far.
    if (playhead.peek() > playbackEnd.value) playhead.value = playbackEnd.value;
  });
  effect(() => {
    if (!isPlaying.value || !isVisible.value) return undefined;
    lastAt = performance.now();
    frame = requestAnimationFrame(tick);
    return () => cancelAnimationFrame(frame);
  });
}

/** From the start, where it has reached the end, or is not in what is played again and again. */
export function play(): void {
  const { start, end } = played();
  if (playhead.peek() >= end || playhead.peek() < start) playhead.value = start;
  isPlaying.value = true;
}

/** From where to where, ms. */
function played(): { readonly start: number; readonly end: number } {
  const end = playbackEnd.peek();
  const { from, span } = loop.peek() ?? { from: 0, span: end };
  return { start: from, end: Math.min(end, from + span) };
}

/** A live run does not pause: it goes on until it is stopped. */
export function pause(): void {
  if (liveEdge.peek() === undefined) isPlaying.value = false;
}

/** Does nothing while a live run goes on. */
export function seek(ms: number): void {
  if (liveEdge.peek() !== undefined) return;
  playhead.value = Math.min(playbackEnd.peek(), Math.max(0, ms));
}

/** Real time has one speed. */
export function changeSpeed(steps: number): void {
  if (mode.peek() === 'live') return;
  const at = speeds.indexOf(speed.peek()) + steps;
  speed.value = speeds[Math.min(speeds.length - 1, Math.max(0, at))] ?? 1;
}
