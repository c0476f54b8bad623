import fc from 'fast-check';
import { times, WHATS, type What } from '../support/health.ts';

/** What may happen to a book, in any order. Numbers that say which one are taken round and round. */
export type Op =
  /** From now on, this is how a region answers. */
  | { readonly do: 'weather'; readonly region: number; readonly what: What }
  /** A call from its beginning to its end: on to the next region until one answers well. */
  | { readonly do: 'whole-call'; readonly deployment: string; readonly hintMs: number | undefined }
  /** One that begins, and goes on. */
  | { readonly do: 'call'; readonly deployment: string; readonly stream: boolean; readonly pick: number }
  | { readonly do: 'end'; readonly which: number; readonly what: What | undefined; readonly hintMs: number | undefined }
  /** It taught nothing: it was aborted before it began, or called off. */
  | { readonly do: 'give-back'; readonly which: number }
  | { readonly do: 'outrun'; readonly which: number }
  | { readonly do: 'settle'; readonly which: number; readonly answered: boolean }
  | { readonly do: 'answer'; readonly which: number; readonly reached: boolean }
  /** Others say what they learned of a region and of a deployment there: they are believed, or only heard. */
  | {
      readonly do: 'hear';
      readonly region: number;
      readonly deployment: string;
      readonly said: Said;
      readonly believed: boolean;
    }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'jump'; readonly ms: number };

const SAYINGS = ['well', 'down', 'due', 'ramping', 'told to wait'] as const;
export type Said = (typeof SAYINGS)[number];

export const DEPLOYMENTS = ['gpt', 'o3'] as const;

const which = fc.nat(20);
const hint = fc.option(fc.constantFrom(0, 1, 500, 20_000, 700_000), { nil: undefined });

interface OpsGiven {
  readonly jumps?: boolean;
  readonly hears?: boolean;
  readonly maxLength?: number;
}

/** Things that happen, with such results; without jumps of the clock, and word of others, unless asked for. */
export const ops = (
  whats: readonly What[] = WHATS,
  { jumps = false, hears = false, maxLength = 100 }: OpsGiven = {},
): fc.Arbitrary<readonly Op[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({
          do: fc.constant('weather' as const),
          region: fc.nat(2),
          what: fc.constantFrom(...whats, ...weatherOf(whats)),
        }),
      },
      {
        weight: 8,
        arbitrary: fc.record({
          do: fc.constant('whole-call' as const),
          deployment: fc.constantFrom(...DEPLOYMENTS),
          hintMs: hint,
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('call' as const),
          deployment: fc.constantFrom(...DEPLOYMENTS),
          stream: fc.boolean(),
          pick: fc.constantFrom(0, 0, 0, 1, 2),
        }),
      },
      {
        weight: 6,
        arbitrary: fc.record({
          do: fc.constant('end' as const),
          which,
          what: fc.option(fc.constantFrom(...whats), { nil: undefined, freq: 4 }),
          hintMs: hint,
        }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('give-back' as const), which }) },
      ...(whats.includes('ok')
        ? [{ weight: 1, arbitrary: fc.record({ do: fc.constant('outrun' as const), which }) }]
        : []),
      { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), which, answered: fc.constant(false) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          do: fc.constant('answer' as const),
          which,
          reached: whats.includes('ok') ? fc.boolean() : fc.constant(false),
        }),
      },
      {
        weight: 4,
        arbitrary: fc.record({
          do: fc.constant('pass' as const),
          ms: fc.constantFrom(0, 1, 100, 1_000, 1_000, 5_000, 5_000, 10_000, 10_000, 30_000, 120_000, 700_000),
        }),
      },
      ...(hears
        ? [
            {
              weight: 4,
              arbitrary: fc.record({
                do: fc.constant('hear' as const),
                region: fc.nat(2),
                deployment: fc.constantFrom(...DEPLOYMENTS),
                said: fc.constantFrom(...SAYINGS),
                believed: fc.boolean(),
              }),
            },
          ]
        : []),
      ...(jumps
        ? [
            {
              weight: 1,
              arbitrary: fc.record({
                do: fc.constant('jump' as const),
                ms: fc.constantFrom(-3_600_000, -60_000, -500, 3_600_000),
              }),
            },
          ]
        : []),
    ),
    { maxLength, size: 'max' },
  );

/** The first region is down by then, and due; what happens next is as it may be. */
const DOWN: readonly Op[] = [
  { do: 'weather', region: 0, what: 'bad-body' },
  ...times(5, { do: 'whole-call', deployment: 'gpt', hintMs: undefined } as const),
  { do: 'pass', ms: 30_000 },
  { do: 'weather', region: 0, what: 'ok' },
];
/** The same of a deployment. */
const DEPLOYMENT_DOWN: readonly Op[] = DOWN.map((op) =>
  op.do === 'weather' && op.what !== 'ok' ? { ...op, what: 'dependency' } : op,
);

/** Things that happen to a book that has been through an outage. */
export const opsAfterOutage = (...given: Parameters<typeof ops>): fc.Arbitrary<readonly Op[]> =>
  fc.tuple(fc.constantFrom(DOWN, DEPLOYMENT_DOWN), ops(...given)).map(([before, after]) => [...before, ...after]);

/** What makes a region go down, and come back: more often than all the rest. */
const WEATHER: readonly What[] = [
  'connect',
  'gateway',
  'server-error',
  'dependency',
  'bad-body',
  ...times(12, 'ok' as const),
];
const weatherOf = (whats: readonly What[]) => WEATHER.filter((what) => whats.includes(what));
