import { parseClientFault } from '../../src/simulator/index.ts';
import { canAnswer } from './can-answer.ts';
import { countOf, type Definition, type Measured, ofFate, quantileOf, shareOf } from './metric-definition.ts';
import { latencyOf } from './series.ts';
import { spanAt } from './truth.ts';
import type { CallRecord } from './types.ts';

/** What callers have of it. */
export const callMetrics = {
  success: {
    label: 'answered',
    unit: 'share',
    better: 'higher',
    of: 'calls that were answered to the end / calls',
    measure: (run) => shareOf(ofFate(run, 'ok').length, run.calls.length),
  },
  errors: {
    label: 'failed',
    unit: 'count',
    better: 'lower',
    of: 'calls that failed, broke off or were cut short, of all calls',
    measure: (run) => countOf(run.calls.length - ofFate(run, 'ok').length, run.calls.length),
  },
  avoidableErrors: {
    label: 'failed needlessly',
    unit: 'count',
    better: 'lower',
    of: 'failed calls that began while some region could have answered, of all that failed',
    measure: (run) => {
      const failed = run.calls.filter(({ fate }) => fate !== 'ok');
      return countOf(failed.filter((call) => couldHaveBeenAnswered(run, call)).length, failed.length);
    },
  },
  p50Ms: latency('median', 0.5),
  p95Ms: latency('95th percentile', 0.95),
  p99Ms: latency('99th percentile', 0.99),
  ttfbMs: {
    label: 'first byte',
    unit: 'ms',
    better: 'lower',
    of: 'median time from the request that was answered to its first byte, over answered calls',
    measure: (run) =>
      quantileOf(
        ofFate(run, 'ok').flatMap(({ region, headersAt, attempts }) => {
          const answered = attempts.findLast((attempt) => attempt.region === region);
          return answered && headersAt !== undefined ? headersAt - answered.sentAt : [];
        }),
        0.5,
      ),
  },
  truncatedSurfaced: {
    label: 'broken off, and said so',
    unit: 'count',
    better: 'lower',
    of: 'calls whose answer had begun and then failed with an error, of all calls',
    measure: (run) => countOf(ofFate(run, 'broken').length, run.calls.length),
  },
  truncatedSilent: {
    label: 'cut short in silence',
    unit: 'count',
    better: 'lower',
    of: 'streams that ended as if they were whole, of all calls that asked for one',
    measure: (run) => countOf(ofFate(run, 'truncated').length, run.calls.filter(({ stream }) => stream).length),
  },
} as const satisfies Readonly<Record<string, Definition>>;

function latency(label: string, part: number): Definition {
  return {
    label,
    unit: 'ms',
    better: 'lower',
    of: 'from the call until its response or error, retries and all, over all calls',
    measure: ({ calls }) => quantileOf(calls.map(latencyOf), part),
  };
}

function couldHaveBeenAnswered({ regions, client, scenario }: Measured, call: CallRecord): boolean {
  const isAway = client.some(({ from, to, fault }) => {
    const { kind } = parseClientFault(fault);
    return (kind === 'offline' || kind === 'sleep') && from <= call.endedAt && call.beganAt < to;
  });
  return !isAway && regions.some(({ truth }) => canAnswer(spanAt(truth, call.beganAt), call, scenario));
}
