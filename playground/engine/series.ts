import { percentile } from './numbers.ts';
import type { CallRecord, Series } from './types.ts';

/** So many steps at most: more than a chart has pixels to show. */
const MOST_STEPS = 600;

/** Figures for charts, in steps of a second, or longer ones where the run is long. */
export function seriesOf(calls: readonly CallRecord[], regions: readonly string[], durationMs: number): Series {
  const stepMs = Math.max(1, Math.ceil(durationMs / 1_000 / MOST_STEPS)) * 1_000;
  const steps = Math.max(1, Math.ceil(durationMs / stepMs));
  const binned = <Item>(items: readonly Item[], at: (item: Item) => number): Item[][] => {
    const bins = Array.from({ length: steps }, (): Item[] => []);
    for (const item of items) bins[Math.floor(at(item) / stepMs)]?.push(item);
    return bins;
  };
  const begun = binned(calls, ({ beganAt }) => beganAt);
  const attempts = calls.flatMap((call) => call.attempts);
  const tookMs = begun.map((bin) => bin.map(latencyOf));
  return {
    stepMs,
    calls: begun.map(({ length }) => length),
    ok: begun.map((bin) => bin.filter(({ fate }) => fate === 'ok').length),
    p50Ms: tookMs.map((bin) => percentile(bin, 0.5)),
    p95Ms: tookMs.map((bin) => percentile(bin, 0.95)),
    attempts: Object.fromEntries(
      regions.map((id) => {
        const own = attempts.filter(({ region }) => region === id);
        return [id, binned(own, ({ sentAt }) => sentAt).map(({ length }) => length)];
      }),
    ),
  };
}

/** How long a call took until its caller had a response, or an error, ms. */
export const latencyOf = ({ beganAt, headersAt, endedAt }: CallRecord): number => (headersAt ?? endedAt) - beganAt;
