/** The value below which `share` of them lie, by nearest rank; `null` where there are none. */
export function percentile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

/** The middle value, or the mean of the two in the middle. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[Math.ceil(sorted.length / 2) - 1], sorted[Math.floor(sorted.length / 2)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : sum(values) / values.length;

/** How many of the times fall into each bin of `widthMs` between two moments; a bin that is not whole is left out. */
export function counted(times: readonly number[], fromMs: number, untilMs: number, widthMs: number): number[] {
  const bins = new Array<number>(Math.max(0, Math.floor((untilMs - fromMs) / widthMs + 1e-9))).fill(0);
  for (const time of times) {
    const bin = Math.floor((time - fromMs) / widthMs);
    if (bin >= 0 && bin < bins.length) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  return bins;
}
