/** How long a region takes before it answers, ms. */
export type Latency =
  | { readonly of: 'fixed'; readonly ms: number }
  | { readonly of: 'uniform'; readonly fromMs: number; readonly toMs: number }
  | { readonly of: 'lognormal'; readonly medianMs: number; readonly sigma: number };

/** A latency that grows (or shrinks) evenly, from when its fault starts. */
export interface Ramp {
  readonly of: 'ramp';
  readonly fromMs: number;
  readonly toMs: number;
  readonly seconds: number;
}

const number = String.raw`(\d*\.?\d+(?:e[+-]?\d+)?)`;
const fixed = new RegExp(`^${number}$`);
const uniform = new RegExp(`^uniform\\(${number},${number}\\)$`);
const lognormal = new RegExp(`^lognormal\\(${number},${number}\\)$`);
const ramp = new RegExp(`^ramp\\(${number},${number},${number}\\)$`);

/** Reads `250`, `uniform(50,200)` or `lognormal(40,0.3)`; `undefined` for anything else. */
export function parseLatency(text: string): Latency | undefined {
  return finite(readForm(text));
}

/** Reads `ramp(0,500,30)`: from no latency to 500 ms in 30 s; `undefined` for anything else. */
export function parseRamp(text: string): Ramp | undefined {
  const [, from, to, seconds] = ramp.exec(text.replaceAll(' ', '')) ?? [];
  return finite(
    Number(seconds) > 0 ? { of: 'ramp', fromMs: Number(from), toMs: Number(to), seconds: Number(seconds) } : undefined,
  );
}

function finite<T extends Latency | Ramp>(latency: T | undefined): T | undefined {
  return latency && Object.values(latency).every((value) => value !== Number.POSITIVE_INFINITY) ? latency : undefined;
}

function readForm(text: string): Latency | undefined {
  const compact = text.replaceAll(' ', '');
  const [, ms] = fixed.exec(compact) ?? [];
  if (ms !== undefined) return { of: 'fixed', ms: Number(ms) };
  const [, from, to] = uniform.exec(compact) ?? [];
  if (from !== undefined && Number(from) <= Number(to))
    return { of: 'uniform', fromMs: Number(from), toMs: Number(to) };
  const [, median, sigma] = lognormal.exec(compact) ?? [];
  if (median !== undefined) return { of: 'lognormal', medianMs: Number(median), sigma: Number(sigma) };
  return undefined;
}

/** The text that {@link parseLatency}, or {@link parseRamp}, reads as this. */
export function printLatency(latency: Latency | Ramp): string {
  switch (latency.of) {
    case 'fixed':
      return String(latency.ms);
    case 'uniform':
      return `uniform(${latency.fromMs},${latency.toMs})`;
    case 'lognormal':
      return `lognormal(${latency.medianMs},${latency.sigma})`;
    case 'ramp':
      return `ramp(${latency.fromMs},${latency.toMs},${latency.seconds})`;
  }
}

/**
 * One draw, ms.
 *
 * @param draw gives the first and the second of two independent numbers, uniform in [0, 1).
 */
export function sampleLatency(latency: Latency, draw: (nth: 1 | 2) => number): number {
  switch (latency.of) {
    case 'fixed':
      return latency.ms;
    case 'uniform':
      return latency.fromMs + draw(1) * (latency.toMs - latency.fromMs);
    case 'lognormal': {
      // Box-Muller; 1 - u because the logarithm of 0 is not a latency.
      const normal = Math.sqrt(-2 * Math.log(1 - draw(1))) * Math.cos(2 * Math.PI * draw(2));
      return latency.medianMs * Math.exp(latency.sigma * normal);
    }
  }
}

/** What a ramp has come to, that long after its start, ms. */
export function rampAt({ fromMs, toMs, seconds }: Ramp, elapsedMs: number): number {
  return fromMs + (toMs - fromMs) * Math.min(1, elapsedMs / (seconds * 1000));
}
