import type { Settings } from '../options.ts';
import type { Call } from '../types.ts';
import type { Absorb } from './absorb.ts';
import { anyCall } from './any-call.ts';
import { type Ending, eventOf, type Ticket, ticketOf } from './attempt.ts';
import {
  answerFrom,
  callEnded,
  type Doubts,
  isStale,
  isSuspicion,
  type Judgement,
  noDoubts,
  type Suspicion,
  suspect,
} from './blame.ts';
import { deposit, refill, withdraw } from './budget.ts';
import { type Choice, choose, type Plan } from './choose.ts';
import { type Effects, effectsOf, NOTHING } from './effects.ts';
import { failureShare, pointsOf } from './evidence.ts';
import { learn, p95Of } from './latency.ts';
import { least } from './least.ts';
import { LogicalClock } from './logical-clock.ts';
import { noRate, perSecond, tick } from './rate.ts';
import { isHeldNow, isUnreachable, LONGEST_LEASE_MS, type RegionStatus, shareOf } from './record.ts';
import type { Conditions, HealthEvent } from './reduce.ts';
import { type Change, RegionHealth } from './region-health.ts';
import { latestOf, type RegionRecords } from './snapshot.ts';

interface Failure extends Suspicion {
  readonly ticket: Ticket;
}

/** Less than this much evidence is what a single old failure has faded to. */
const CLEAN = 0.5;
/** Five times in a row slower than another opens a deployment (Cosmos DB's number). */
const SLOW = 1;

/** What is known of all regions, and the one place where it changes. */
export class HealthBook {
  readonly #settings: Settings;
  readonly #onChange: (status: RegionStatus, change: Change) => void;
  readonly #regions: ReadonlyMap<string, RegionHealth>;
  readonly #logical = new LogicalClock();
  #rate = noRate;
  #doubts: Doubts<Failure> = noDoubts;
  #isHopeless = false;

  constructor(settings: Settings, onChange: (status: RegionStatus, change: Change) => void) {
    this.#settings = settings;
    this.#onChange = onChange;
    this.#regions = new Map(settings.regions.map((one) => [one.name, new RegionHealth(one.name, one.endpoint.base)]));
  }

  /** A call came in. */
  arrive(): void {
    this.#rate = tick(this.#rate, this.#now());
  }

  plan(call: Call): Plan {
    const { deployment = '', stream } = call.operation;
    const now = this.#now();
    const known = this.#settings.regions.map((region) => {
      const suspected = this.#isSuspected(region.name, deployment, now);
      return this.#region(region.name).knownFor(region, deployment, stream, suspected, now);
    });
    return choose(known, this.#settings, call, now);
  }

  /** A region that could not be reached is asked whether it can be again, and is left alone for as long. */
  inquire(name: string, leaseMs: number): (reached: boolean) => void {
    const region = this.#region(name);
    this.#apply(region, undefined, { type: 'question', until: this.#now() + leaseMs });
    const { generation } = region.record;
    return (reached) => this.#apply(region, undefined, { type: 'answer', generation, reached });
  }

  /** An attempt starts. `leaseMs`: how long it may keep the place of the region's only probe. */
  begin(choice: Choice, call: Call, leaseMs: number): Ticket {
    const [region, { deployment = '' }] = [this.#region(choice.region.name), call.operation];
    const until = this.#now() + Math.min(leaseMs, LONGEST_LEASE_MS);
    if (choice.as === 'probe')
      for (const scope of [undefined, deployment]) this.#apply(region, scope, { type: 'probe', until });
    region.inFlight++;
    return ticketOf(choice, call, [region.record.generation, region.target(deployment).generation]);
  }

  /** It ended, and this is what it taught: one ending for each time the region was asked, none when it was not. */
  end(ticket: Ticket, endings: readonly Ending[]): void {
    this.begun(ticket, endings);
    const last = endings.at(-1);
    if (last?.verdict.kind === 'ok' || !last) this.ended(ticket, last);
    else this.#close(ticket);
  }

  /** Its answer has begun, and goes on: what is known by now. Only what ends well has gone well. */
  begun(ticket: Ticket, endings: readonly Ending[]): void {
    if (ticket.ended) return;
    ticket.release?.();
    const region = this.#region(ticket.region);
    for (const ending of endings) {
      const { verdict, startedAt, durationMs, status } = ending;
      // What this answer shows of earlier failures comes first: a success must not be followed by what went before it.
      if (status !== undefined && verdict.blame !== 'network' && this.#isInDoubt())
        this.#conclude(answerFrom(this.#doubts, region.site, startedAt, this.#now()));
      if (verdict.kind !== 'ok') this.#failed(region, ticket, ending);
      else {
        this.#isHopeless = false;
        this.settle(ticket.callId, true, 1);
        const kind = ticket.stream ? 'stream' : 'whole';
        region.latency[kind] = learn(region.latency[kind], durationMs, startedAt + durationMs);
      }
    }
  }

  /** What had begun has ended; nothing is known of what its reader left. */
  ended(ticket: Ticket, ending: Ending | undefined): void {
    const region = this.#close(ticket);
    if (!region) return;
    if (!ending) this.#teach(ticket, NOTHING);
    else if (ending.verdict.kind !== 'ok') this.#failed(region, ticket, ending);
    else {
      region.budget = deposit(region.budget, this.#settings.retry.budget, ending.startedAt + ending.durationMs);
      this.#teach(ticket, effectsOf(ending.verdict), ending);
    }
  }

  /** Another region's answer came first, although this one had a start: that much is known without waiting for its end. */
  outrun(ticket: Ticket, startedAt: number): void {
    const region = this.#close(ticket);
    if (!region) return;
    const { probe, deployment } = ticket;
    const [own, target] = ticket.generations;
    const slow = { type: 'failure', kind: 'timeout', points: SLOW, startedAt, endedAt: this.#now(), probe } as const;
    const probed = region.record.circuit.state === 'half-open';
    this.#apply(region, undefined, probed ? { ...slow, generation: own } : { type: 'release', generation: own, probe });
    this.#apply(region, deployment, { ...slow, generation: target });
  }

  /** A call is over: what it showed of the regions that failed it is clear by now. `asked`: how many there were. */
  settle(callId: string, answered: boolean, asked: number): void {
    if (!answered && asked > 1) this.#isHopeless = true;
    if (this.#isInDoubt()) this.#conclude(callEnded(this.#doubts, callId, answered));
  }

  /** Nothing lately speaks against the region: a failure there may be a blink. */
  isClean(name: string, deployment: string): boolean {
    const [region, now] = [this.#region(name), this.#now()];
    const clean = [region.record, region.target(deployment)].every(
      (one) => shareOf(one.circuit, now) > 0 && !isHeldNow(one, now) && pointsOf(one, now) < CLEAN,
    );
    return clean && !this.#isHopeless && !this.#isSuspected(name, deployment, now);
  }

  /** Takes a try from the region's budget, if there is one: all but the first try of a call costs one. */
  afford(name: string): boolean {
    const [region, now] = [this.#region(name), this.#now()];
    const left = withdraw(region.budget, now);
    region.budget = left ?? refill(region.budget, now);
    return left !== undefined;
  }

  /** What 95 of 100 answers to calls like this one take at most, ms, where they are fastest; `undefined` before enough is known. */
  p95Ms({ stream }: Call['operation']): number | undefined {
    return least([...this.#regions.values()].map(({ latency }) => p95Of(latency[stream ? 'stream' : 'whole'])));
  }

  /** The last call failed wherever it was sent, and nothing has gone well since: trying again would only add to the load. */
  get isHopeless(): boolean {
    return this.#isHopeless;
  }

  /** No region could be reached lately: it is the client's own network, as far as can be told. */
  get isLocal(): boolean {
    return this.#doubts.local;
  }

  inFlight(name: string): number {
    return this.#region(name).inFlight;
  }

  records(): ReadonlyMap<string, RegionRecords> {
    return this.#regions;
  }

  /** Takes over what others learned. */
  absorb(records: ReadonlyMap<string, RegionRecords>, absorb: Absorb): void {
    for (const [name, theirs] of records) {
      const region = this.#region(name);
      this.#logical.see(latestOf(theirs));
      const conditionsOf = (deployment?: string): Conditions => this.#conditions(region, deployment);
      this.#tell(region, region.absorb(theirs, absorb, conditionsOf));
    }
  }

  force(name: string, to: 'out' | 'in' | 'auto', ttlMs: number): void {
    this.#region(name).force(to, this.#now() + ttlMs, this.#logical.tick(this.#now()));
    this.#tell(this.#region(name), 'learned');
  }

  /** In the order in which a call that any region could take would try them now. */
  statuses(): readonly RegionStatus[] {
    const now = this.#now();
    const { choices, cooling } = this.plan(anyCall(now, this.#settings.regions[0]?.endpoint.base ?? ''));
    const order = [...choices, ...cooling].map(({ region }) => region.name);
    const rank = ({ region }: RegionStatus): number => (order.includes(region) ? order.indexOf(region) : order.length);
    return [...this.#regions.values()].map((region) => region.statusAt(now)).sort((a, b) => rank(a) - rank(b));
  }

  #close(ticket: Ticket): RegionHealth | undefined {
    if (ticket.ended) return undefined;
    ticket.ended = true;
    ticket.release?.();
    const region = this.#region(ticket.region);
    region.inFlight--;
    return region;
  }

  #failed(region: RegionHealth, ticket: Ticket, ending: Ending): void {
    const { verdict, startedAt, durationMs, status } = ending;
    const [endedAt, expected] = [startedAt + durationMs, isUnreachable(region.record.circuit)];
    const failure = { ...ticket, ...ending, site: region.site, endedAt, status, expected, ticket };
    if (isSuspicion(verdict)) this.#conclude(suspect(this.#doubts, failure, this.#sites()));
    else this.#teach(ticket, effectsOf(verdict), ending);
  }

  #now(): number {
    return this.#settings.clock.now();
  }

  #region(name: string): RegionHealth {
    return this.#regions.get(name) as RegionHealth;
  }

  #isSuspected(name: string, deployment: string, now: number): boolean {
    return this.#doubts.open.some(
      (one) =>
        one.ticket.region === name &&
        (one.deployment === deployment || one.verdict.kind !== 'server-error') &&
        !isStale(one, now),
    );
  }

  /** How many sites could be asked at all. */
  #sites(): number {
    const now = this.#now();
    const askable = [...this.#regions.values()].filter((region) => region.forcedAt(now) !== 'out');
    return new Set(askable.map(({ site }) => site)).size;
  }

  #isInDoubt(): boolean {
    return this.#doubts.open.length > 0 || this.#doubts.local;
  }

  #conclude({ doubts, guilty, dropped }: Judgement<Failure>): void {
    this.#doubts = doubts;
    for (const { ticket, verdict, startedAt, endedAt } of guilty)
      this.#teach(ticket, effectsOf(verdict), { verdict, startedAt, durationMs: endedAt - startedAt });
    for (const { ticket } of dropped) this.#teach(ticket, NOTHING);
  }

  #teach({ region: name, deployment, probe, generations }: Ticket, effects: Effects, ending?: Ending): void {
    const region = this.#region(name);
    const [own, target] = generations;
    this.#apply(region, undefined, eventOf(effects.region, { generation: own, probe }, ending));
    this.#apply(region, deployment, eventOf(effects.deployment, { generation: target, probe }, ending));
    if (ending?.verdict.kind !== 'no-capacity') return;
    const { regions } = this.#settings;
    const pool = regions.find((one) => one.name === name)?.options.pool;
    for (const other of regions) {
      // One pool that is full is full for all who draw on it.
      if (pool !== undefined && other.options.pool === pool && other.name !== name)
        this.#apply(this.#region(other.name), deployment, eventOf('refusal', { generation: -1, probe: false }, ending));
    }
  }

  #apply(region: RegionHealth, deployment: string | undefined, event: HealthEvent): void {
    this.#tell(region, region.apply(deployment, event, this.#conditions(region, deployment)));
  }

  #conditions(region: RegionHealth, deployment: string | undefined): Conditions {
    const { breaker, random } = this.#settings;
    const bestPeer = (): number | undefined => {
      const peers = [...this.#regions.values()].filter((peer) => peer !== region);
      return least(peers.map((peer) => failureShare(deployment === undefined ? peer.record : peer.target(deployment))));
    };
    const now = this.#now();
    const mayOpen = (): boolean =>
      this.#settings.regions.some(({ name, options }) => {
        const lacks = deployment !== undefined && options.deployments?.[deployment] === false;
        return name !== region.name && !lacks && this.#region(name).isUsable(deployment, now);
      });
    const tick = (): number => this.#logical.tick(now);
    return { options: breaker, perSecond: perSecond(this.#rate), bestPeer, mayOpen, now, tick, random };
  }

  #tell(region: RegionHealth, change: Change | undefined): void {
    if (change) this.#onChange(region.statusAt(this.#now()), change);
  }
}
