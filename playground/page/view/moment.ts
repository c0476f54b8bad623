/** A playhead in steps that text can be read in; at the end of a run, the last moment before it. Times in ms. */
export const shownMoment = (playhead: number, end: number): number =>
  Math.max(0, Math.min(Math.floor(playhead / 100) * 100, end - 1));
