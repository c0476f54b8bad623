/** A straight line through what was measured, by least squares. */
export interface Trend {
  /** What the line gains from the first measurement to the last. */
  readonly gain: number;
  /** Standard error of that: how far it may be chance. */
  readonly error: number;
}

/** @throws RangeError when there are fewer than three values: a line through two says nothing about chance. */
export function trendOf(values: readonly number[]): Trend {
  const count = values.length;
  if (count < 3) throw new RangeError(`a trend must be of at least 3 values, got ${count}`);
  const middle = (count - 1) / 2;
  const mean = values.reduce((total, value) => total + value, 0) / count;
  let spread = 0;
  let together = 0;
  for (const [nth, value] of values.entries()) {
    spread += (nth - middle) ** 2;
    together += (nth - middle) * (value - mean);
  }
  const slope = together / spread;
  const residue = values.reduce((total, value, nth) => total + (value - mean - slope * (nth - middle)) ** 2, 0);
  const error = Math.sqrt(residue / (count - 2) / spread);
  return { gain: slope * (count - 1), error: error * (count - 1) };
}

/** Whether it gained more than is tolerated, and that by more than three times what chance explains. */
export function grows({ gain, error }: Trend, tolerance: number): boolean {
  return gain - 3 * error > tolerance;
}
