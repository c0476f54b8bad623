import { attemptMetrics } from './attempt-metrics.ts';
import { callMetrics } from './call-metrics.ts';
import type { Definition, Measured } from './metric-definition.ts';
import { regionMetrics } from './region-metrics.ts';
import type { Metric, MetricId } from './types.ts';

const definitions: Readonly<Record<MetricId, Definition>> = { ...callMetrics, ...attemptMetrics, ...regionMetrics };

/** The figures of a run. */
export function metricsOf(run: Measured): Readonly<Record<MetricId, Metric>> {
  const metrics = Object.entries(definitions).map(([id, { measure, ...said }]) => {
    return [id, { id, ...said, ...measure(run) }] as const;
  });
  return Object.fromEntries(metrics) as Record<MetricId, Metric>;
}
