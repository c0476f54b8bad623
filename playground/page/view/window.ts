/** What part of a run a timeline shows, ms. */
export interface Window {
  readonly from: number;
  readonly span: number;
}

/** In less than this there is nothing to be seen, ms. */
const NARROWEST_MS = 500;

/** All of a run, or a part of it that turns like a page when the playhead nears its end. Times in ms. */
export function windowAt(playhead: number, durationMs: number, zoomMs: number): Window {
  if (zoomMs === 0 || zoomMs >= durationMs) return { from: 0, span: durationMs };
  const half = zoomMs / 2;
  const from = Math.floor((playhead - zoomMs / 4) / half) * half;
  return { from: Math.min(durationMs - zoomMs, Math.max(0, from)), span: zoomMs };
}

/** The part of a run between two moments, whichever is first, in tenths of a second. Times in ms. */
export function windowBetween(one: number, other: number, durationMs: number): Window {
  const [first = 0, last = 0] = [one, other]
    .sort((a, b) => a - b)
    .map((at) => tenth(Math.min(durationMs, Math.max(0, at))));
  const span = Math.max(NARROWEST_MS, last - first);
  return fitted({ from: first, span }, durationMs);
}

/** A window within the run, as wide as it was where the run is long enough. */
export function fitted({ from, span }: Window, durationMs: number): Window {
  const fitting = Math.min(span, durationMs);
  return { from: Math.max(0, Math.min(from, durationMs - fitting)), span: fitting };
}

export const isWithin = (at: number, { from, span }: Window): boolean => at >= from && at <= from + span;

/** Where a moment is, in percent of the window's width. */
export const left = (at: number, { from, span }: Window): string => `${(((at - from) / span) * 100).toFixed(3)}%`;

/** How wide a stretch of time is, in percent of the window's width. */
export const width = (ms: number, { span }: Window): string => `${((ms / span) * 100).toFixed(3)}%`;

/** Round moments that fit on a ruler, ms: one more than `most` where both ends are such. */
export function rulerTicks({ from, span }: Window, most = 13): readonly number[] {
  const step = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000].find(
    (ms) => span / ms <= most,
  );
  const ticks: number[] = [];
  for (let at = Math.ceil(from / (step ?? span)) * (step ?? span); at <= from + span; at += step ?? span)
    ticks.push(at);
  return ticks;
}

const tenth = (ms: number): number => Math.round(ms / 100) * 100;
