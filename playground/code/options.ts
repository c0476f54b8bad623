import { defaults } from '../../src/options.ts';
import type { JsonValue, Scenario } from '../../src/simulator/index.ts';

/** A figure among the library's options. */
export interface OptionFigure {
  /** Its group: `retry`. */
  readonly group: 'retry' | 'timeouts' | 'breaker' | 'hedge';
  readonly name: string;
  /** Absent where it is learned. */
  readonly default?: number;
  readonly unit: 'ms' | 'count' | 'share';
  /** The least that the library takes. */
  readonly least: number;
  /** What it does, in a line. */
  readonly about: string;
}

const abouts = {
  retry: {
    attempts: 'attempts per call, the first included',
    sameRegion: 'tries in the same region after a fast, isolated failure',
    budget: 'extra load that retries may put on one region, as a part of its good answers',
    maxWaitMs: 'longest wait that a call sits out when every region asks for patience',
    baseDelayMs: 'first back-off when every region has failed; doubles',
    maxDelayMs: 'longest back-off',
  },
  timeouts: {
    totalMs: 'a whole call until its headers, or its stream’s first event',
    responseMs: 'one attempt until its headers, not streaming',
    firstEventMs: 'one attempt until its stream’s first event that carries something of the answer',
    idleMs: 'longest silence in a stream that has begun',
    livenessMs: 'silence after which a region is asked, for free, whether it is alive; 0 asks never',
  },
  breaker: {
    openMs: 'how long a region is left alone when it opens first; doubles each time',
    maxOpenMs: 'longest time that a region is left alone',
    successesToClose: 'probes in a row that must succeed before a region takes traffic again',
    rampMs: 'time over which a region gets its traffic back; 0 gives all at once',
  },
} as const satisfies {
  readonly [Group in keyof typeof defaults]: Readonly<Record<keyof (typeof defaults)[Group], string>>;
};

/** What may be 0. */
const fromZero = ['sameRegion', 'budget', 'maxWaitMs', 'baseDelayMs', 'maxDelayMs', 'livenessMs', 'rampMs'];

const unitOf = (name: string): OptionFigure['unit'] =>
  name.endsWith('Ms') ? 'ms' : name === 'budget' ? 'share' : 'count';

/** Every option of the library that is a figure, in the order in which they come into a call's way. */
export const optionFigures: readonly OptionFigure[] = [
  ...(['timeouts', 'retry', 'breaker'] as const).flatMap((group) =>
    Object.entries(abouts[group]).map(([name, about]): OptionFigure => {
      const value = { ...defaults[group] }[name as never];
      return { group, name, default: value, unit: unitOf(name), least: fromZero.includes(name) ? 0 : 1, about };
    }),
  ),
  {
    group: 'hedge',
    name: 'afterMs',
    unit: 'ms',
    least: 0,
    about: 'silence after which a second region is asked; learned where nothing is said',
  },
  {
    group: 'hedge',
    name: 'budget',
    default: 0.05,
    unit: 'share',
    least: 0,
    about: 'calls that may be hedged, as a part of all',
  },
];

/** The strategies, by name; the first is the default. */
export const strategies = {
  priority: 'the first region that is well, in the order of the list',
  weighted: 'every region gets its share of the calls',
  latency: 'the faster of two regions that are picked at random',
} as const;

export type StrategyName = keyof typeof strategies;

/** The options of a scenario that are not as they are by default, group by group. */
export function changedOptions({ client }: Pick<Scenario, 'client'>): Readonly<Record<string, JsonValue>> {
  const changed = Object.entries(client).flatMap(([name, value]): [string, JsonValue][] => {
    if (name === 'strategy') return value === 'priority' ? [] : [[name, value]];
    if (value === false) return [];
    // An empty `hedge` is one with its defaults, which is more than none.
    const figures = Object.entries(value ?? {}).filter(([figure, own]) => own !== defaultOf(name, figure));
    return figures.length === 0 && name !== 'hedge' ? [] : [[name, Object.fromEntries(figures)]];
  });
  return Object.fromEntries(changed);
}

function defaultOf(group: string, name: string): number | undefined {
  return figureOf(group, name)?.default;
}

/** What is known of an option. */
export function figureOf(group: string, name: string): OptionFigure | undefined {
  return optionFigures.find((one) => one.group === group && one.name === name);
}
