import { mean, median } from '../../playground/engine/numbers.ts';
import type { Run } from './drive.ts';
import type { FleetName } from './fleet.ts';
import * as metrics from './metrics.ts';
import type { PolicyName } from './policies/policy.ts';

/** What a row says of its runs, in the order of its columns. */
const METRICS = {
  success: metrics.success,
  avoidableErrors: metrics.avoidableErrors,
  wasted: metrics.wasted,
  regret: metrics.regret,
  amplificationPeak: metrics.amplificationPeak,
  amplificationAfter: metrics.amplificationAfter,
  failoverMs: metrics.failoverMs,
  failbackMs: metrics.failbackMs,
  recoveryPeak: metrics.recoveryPeak,
  falseTripsPer100k: metrics.falseTripsPer100k,
  p50Ms: metrics.p50Ms,
  p99Ms: metrics.p99Ms,
};
export type Figure = keyof typeof METRICS;
export type Figures = Readonly<Record<Figure, number | null>>;
export const FIGURES = Object.keys(METRICS) as readonly Figure[];

const eachFigure = (of: (figure: Figure) => number | null): Figures =>
  Object.fromEntries(FIGURES.map((figure) => [figure, of(figure)])) as Figures;

/** What the promises ask for beyond the figures. */
export interface Extras {
  readonly calls: number;
  /** Calls that two regions worked on. */
  readonly paidTwice: number;
  /** Requests to a region that had asked for more patience. */
  readonly earlyRetries: number;
  /** How often something was held against a region. */
  readonly blamed: number;
  /** First attempts that were lost on a region that was down. */
  readonly lostFirst: number;
  readonly failed: number;
  /** Of the clients that called after an upset: the share whose next call went to the preferred region first. */
  readonly homeAfter: number | null;
}

const EXTRAS = [
  'calls',
  'paidTwice',
  'earlyRetries',
  'blamed',
  'lostFirst',
  'failed',
  'homeAfter',
] as const satisfies readonly (keyof Extras)[];

/** What one run comes to. */
export interface Result {
  readonly figures: Figures;
  readonly extras: Extras;
}

export interface Row extends Figures {
  readonly scenario: string;
  readonly fleet: FleetName;
  readonly policy: PolicyName;
  readonly seeds: number;
  /** The worst of all seeds. */
  readonly worst: Extras;
  /** Medians over the seeds. */
  readonly typical: Extras;
}

export function resultOf(run: Run, upsetEndsAt: number | undefined): Result {
  const figures = eachFigure((figure) => METRICS[figure](run));
  const { calls, paidTwice, earlyRetries, blames } = run;
  return {
    figures,
    extras: {
      calls: calls.length,
      paidTwice,
      earlyRetries,
      blamed: blames.length,
      lostFirst: metrics.lostFirst(run),
      failed: calls.filter(({ ok }) => !ok).length,
      homeAfter: upsetEndsAt === undefined ? null : metrics.homeAfter(run, upsetEndsAt),
    },
  };
}

/** Medians over the seeds; what is counted per 100,000 calls is a mean, as its median is nearly always 0. */
export function rowOf(cell: Pick<Row, 'scenario' | 'fleet' | 'policy'>, results: readonly Result[]): Row {
  const over = (name: Figure): number | null => {
    const values = results.flatMap(({ figures }) => figures[name] ?? []);
    const middle = name === 'falseTripsPer100k' ? mean(values) : median(values);
    return middle === null ? null : Number(middle.toPrecision(name === 'success' ? 6 : 4));
  };
  const extra = (name: keyof Extras, of: (values: readonly number[]) => number | null): number | null => {
    const values = results.flatMap(({ extras }) => extras[name] ?? []);
    return values.length === 0 ? null : of(values);
  };
  const eachExtra = (of: (name: keyof Extras) => number | null): Extras =>
    Object.fromEntries(EXTRAS.map((name) => [name, of(name)])) as unknown as Extras;
  const { scenario, fleet, policy } = cell;
  return {
    scenario,
    fleet,
    policy,
    seeds: results.length,
    ...eachFigure(over),
    typical: eachExtra((name) => extra(name, median)),
    worst: eachExtra((name) => extra(name, (values) => (name === 'homeAfter' ? Math.min : Math.max)(...values))),
  };
}
