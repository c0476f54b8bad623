import type { Events } from '../events.ts';
import type { HealthBook } from '../health/book.ts';
import type { Choice, Plan } from '../health/choose.ts';
import type { Settings } from '../options.ts';
import type { Call, Middleware, Next, Verdict } from '../types.ts';
import { dropBody } from './guard.ts';
import { attemptsOf, beginTurn, verdictOf } from './journal.ts';
import { type Failure, handOver, surrender } from './surrender.ts';

/** What a call has been through: all of its state is here, and nobody else's. */
interface Journey {
  readonly call: Call;
  readonly next: Next;
  /** Regions that have had their turn in this round. */
  tried: string[];
  /** Regions that will not take this call however long it waits. */
  readonly out: string[];
  /** Attempts made; a credential that is renewed costs none. */
  spent: number;
  /** Rounds that were begun anew after a back-off. */
  backOffs: number;
  /** Every region was believed to be down when the call came. */
  hopeless: boolean;
  /** The last failure, and the response worth most to the caller should there be no better. */
  last?: Failure;
  best?: { readonly response: Response; readonly worth: number };
}

/** A region's probe keeps its place a little longer than its attempt may take. */
const LEASE_MARGIN_MS = 5_000;
/** What an attempt leaves for a region that has not been tried: a part of the time, and no more than this, ms. */
const RESERVE = 0.4;
const LONGEST_RESERVE_MS = 10_000;

/** Sends a call to the region that is believed best, and on to the next while that is what helps. */
export function failover(settings: Settings, health: HealthBook, events: Events): Middleware {
  const { regions, clock, random, retry, timeouts } = settings;
  const longestAttemptMs = Math.max(timeouts.responseMs, timeouts.firstEventMs);

  return async function failover(call, next) {
    const journey: Journey = { call, next, tried: [], out: [], spent: 0, backOffs: 0, hopeless: false };
    try {
      for (;;) {
        const plan = health.plan(call);
        const choice = mayGoOn(journey) ? choose(journey, plan) : undefined;
        if (choice) {
          const answer = await ask(journey, choice, plan);
          if (answer) return answer;
        } else if (!(await anotherRound(journey, plan))) {
          return surrender(call, clock.now(), journey.best?.response, journey.last, health.plan(call));
        }
      }
    } catch (error) {
      dropBody(journey.best?.response);
      throw error;
    }
  };

  function choose({ call, tried, out, last }: Journey, { choices, cooling }: Plan): Choice | undefined {
    const choice = choices.find(({ region: { name } }) => !tried.includes(name) && !out.includes(name));
    if (choice || last || !cooling[0] || waitMs(cooling[0].until) <= patienceMs(call)) return choice;
    // Nothing was tried, and all that may be tried is cooling for too long: then one is asked all the same.
    return { region: cooling[0].region, as: 'last-resort' };
  }

  /** One region's turn, its own retry included. Resolves with what is to be handed over, if anything. */
  async function ask(journey: Journey, choice: Choice, plan: Plan): Promise<Response | undefined> {
    const { call, next, tried, out, last } = journey;
    const { name, options, credential } = choice.region;
    if (last && last.region !== name) {
      events.emit({ type: 'failover', callId: call.id, from: last.region, to: name, because: last.verdict.kind });
    }
    const again = last ? (last.region === name ? 'retry' : 'failover') : 'first';
    const kind = choice.as === 'probe' ? 'probe' : again;
    if (!last) journey.hopeless = choice.as === 'last-resort';
    tried.push(name);
    const left = plan.choices.filter(({ region }) => !tried.includes(region.name) && !out.includes(region.name)).length;
    // Those that can still have their turn.
    const untried = call.operation.replayable ? Math.min(left, retry.attempts - journey.spent - 1) : 0;
    const leftMs = waitMs(call.deadline);
    const reserveMs = untried > 0 ? Math.min(leftMs * RESERVE, LONGEST_RESERVE_MS) : 0;
    const ticket = health.begin(choice, call, Math.min(leftMs, longestAttemptMs) + LEASE_MARGIN_MS);
    // A second try in one region must not cost another one its first.
    const spare = Math.max(0, retry.attempts - journey.spent - 1 - untried);
    const number = attemptsOf(call).length + 1;
    const { attempt, account } = beginTurn({ number, region: options, kind }, spare);
    let response: Response | undefined;
    let error: unknown;
    try {
      response = await next({ ...call, deadline: call.deadline - reserveMs, attempt });
    } catch (thrown) {
      error = thrown;
    }
    journey.spent += 1 + spare - account.spare;
    const verdict = verdictOf(response ?? error);
    // A credential that was refused, and then renewed, was not refused for good; a caller's own is not the region's.
    const settled = call.signal.aborted || credential === 'caller' ? undefined : verdict;
    health.end(
      ticket,
      account.records.filter((one) => one.verdict.blame !== 'credential' || one.verdict === settled),
    );
    if (call.signal.aborted) {
      dropBody(response);
      throw call.signal.reason;
    }
    // What has no verdict is good, or a middleware's own doing: its answer or its error is the call's.
    if (!verdict || (response && verdict.action === 'return')) {
      if (!response) throw error;
      dropBody(journey.best?.response);
      return verdict ? handOver(response) : response;
    }
    journey.last = { region: name, verdict, error };
    if (response) keepBetter(journey, response, verdict);
    const { kind: why, blame } = verdict;
    if (blame === 'credential' || why === 'no-deployment' || why === 'token-source') out.push(name);
    if (why === 'token-source' && credential !== 'caller') {
      for (const other of regions) if (other.credential === credential) out.push(other.name);
    }
    return undefined;
  }

  function mayGoOn({ call, last, spent }: Journey): boolean {
    if (waitMs(call.deadline) <= 0) return false;
    if (!last) return true;
    const { action, worked } = last.verdict;
    // What may have been done must not be done twice, unless doing it twice only costs twice.
    if (action === 'return' || (worked !== 'no' && !call.operation.replayable)) return false;
    return spent < retry.attempts;
  }

  /** Every region has had its turn: is it worth waiting, and beginning anew? */
  async function anotherRound(journey: Journey, plan: Plan): Promise<boolean> {
    const { call, last, out } = journey;
    if (!mayGoOn(journey)) return false;
    const soonest = plan.cooling.find(({ region }) => !out.includes(region.name));
    let ms: number;
    if (soonest && waitMs(soonest.until) <= patienceMs(call)) {
      ms = waitMs(soonest.until);
      events.emit({ type: 'wait', callId: call.id, region: soonest.region.name, ms, because: soonest.cause });
    } else if (last && !journey.hopeless && (last.verdict.blame === 'region' || last.verdict.blame === 'network')) {
      // In an outage that was known when the call came, a back-off would only add to the load.
      ms = random() * Math.min(retry.maxDelayMs, retry.baseDelayMs * 2 ** journey.backOffs++);
      if (ms >= waitMs(call.deadline)) return false;
      events.emit({ type: 'wait', callId: call.id, region: last.region, ms, because: last.verdict.kind });
    } else return false;
    await clock.sleep(ms, call.signal);
    journey.tried = [];
    return true;
  }

  /** How long a call sits out what the service asks for. */
  function patienceMs(call: Call): number {
    return Math.min(retry.maxWaitMs, waitMs(call.deadline) / 2);
  }

  function waitMs(until: number): number {
    return Math.max(0, until - clock.now());
  }
}

/** Of two failures, the one that says when to come back is worth most, then the one that says what is wrong with a region. */
function keepBetter(journey: Journey, response: Response, { kind }: Verdict): void {
  const worth =
    kind === 'throttled' || kind === 'no-capacity' ? 3 : kind === 'server-error' || kind === 'gateway' ? 2 : 1;
  // A page that stood where the service should have, or a redirect, is no answer to hand over.
  if (kind === 'bad-body' || (kind === 'gateway' && response.status < 400)) {
    dropBody(response);
    return;
  }
  const better = journey.best === undefined || journey.best.worth <= worth;
  dropBody(better ? journey.best?.response : response);
  if (better) journey.best = { response, worth };
}
