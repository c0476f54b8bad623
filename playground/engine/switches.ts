import type { CallRecord } from './types.ts';

/** How often the region that most calls of a second went to first changed, and how many seconds had calls. */
export function switchesOf(
  calls: readonly CallRecord[],
  durationMs: number,
): { readonly switches: number; readonly seconds: number } {
  const bins = Array.from({ length: Math.ceil(durationMs / 1_000) }, () => new Map<string, number>());
  for (const { beganAt, attempts } of calls) {
    const bin = bins[Math.floor(beganAt / 1_000)];
    const [first] = attempts;
    if (bin && first) bin.set(first.region, (bin.get(first.region) ?? 0) + 1);
  }
  let current: string | undefined;
  let switches = 0;
  let seconds = 0;
  for (const bin of bins) {
    if (bin.size === 0) continue;
    seconds++;
    const most = Math.max(...bin.values());
    // Of two that are even, it is still the one that it was.
    if (current !== undefined && bin.get(current) === most) continue;
    if (current !== undefined) switches++;
    current = [...bin].find(([, calls]) => calls === most)?.[0];
  }
  return { switches, seconds };
}
