import type { ClosedLoop } from '../../src/simulator/index.ts';
import { type Latency, parseLatency, sampleLatency } from '../../src/simulator/latency.ts';
import { leastThinkMs } from '../../src/simulator/scenario-load.ts';

/** How long users think, half of the time no longer than this, ms. */
export function medianThinkMs({ thinkMs }: ClosedLoop): number {
  return Math.max(leastThinkMs, medianOf(latencyOf(thinkMs)));
}

/**
 * How long a user thinks once, ms.
 *
 * @param draw gives the first and the second of two independent numbers, uniform in [0, 1).
 */
export function sampleThinkMs({ thinkMs }: ClosedLoop, draw: (nth: 1 | 2) => number): number {
  return Math.max(leastThinkMs, sampleLatency(latencyOf(thinkMs), draw));
}

function latencyOf(thinkMs: ClosedLoop['thinkMs']): Latency {
  const latency = parseLatency(String(thinkMs));
  if (latency) return latency;
  throw new TypeError(`thinkMs must be a latency that can be read, got ${JSON.stringify(thinkMs)}`);
}

function medianOf(latency: Latency): number {
  switch (latency.of) {
    case 'fixed':
      return latency.ms;
    case 'uniform':
      return (latency.fromMs + latency.toMs) / 2;
    case 'lognormal':
      return latency.medianMs;
  }
}
