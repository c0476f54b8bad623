import { holds, parseAssert, parseScenario, type Scenario } from '../../src/simulator/index.ts';
import { beliefSpans, beliefsOf } from './beliefs.ts';
import { callsOf } from './calls.ts';
import { detectionsOf } from './detections.ts';
import { drive } from './drive.ts';
import { hashOf } from './journal.ts';
import { logOf } from './log.ts';
import type { Measured } from './metric-definition.ts';
import { metricsOf } from './metrics.ts';
import type { Observed } from './observed.ts';
import { onPlatform } from './platform.ts';
import { seriesOf } from './series.ts';
import { truthOf } from './truth.ts';
import type { CallRecord, PolicyChoice, RegionRecord, RunRecord, Score } from './types.ts';
import { virtualWorld } from './virtual-world.ts';
import type { World } from './world.ts';

export interface RunOptions {
  /** Ends the run before its time. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a scenario in virtual time, with the shipped library or a rival of it.
 *
 * @throws TypeError with a line for everything that is wrong with the scenario, or with an option of the library.
 * @throws RangeError when it is more than can be played with.
 * @throws the signal's reason when it aborts.
 */
export async function run(scenario: unknown, policy: PolicyChoice, options: RunOptions = {}): Promise<RunRecord> {
  const { signal = new AbortController().signal } = options;
  const parsed = parseScenario(scenario);
  return onPlatform(parsed.shapes ?? 'node', async () => {
    signal.throwIfAborted();
    // What is too much is refused before it is run.
    for (const { id } of parsed.regions) truthOf(parsed, id, 0);
    const world = virtualWorld(parsed);
    const observed = await drive(parsed, policy, world, signal);
    return recordOf(parsed, policy, observed, world.entries);
  });
}

/** The record of what was seen of a run. */
export function recordOf(
  scenario: Scenario,
  policy: PolicyChoice,
  observed: Observed,
  entries: World['entries'],
): RunRecord {
  const durationMs = scenario.duration * 1_000;
  /** All that is known, which of a run that goes on is not all there will be. */
  const seenMs = observed.endedAt - observed.startedAt;
  const endMs = Math.max(durationMs, seenMs);
  const beliefs = beliefsOf(observed);
  const regions = scenario.regions.map(({ id }): RegionRecord => {
    const truth = truthOf(scenario, id, endMs);
    return { id, truth, ...(policy.id === 'ours' && { belief: beliefSpans(beliefs, id, seenMs) }) };
  });
  const client = scenario.faults
    .filter(([, , target]) => target === 'client')
    .map(([from, to, , fault]) => ({ from: from * 1_000, to: to * 1_000, fault }));
  const calls = callsOf(observed, regions, entries);
  const over = calls.filter(({ fate }) => fate !== 'open');
  const detections = detectionsOf(scenario, over);
  const seen = { scenario, regions, client, detections };
  const measured: Measured = { ...seen, durationMs: Math.min(durationMs, seenMs), calls: over };
  const metrics = metricsOf(measured);
  const record = {
    ...seen,
    durationMs,
    calls,
    policy,
    endMs,
    clients: observed.clients,
    log: logOf(observed, scenario),
    beliefs,
    metrics,
    errorsByClass: errorsByClass(over),
    scorecard: scenario.asserts.map((text): Score => {
      const assert = parseAssert(text);
      const measured = metrics[assert.metric].value;
      return { text, assert, measured, holds: holds(assert, measured) };
    }),
    series: seriesOf(
      over,
      regions.map(({ id }) => id),
      durationMs,
    ),
  };
  return { ...record, hash: hashOf(record) };
}

function errorsByClass(calls: readonly CallRecord[]): RunRecord['errorsByClass'] {
  const classes = new Map<string, number>();
  for (const { fate, status, error } of calls) {
    if (fate === 'ok') continue;
    const name = fate === 'truncated' ? 'cut short' : (error?.code ?? error?.name ?? String(status));
    classes.set(name, (classes.get(name) ?? 0) + 1);
  }
  return [...classes].sort(([, a], [, b]) => b - a).map(([name, calls]) => ({ name, calls }));
}
