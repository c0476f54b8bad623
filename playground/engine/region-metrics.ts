import { parseFault, type Scenario } from '../../src/simulator/index.ts';
import { parseLatency } from '../../src/simulator/latency.ts';
import { beliefAccuracy } from './belief-accuracy.ts';
import { recovered } from './detections.ts';
import { isHarm, stateOf } from './fault-state.ts';
import {
  attemptsOf,
  countOf,
  type Definition,
  type Measure,
  type Measured,
  ofFate,
  shareOf,
} from './metric-definition.ts';
import { switchesOf } from './switches.ts';

/** Where calls go, and when that changes. */
export const regionMetrics = {
  nearestShare: {
    label: 'answered nearby',
    unit: 'share',
    better: 'higher',
    of: 'answered calls that the nearest region answered / answered calls',
    measure: (run) => {
      const nearest = nearestOf(run.scenario);
      const ok = ofFate(run, 'ok');
      return shareOf(ok.filter(({ region }) => region === nearest).length, ok.length);
    },
  },
  detectMs: {
    label: 'time to detect',
    unit: 'ms',
    better: 'lower',
    of: 'from the first request that met the first fault until calls went elsewhere; requests that met it',
    measure: (run) => {
      const [first] = run.detections;
      if (!first) return { value: null, denominator: 0 };
      const { region, fault, metAt, skippedAt } = first;
      const met = attemptsOf(run).filter((attempt) => attempt.region === region && attempt.fault === fault);
      return { value: skippedAt === undefined ? null : skippedAt - metAt, denominator: met.length };
    },
  },
  failbackMs: {
    label: 'time to recover',
    unit: 'ms',
    better: 'lower',
    of: 'from the end of the last fault until its region answered a call again; calls that it answered from then on',
    measure: failback,
  },
  switches: {
    label: 'switches',
    unit: 'count',
    better: 'lower',
    of: 'how often the region that most calls went to changed, second by second; seconds with calls',
    measure: ({ calls, durationMs }) => {
      const { switches, seconds } = switchesOf(calls, durationMs);
      return countOf(switches, seconds);
    },
  },
  beliefAccuracy: {
    label: 'belief is right',
    unit: 'share',
    better: 'higher',
    of: 'seconds in which a client is right about a region that is up or down / all of them, of each client and region',
    measure: ({ regions, durationMs }) => {
      const { right, all } = beliefAccuracy(regions, durationMs);
      return shareOf(right, all);
    },
  },
} as const satisfies Readonly<Record<string, Definition>>;

function failback({ scenario, calls }: Measured): Measure {
  const last = scenario.faults
    .filter(([, , target, text]) => target !== 'client' && isHarm(stateOf(parseFault(text), scenario)))
    .toSorted((a, b) => a[1] - b[1])
    .at(-1);
  const region = last?.[2] === '*' ? scenario.regions[0]?.id : last?.[2];
  if (!last || region === undefined) return { value: null, denominator: 0 };
  const endMs = last[1] * 1_000;
  const at = recovered(region, endMs, calls);
  const after = calls.filter((call) => call.fate === 'ok' && call.region === region && call.beganAt >= endMs);
  return { value: at === undefined ? null : at - endMs, denominator: after.length };
}

/** The region with the least latency, on the whole. */
function nearestOf({ regions }: Scenario): string | undefined {
  const typicalMs = (latency: string | number = 0): number => {
    const read = parseLatency(String(latency));
    switch (read?.of) {
      case 'fixed':
        return read.ms;
      case 'uniform':
        return (read.fromMs + read.toMs) / 2;
      case 'lognormal':
        return read.medianMs;
      default:
        return 0;
    }
  };
  return regions.toSorted((a, b) => typicalMs(a.latency) - typicalMs(b.latency))[0]?.id;
}
