/** What part of a run a timeline shows, ms. */
export interface Window {
  readonly from: number;
  readonly span: number;
}

/** All of a run, or a part of it that turns like a page when the playhead nears its end. Times in ms. */
export function windowAt(playhead: number, durationMs: number, zoomMs: number): Window {
  if (zoomMs === 0 || zoomMs >= durationMs) return { from: 0, span: durationMs };
  const half = zoomMs / 2;
  const from = Math.floor((playhead - zoomMs / 4) / half) * half;
  return { from: Math.min(durationMs - zoomMs, Math.max(0, from)), span: zoomMs };
}

/** Where a moment is, in percent of the window's width. */
export const left = (at: number, { from, span }: Window): string => `${(((at - from) / span) * 100).toFixed(3)}%`;

/** How wide a stretch of time is, in percent of the window's width. */
export const width = (ms: number, { span }: Window): string => `${((ms / span) * 100).toFixed(3)}%`;

/** Round moments that fit on a ruler, ms. */
export function rulerTicks({ from, span }: Window): readonly number[] {
  const step = [500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000].find(
    (ms) => span / ms <= 13,
  );
  const ticks: number[] = [];
  for (let at = Math.ceil(from / (step ?? span)) * (step ?? span); at <= from + span; at += step ?? span)
    ticks.push(at);
  return ticks;
}
