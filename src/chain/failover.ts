import { cloudOf } from '../credential/cloud.ts';
import type { Events } from '../events.ts';
import type { HealthBook } from '../health/book.ts';
import type { Choice, Plan } from '../health/choose.ts';
import type { Settings } from '../options.ts';
import type { Attempt, Call, Middleware, Next, VerdictKind } from '../types.ts';
import { asShared, within } from '../within.ts';
import type { Claim } from './claim.ts';
import { dropBody } from './guard.ts';
import { createHedging, type Leg, Outrun, race } from './hedge.ts';
import { attemptsOf, beginTurn, recordSkipped, verdictOf } from './journal.ts';
import { beginJourney, type Journey, keepBetter } from './journey.ts';
import type { Liveness } from './liveness.ts';
import { failedAlike, handOver, surrender } from './surrender.ts';

/** A region's probe keeps its place a little longer than its attempt may take. */
const LEASE_MARGIN_MS = 5_000;
/** What an attempt leaves for a region that has not been tried: a part of the time, and no more than this, ms. */
const RESERVE = 0.4;
const LONGEST_RESERVE_MS = 10_000;

/** Another client tests the region that was chosen, or has tested it by now. */
const CEDED = 'ceded';

/** Why and for how long a call waits before it is tried again. */
interface Wait {
  readonly next: string;
  readonly ms: number;
  readonly because: VerdictKind;
}

/** Sends a call to the region that is believed best, and on to the next while that is what helps. */
export function failover(
  settings: Settings,
  health: HealthBook,
  liveness: Liveness,
  claim: Claim,
  events: Events,
): Middleware {
  const { regions, clock, random, retry, timeouts } = settings;
  const longestAttemptMs = Math.max(timeouts.responseMs, timeouts.firstEventMs);
  const hedging = createHedging(settings, health);

  return async function failover(call, next) {
    const journey = beginJourney(call);
    health.arrive();
    hedging.arrive();
    let [answered, failed] = [false, false];
    try {
      for (;;) {
        const plan = health.plan(call);
        recordSkipped(call, plan.skipped);
        for (const { name } of plan.questions)
          liveness.inquire(name, () => health.plan(call).questions.some((one) => one.name === name));
        const chosen = mayGoOn(journey) ? choose(journey, plan) : undefined;
        const choice = chosen?.as === 'probe' ? await claimed(journey, chosen) : chosen;
        if (choice === CEDED) continue;
        if (choice && (!isInDoubt(journey) || (await isReachable(call, choice.region.name)))) {
          const answer = await askOrHedge(journey, next, choice, plan);
          answered = answer !== undefined;
          if (answer) return answer;
        } else if (choice) {
          choice.release?.();
          journey.tried.push(choice.region.name);
        } else if (!(await anotherRound(journey, plan))) {
          failed = true;
          return surrender(call, clock.now(), journey, health);
        }
      }
    } finally {
      journey.over = true;
      if (!failed) dropBody(journey.best?.response);
      health.settle(call.id, answered, failed ? journey.asked.size : 0);
    }
  };

  /** One client at a time tests a region; while another does, calls go elsewhere. */
  async function claimed({ call, ceded }: Journey, choice: Choice): Promise<Choice | typeof CEDED> {
    const { name } = choice.region;
    const release = await claim(name, call.signal);
    if (call.signal.aborted) {
      release?.();
      throw call.signal.reason;
    }
    if (!release) {
      ceded.add(name);
      return CEDED;
    }
    // Somebody else may have tested it while this call waited.
    const isDue = health.plan(call).choices.some(({ region, as }) => region.name === name && as === 'probe');
    if (isDue) return { ...choice, release };
    release();
    return CEDED;
  }

  function choose(journey: Journey, { choices, cooling }: Plan): Choice | undefined {
    const { call, tried, out, last, ceded } = journey;
    const left = choices.filter(({ region: { name } }) => !tried.includes(name) && !out.includes(name));
    const free = left.find(({ region: { name } }) => !ceded.has(name));
    const choice = free ?? (left[0] && { ...left[0], as: 'last-resort' });
    if (choice && !mayAskAgain(journey, choice.region.name)) {
      // The one that the call waited for is paid, whoever would come before it.
      const due = left.find(({ region: { name } }) => !ceded.has(name) && isFree(journey, name));
      journey.broke = !due;
      return due;
    }
    if (choice || last || !cooling[0] || waitMs(cooling[0].until) <= patienceMs(call)) return choice;
    // Nothing was tried, and all that may be tried is cooling for too long: then one is asked all the same.
    return { region: cooling[0].region, as: 'last-resort' };
  }

  /** The first try in a region is free, each further one is paid for once. */
  function mayAskAgain(journey: Journey, name: string): boolean {
    return isFree(journey, name) || health.afford(name);
  }

  function isFree({ asked, paid }: Journey, name: string): boolean {
    return !asked.has(name) || paid.delete(name);
  }

  /** While no region can be reached, it seems, one question finds out for all calls what each would after its first try. */
  function isInDoubt({ last }: Journey): boolean {
    return last !== undefined && health.isLocal && timeouts.livenessMs > 0;
  }

  function isReachable({ deadline, signal }: Call, name: string): Promise<boolean> {
    const limits = { clock, ms: waitMs(deadline), signal };
    // Who gives up hears of it in the attempt that follows.
    return within(limits, () => liveness.isAlive(name)).catch(() => signal.aborted);
  }

  /** One region's turn; where it is silent for too long, another one's beside it. */
  function askOrHedge(journey: Journey, next: Next, choice: Choice, plan: Plan): Promise<Response | undefined> {
    const { call } = journey;
    const delayMs = hedging.delayMs(choice, call);
    if (delayMs === undefined) return ask(journey, next, call, choice, plan, false);
    const leg = (chosen: Choice, on: Plan, hedges: boolean): Leg => {
      const own = new AbortController();
      const signal = asShared(AbortSignal.any([call.signal, own.signal]));
      return {
        answer: ask(journey, next, { ...call, signal }, chosen, on, hedges),
        callOff: () => own.abort(new Outrun()),
      };
    };
    const isFinal = (): boolean => journey.last?.verdict.action === 'return';
    return race(clock, delayMs, isFinal, leg(choice, plan, false), () => {
      const now = health.plan(call);
      const { pool } = choice.region.options;
      const second = now.choices.find(
        ({ region: { name, options }, as }) =>
          as === 'usual' && !journey.asked.has(name) && !(pool && options.pool === pool),
      );
      if (!second || !mayGoOn(journey) || !hedging.afford(choice)) return undefined;
      return leg(second, now, true);
    });
  }

  /** One region's turn, its own retry included. Resolves with what is to be handed over, if anything. */
  async function ask(
    journey: Journey,
    next: Next,
    call: Call,
    choice: Choice,
    plan: Plan,
    hedges: boolean,
  ): Promise<Response | undefined> {
    const { tried, out, last } = journey;
    const { name, options, credential } = choice.region;
    if (last && last.region !== name) {
      events.emit({ type: 'failover', callId: call.id, from: last.region, to: name, because: last.verdict.kind });
    }
    const kind = kindOf(journey, choice, hedges);
    if (!last && !hedges) journey.hopeless = choice.as === 'last-resort' || health.isHopeless;
    tried.push(name);
    journey.asked.add(name);
    journey.spent++;
    // Those that can still have their turn.
    const untried = (): number => {
      const left = plan.choices.filter(({ region }) => !tried.includes(region.name) && !out.includes(region.name));
      return call.operation.replayable ? Math.min(left.length, retry.attempts - journey.spent) : 0;
    };
    // A second try in one region must not cost another one its first; and the last of all is worth more after a back-off.
    const takeSpare = (): boolean => {
      const mayWait = journey.asked.size > 1 && attemptsOf(call).some(({ verdict }) => verdict.blame !== 'network');
      const has = retry.attempts - journey.spent > Math.max(untried(), mayWait ? 1 : 0);
      if (has) journey.spent++;
      return has;
    };
    const leftMs = waitMs(call.deadline);
    const reserveMs = untried() > 0 ? Math.min(leftMs * RESERVE, LONGEST_RESERVE_MS) : 0;
    const ticket = health.begin(choice, call, Math.min(leftMs, longestAttemptMs) + LEASE_MARGIN_MS);
    const number = attemptsOf(call).length + 1;
    const startedAt = clock.now();
    const means = { takeSpare, hasOthers: () => untried() > 0 };
    const { attempt, account } = beginTurn({ number, region: options, kind }, means);
    let response: Response | undefined;
    let error: unknown;
    try {
      response = await next({ ...call, deadline: call.deadline - reserveMs, attempt });
    } catch (thrown) {
      error = thrown;
    }
    if (call.signal.reason instanceof Outrun) {
      dropBody(response);
      if (hedges) health.end(ticket, []);
      else health.outrun(ticket, startedAt);
      return undefined;
    }
    const verdict = verdictOf(response ?? error);
    // A credential that was refused, and then renewed, was not refused for good; a caller's own is not the region's.
    const settled = call.signal.aborted || credential === 'caller' ? undefined : verdict;
    const endings = account.records.filter((one) => one.verdict.blame !== 'credential' || one.verdict === settled);
    if (account.stream && response) {
      health.begun(ticket, endings);
      void account.stream.then((ending) => health.ended(ticket, ending));
    } else health.end(ticket, endings);
    if (journey.over) health.settle(call.id, false, 0);
    if (call.signal.aborted) {
      dropBody(response);
      throw call.signal.reason;
    }
    // What has no verdict is good, or a middleware's own doing: its answer or its error is the call's.
    if (!verdict || (response && verdict.action === 'return')) {
      if (!response) throw error;
      return verdict ? handOver(response) : response;
    }
    journey.last = { region: name, verdict, error };
    if (response) keepBetter(journey, response, verdict);
    const { kind: why, blame } = verdict;
    if (blame === 'credential' || why === 'no-deployment' || why === 'token-source') out.push(name);
    if (why === 'token-source' && credential !== 'caller') {
      const cloud = cloudOf(choice.region.endpoint.origin);
      for (const other of regions)
        if (other.credential === credential && cloudOf(other.endpoint.origin) === cloud) out.push(other.name);
    }
    return undefined;
  }

  function mayGoOn({ call, last, spent, broke }: Journey): boolean {
    if (broke || spent >= retry.attempts || waitMs(call.deadline) <= 0) return false;
    if (!last) return true;
    const { action, worked } = last.verdict;
    // What may have been done must not be done twice, unless doing it twice only costs twice.
    return action !== 'return' && (worked === 'no' || call.operation.replayable);
  }

  /** Every region has had its turn: is it worth waiting, and beginning anew? */
  async function anotherRound(journey: Journey, plan: Plan): Promise<boolean> {
    const { call } = journey;
    const wait = mayGoOn(journey) ? waitOf(journey, plan) : undefined;
    // Nobody sits out a wait only to be told that there is no try left.
    if (!wait || wait.ms >= waitMs(call.deadline) || !mayAskAgain(journey, wait.next)) return false;
    if (journey.asked.has(wait.next)) journey.paid.add(wait.next);
    events.emit({ type: 'wait', callId: call.id, region: wait.next, ms: wait.ms, because: wait.because });
    await clock.sleep(wait.ms, call.signal);
    journey.tried = [];
    return true;
  }

  /** What a call waits for, if for anything: the end of a cool-down, or, in an outage that nobody knew of, for better times. */
  function waitOf(journey: Journey, { choices, cooling }: Plan): Wait | undefined {
    const { call, last, out, hopeless } = journey;
    const soonest = cooling.find(({ region }) => !out.includes(region.name));
    if (soonest && waitMs(soonest.until) <= patienceMs(call))
      return { next: soonest.region.name, ms: waitMs(soonest.until), because: soonest.cause };
    const next = choices.find(({ region }) => !out.includes(region.name))?.region.name;
    // In an outage that was known when the call came, a back-off would only add to the load.
    if (!next || !last || hopeless || failedAlike(attemptsOf(call), health.isLocal)) return undefined;
    const { blame, kind } = last.verdict;
    if (blame !== 'region' && blame !== 'network') return undefined;
    const ms = random() * Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** Math.min(journey.backOffs++, 30));
    return { next, ms, because: kind };
  }

  /** How long a call sits out what the service asks for. */
  function patienceMs(call: Call): number {
    return Math.min(retry.maxWaitMs, waitMs(call.deadline) / 2);
  }

  function waitMs(until: number): number {
    return Math.max(0, until - clock.now());
  }
}

function kindOf({ last }: Journey, { as, region }: Choice, hedges: boolean): Attempt['kind'] {
  if (hedges) return 'hedge';
  if (as === 'probe') return 'probe';
  if (!last) return 'first';
  return last.region === region.name ? 'retry' : 'failover';
}
