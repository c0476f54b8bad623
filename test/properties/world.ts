import fc from 'fast-check';
import type { Ticket } from '../../src/health/attempt.ts';
import type { Choice } from '../../src/health/choose.ts';
import { LONGEST_LEASE_MS } from '../../src/health/record.ts';
import type { Strategy } from '../../src/health/strategies.ts';
import type { RegionOptions } from '../../src/types.ts';
import { aBook, aChance, STATUS, times, verdict, WHATS, type What } from '../support/health.ts';

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
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'jump'; readonly ms: number };

export const DEPLOYMENTS = ['gpt', 'o3'] as const;
/** How long a probe may keep its place here, ms. */
export const LEASE_MS = 30_000;

const which = fc.nat(20);
const hint = fc.option(fc.constantFrom(0, 1, 500, 20_000, 700_000), { nil: undefined });

/** Things that happen, with such results; without jumps of the clock unless asked for. */
export const ops = (
  whats: readonly What[] = WHATS,
  { jumps = false, maxLength = 100 }: { readonly jumps?: boolean; readonly maxLength?: number } = {},
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

/** An attempt, and what it was sent as. */
export interface Sent {
  readonly ticket: Ticket;
  readonly choice: Choice;
  readonly deployment: string;
  readonly startedAt: number;
}

export interface WorldGiven {
  /** How regions answer before anything else is said of them. */
  readonly sunny?: What;
  readonly regions?: number | readonly Partial<RegionOptions>[];
  readonly strategy?: Strategy;
  /** Taken in turn. */
  readonly chances?: readonly number[];
}
export const someChances = fc.array(aChance, { minLength: 1, maxLength: 5 });

/** A book, and whoever uses it as the chain does: plans, asks, begins, ends once, settles. */
export function aWorld({ regions = 2, strategy, chances = [0.5], sunny = 'ok' }: WorldGiven = {}) {
  let drawn = 0;
  const random = (): number => chances[drawn++ % chances.length] ?? 0.5;
  const world = aBook({ regions, random, ...(strategy && { strategy }) });
  const { book, clock, callOf } = world;
  const running: Sent[] = [];
  const ended: Sent[] = [];
  const questions: ((reached: boolean) => void)[] = [];
  const weather = new Map<string, What>();
  const weatherIn = (name: string): What => weather.get(name) ?? sunny;

  const begin = (
    deployment: string,
    stream: boolean,
    pick: (choices: readonly Choice[]) => Choice | undefined,
    call = callOf(deployment, stream),
  ): Sent | undefined => {
    book.arrive();
    const { choices, questions: due } = book.plan(call);
    for (const { name } of due) {
      questions.push(book.inquire(name, 3_000));
    }
    const choice = pick(choices);
    if (!choice) return undefined;
    const sent = { choice, deployment, startedAt: clock.now(), ticket: book.begin(choice, call, LEASE_MS) };
    running.push(sent);
    return sent;
  };
  const take = (at: number): Sent | undefined => {
    const [sent] = running.splice(at % Math.max(1, running.length), 1);
    if (sent) ended.push(sent);
    return sent;
  };
  const end = (sent: Sent, what: What, retryAfterMs?: number): void => {
    const durationMs = Math.max(0, clock.now() - sent.startedAt);
    const status = STATUS[what];
    book.end(sent.ticket, [
      {
        verdict: verdict(what, retryAfterMs),
        startedAt: sent.startedAt,
        durationMs,
        ...(status !== undefined && { status }),
      },
    ]);
  };

  const wholeCall = (deployment: string, hintMs: number | undefined): void => {
    const call = callOf(deployment);
    const tried = new Set<string>();
    let answered = false;
    while (!answered) {
      const sent = begin(deployment, false, (all) => all.find(({ region }) => !tried.has(region.name)), call);
      if (!sent) break;
      running.pop();
      const { region } = sent.ticket;
      tried.add(region);
      end(sent, weatherIn(region), hintMs);
      answered = weatherIn(region) === 'ok';
    }
    book.settle(call.id, answered, tried.size);
  };

  return {
    ...world,
    running,
    ended,
    /** A call that goes where it should at first. */
    first: (deployment: string): Sent | undefined => begin(deployment, false, ([choice]) => choice),
    end,
    take,
    do(op: Op): void {
      switch (op.do) {
        case 'weather':
          weather.set(`r${op.region}`, op.what);
          return;
        case 'whole-call':
          wholeCall(op.deployment, op.hintMs);
          return;
        case 'call':
          begin(op.deployment, op.stream, (choices) => choices[op.pick % choices.length]);
          return;
        case 'end': {
          const sent = take(op.which);
          if (sent) end(sent, op.what ?? weatherIn(sent.ticket.region), op.hintMs);
          return;
        }
        case 'give-back': {
          const sent = take(op.which);
          if (sent) book.end(sent.ticket, []);
          return;
        }
        case 'outrun': {
          const sent = take(op.which);
          if (sent) book.outrun(sent.ticket, sent.startedAt);
          return;
        }
        case 'settle': {
          const sent = ended[op.which % Math.max(1, ended.length)];
          if (sent) book.settle(sent.ticket.callId, op.answered, 1);
          return;
        }
        case 'answer': {
          const [question] = questions.splice(op.which % Math.max(1, questions.length), 1);
          question?.(op.reached);
          return;
        }
        case 'pass':
        case 'jump':
          clock.jump(op.ms);
      }
    },
    /** Every call that has had its answer comes to its end. */
    settleAll(): void {
      for (const { ticket } of ended) book.settle(ticket.callId, false, 1);
    },
    /** Answers every question that is still open. */
    answerAll(reached: boolean): void {
      for (const question of questions.splice(0)) question(reached);
    },
    /** Every record there is, with its name. */
    records: () =>
      [...book.records()].flatMap(([name, { record, targets }]) => [
        { scope: name, record },
        ...[...targets].map(([deployment, target]) => ({ scope: `${name}/${deployment}`, record: target })),
      ]),
  };
}
export type World = ReturnType<typeof aWorld>;

/** Whether a lease, as the clock has it, still runs: one that ends later than any is ever set is from a clock that was moved. */
export const isLive = (until: number, now: number): boolean => now < until && until <= now + LONGEST_LEASE_MS;
