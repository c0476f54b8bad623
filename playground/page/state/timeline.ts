import { batch, computed, effect, signal } from '@preact/signals';
import { seconds } from '../view/format.ts';
import { fitted, isWithin, type Window, windowAt } from '../view/window.ts';
import { headline } from './derived.ts';
import { mode } from './mode.ts';
import { isPlaying, loop, moment, playbackEnd, playhead, seek } from './playback.ts';

/** What was zoomed in on; absent where nothing was. */
const zoomed = signal<Window | undefined>(undefined);

/** What part of the run the timeline shows. */
export const shownWindow = computed<Window>(() =>
  fitted(zoomed.value ?? { from: 0, span: playbackEnd.value }, playbackEnd.value),
);
export const isZoomed = computed(() => shownWindow.value.span < playbackEnd.value);

/** How wide a row of it is, px. */
export const trackWidth = signal(800);

/** Zooms in on a part of the run, and brings the playhead there. */
export function zoomIn(window: Window): void {
  batch(() => {
    zoomed.value = window;
    if (!isWithin(playhead.peek(), window)) seek(window.from);
  });
}

/** Zooms in on so much of the run, ms, where the playhead is. */
export function zoomTo(span: number): void {
  zoomed.value = windowAt(moment.peek(), playbackEnd.peek(), span);
}

export function zoomOut(): void {
  zoomed.value = undefined;
}

/** Shows what comes so much later, ms, or earlier. */
export function pan(ms: number): void {
  if (!isZoomed.peek()) return;
  const { from, span } = shownWindow.peek();
  zoomed.value = fitted({ from: from + ms, span }, playbackEnd.peek());
}

/** Shows what is near a moment, ms, where it is out of sight. */
export function reveal(at: number): void {
  const { from, span } = shownWindow.peek();
  if (at <= from) pan(at - from - span / 10);
  else if (at >= from + span) pan(at - from - span * 0.9);
}

/** What is shown is played again and again, or no more. What is live happens but once. */
export function toggleLoop(): void {
  if (mode.peek() === 'virtual') loop.value = loop.peek() ? undefined : shownWindow.peek();
}

/** Turns the page when the playhead leaves it, and plays again and again what is shown. */
export function startTimeline(): void {
  let was = 0;
  effect(() => {
    const now = moment.value;
    const window = shownWindow.peek();
    // While it plays, who looks elsewhere is left alone.
    if (!isWithin(now, window) && (!isPlaying.peek() || isWithin(was, window))) zoomTo(window.span);
    was = now;
  });
  effect(() => {
    const window = shownWindow.value;
    if (loop.peek()) loop.value = mode.value === 'virtual' ? window : undefined;
  });
}

/** Where the playhead is, in words; while it moves, no more often than can be listened to. */
export const playheadText = computed(() => {
  const at = isPlaying.value ? Math.floor(moment.value / 2_000) * 2_000 : moment.value;
  const said = headline.value;
  return said ? `${seconds(at)}. ${said.truth} ${said.belief}` : seconds(at);
});
