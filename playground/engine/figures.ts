import type { ScenarioAssert, ScenarioMetric } from '../../src/simulator/index.ts';

/** What can be asserted of a scenario, and some more. */
export type MetricId = ScenarioMetric | 'ttfbMs' | 'failovers' | 'wastedAttempts' | 'beliefAccuracy';

export interface Metric {
  readonly id: MetricId;
  /** A few words: `answered`. */
  readonly label: string;
  /** How to show it. `share` is from 0 to 1. */
  readonly unit: 'share' | 'ms' | 'count' | 'ratio';
  /** `null` where it has no meaning: of a detection that did not happen, of calls that nobody made. */
  readonly value: number | null;
  /** What was counted, and out of how many; of a percentile or a time, how many it was taken of. */
  readonly numerator?: number;
  readonly denominator: number;
  /** In words, for a tooltip: `calls that were answered / calls that are over`. */
  readonly of: string;
  /** Which way is better. */
  readonly better: 'lower' | 'higher';
}

/** How a fault of a region was noticed, and its end. */
export interface Detection {
  readonly region: string;
  /** As the scenario writes it. */
  readonly fault: string;
  /** When it was on. */
  readonly from: number;
  readonly to: number;
  /** The first request that met it. */
  readonly metAt: number;
  /** From when on calls went elsewhere first; absent where they never did. */
  readonly skippedAt?: number;
  /** From its end on: when the region next answered a call; absent where it never did. */
  readonly recoveredAt?: number;
}

/** An assert, and what was measured. */
export interface Score {
  /** As the scenario writes it: `errors==0`. */
  readonly text: string;
  readonly assert: ScenarioAssert;
  readonly measured: number | null;
  readonly holds: boolean;
}

/** Figures in steps of time, for charts. Every list has one value for each step, the first from 0 on. */
export interface Series {
  readonly stepMs: number;
  /** Calls that began. */
  readonly calls: readonly number[];
  /** Of those that began: how many were answered. */
  readonly ok: readonly number[];
  /** Percentiles of how long they took until headers or an error, ms; `null` where none began. */
  readonly p50Ms: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
  /** By region: requests for an answer that were sent there. */
  readonly attempts: Readonly<Record<string, readonly number[]>>;
}
