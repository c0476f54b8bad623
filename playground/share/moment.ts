import type { Zoom } from './shared.ts';

/** @throws TypeError when it is no number of seconds from 0 to the end. */
export function momentOf(seconds: number, duration: number): number {
  if (seconds >= 0 && seconds <= duration) return seconds;
  throw new TypeError(`the moment of a link must be from 0 to ${duration} s, got ${seconds}`);
}

/** @throws TypeError when it does not begin before it ends, both from 0 to the end. */
export function zoomOf(from: number, to: number, duration: number): Zoom {
  if (from >= 0 && from < to && to <= duration) return { from, to };
  throw new TypeError(`the zoom of a link must be a part of 0 to ${duration} s, got ${from} to ${to}`);
}
