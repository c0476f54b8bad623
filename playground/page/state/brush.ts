import { signal } from '@preact/signals';
import { windowBetween } from '../view/window.ts';
import { pause, playbackEnd, seek } from './playback.ts';
import { shownWindow, trackWidth, zoomIn } from './timeline.ts';

/** A stretch that is being chosen, by where it was begun and where the pointer is; ms. */
export const brush = signal<{ readonly began: number; readonly now: number } | undefined>(undefined);

/** Less than this is a click, px. */
const LEAST_PX = 6;

export function beginBrush(at: number): void {
  brush.value = { began: at, now: at };
}

export function moveBrush(at: number): void {
  const going = brush.peek();
  if (going) brush.value = { ...going, now: at };
}

/** Zooms in on what was chosen, or goes to what was clicked on. */
export function endBrush(): void {
  const going = brush.peek();
  if (!going) return;
  brush.value = undefined;
  const leastMs = (shownWindow.peek().span / trackWidth.peek()) * LEAST_PX;
  if (Math.abs(going.now - going.began) < leastMs) {
    pause();
    seek(going.began);
  } else zoomIn(windowBetween(going.began, going.now, playbackEnd.peek()));
}

export function cancelBrush(): void {
  brush.value = undefined;
}
