import type { Absorb } from './absorb.ts';
import { type Budget, fullReserve } from './budget.ts';
import type { Known } from './choose.ts';
import type { Latency } from './latency.ts';
import {
  freshRecord,
  type HealthRecord,
  isHeldNow,
  MOST_TARGETS,
  type RegionStatus,
  shareOf,
  statusOf,
} from './record.ts';
import { type Conditions, type HealthEvent, reduce } from './reduce.ts';
import type { Forced, RegionRecords } from './snapshot.ts';

/** People hear of what changes what is believed. What was `learned` here others should know; what is `seen` is not for them. */
export type Change = 'learned' | 'seen';

/** All that is known of one region. */
export class RegionHealth implements RegionRecords {
  readonly name: string;
  /** Its endpoint, which other regions may have too. */
  readonly site: string;
  record: HealthRecord = freshRecord;
  /** By deployment name, as the caller says it; calls that name none share the empty name. */
  readonly targets = new Map<string, HealthRecord>();
  readonly latency: { stream?: Latency | undefined; whole?: Latency | undefined } = {};
  budget: Budget = fullReserve;
  /** Attempts that wait for its answer now, or read a stream of it. */
  inFlight = 0;
  forced: Forced | undefined;

  constructor(name: string, site: string) {
    this.name = name;
    this.site = site;
  }

  target(deployment: string): HealthRecord {
    return this.targets.get(deployment) ?? freshRecord;
  }

  force(to: Forced['to'], until: number, at: number): void {
    this.forced = { to, until, at };
  }

  forcedAt(now: number): 'in' | 'out' | undefined {
    const { to = 'auto', until = 0 } = this.forced ?? {};
    return to !== 'auto' && until > now ? to : undefined;
  }

  /** Whether calls for a deployment, or for any, are sent there as usual. */
  isUsable(deployment: string | undefined, now: number): boolean {
    const scopes = deployment === undefined ? [this.record] : [this.record, this.target(deployment)];
    return (
      this.forcedAt(now) !== 'out' && scopes.every((scope) => shareOf(scope.circuit, now) > 0 && !isHeldNow(scope, now))
    );
  }

  /** Applies an event to the region's own record, or to that of a deployment. */
  apply(deployment: string | undefined, event: HealthEvent, conditions: Conditions): Change | undefined {
    const before = deployment === undefined ? this.record : this.target(deployment);
    const after = reduce(before, event, conditions);
    if (after === before) return undefined;
    if (deployment === undefined) this.record = after;
    else this.#keep(deployment, after);
    if (before.learnedAt !== after.learnedAt) return 'learned';
    return before.circuit.state !== after.circuit.state || before.excluded !== after.excluded ? 'seen' : undefined;
  }

  /** Takes over what others learned, as far as `absorb` has it. */
  absorb(theirs: RegionRecords, absorb: Absorb, conditionsOf: (deployment?: string) => Conditions): Change | undefined {
    const said = theirs.forced && theirs.forced.at > (this.forced?.at ?? 0) ? theirs.forced : undefined;
    this.forced = said ?? this.forced;
    // Where learning starts, not what was learned here.
    this.latency.stream ??= theirs.latency.stream;
    this.latency.whole ??= theirs.latency.whole;
    const record = absorb(this.record, theirs.record, conditionsOf());
    let isNews = said !== undefined || record !== this.record;
    this.record = record;
    for (const [deployment, target] of theirs.targets) {
      const before = this.target(deployment);
      const after = absorb(before, target, conditionsOf(deployment));
      if (after === before) continue;
      this.#keep(deployment, after);
      isNews = true;
    }
    return isNews ? 'seen' : undefined;
  }

  /** What a call is told of it that asks where to go. */
  knownFor(region: Known['region'], deployment: string, stream: boolean, suspected: boolean, now: number): Known {
    return {
      region,
      record: this.record,
      target: this.targets.get(deployment),
      forced: this.forcedAt(now),
      suspected,
      inFlight: this.inFlight,
      status: () => this.statusAt(now, stream ? 'stream' : 'whole'),
    };
  }

  /** @param kind of answers whose latency is told; of any when absent */
  statusAt(now: number, kind?: 'stream' | 'whole'): RegionStatus {
    const { name: region, record, targets, latency } = this;
    const learned = kind ? latency[kind] : (latency.stream ?? latency.whole);
    return statusOf({ region, record, targets, latencyMs: learned?.meanMs, forced: this.forcedAt(now) }, now);
  }

  #keep(deployment: string, record: HealthRecord): void {
    if (!this.targets.has(deployment) && this.targets.size >= MOST_TARGETS) {
      const names = [...this.targets.keys()];
      // The oldest, of those that nothing is held against if there are any.
      const forgotten = names.find((name) => isIdle(this.target(name))) ?? names[0];
      if (forgotten !== undefined) this.targets.delete(forgotten);
    }
    this.targets.set(deployment, record);
  }
}

const isIdle = ({ circuit, excluded }: HealthRecord): boolean => circuit.state === 'closed' && excluded === undefined;
