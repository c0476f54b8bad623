import fc from 'fast-check';
import { adopt, suspect } from '../../src/health/absorb.ts';
import type { Ticket } from '../../src/health/attempt.ts';
import type { Choice } from '../../src/health/choose.ts';
import { freshRecord, type HealthRecord, LONGEST_LEASE_MS } from '../../src/health/record.ts';
import type { RegionRecords } from '../../src/health/snapshot.ts';
import type { Strategy } from '../../src/health/strategies.ts';
import type { RegionOptions } from '../../src/types.ts';
import { aBook, aChance, BREAKER, learnedAt, regionOf, STATUS, verdict, type What } from '../support/health.ts';
import type { Op, Said } from './ops.ts';

/** How long a probe may keep its place here, ms. */
export const LEASE_MS = 30_000;

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

  const hear = (name: string, deployment: string, said: Said, believed: boolean): void => {
    const now = clock.now();
    const record = (gives: HealthRecord): RegionRecords =>
      regionOf(learnedAt(now, said === 'told to wait' ? freshRecord : gives), { [deployment]: learnedAt(now, gives) });
    const { maxOpenMs, rampMs } = BREAKER;
    const open = (until: number): HealthRecord => ({
      ...freshRecord,
      circuit: { state: 'open', until, cause: 'bad-body' },
      opens: 3,
    });
    const theirs: Record<Said, HealthRecord> = {
      well: { ...freshRecord, closedAt: now },
      down: open(now + maxOpenMs),
      due: open(now),
      ramping: { ...freshRecord, circuit: { state: 'ramping', since: now, overMs: rampMs }, closedAt: now },
      'told to wait': { ...freshRecord, excluded: { until: now + 60_000, cause: 'throttled', streak: 1 } },
    };
    if (book.records().has(name)) book.absorb(new Map([[name, record(theirs[said])]]), believed ? adopt : suspect);
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
        case 'hear':
          hear(`r${op.region}`, op.deployment, op.said, op.believed);
          return;
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
