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
import type { RegionRecords } from './snapshot.ts';

/** All that is known of one region. */
export class RegionHealth {
  readonly name: string;
  /** Its endpoint, which other regions may have too. */
  readonly site: string;
  record: HealthRecord = freshRecord;
  /** By deployment name, as the caller says it; calls that name none share the empty name. */
  readonly targets = new Map<string, HealthRecord>();
  readonly latency: { stream?: Latency; whole?: Latency } = {};
  budget: Budget = fullReserve;
  /** Attempts that wait for its answer now, or read a stream of it. */
  inFlight = 0;
  forced: { readonly to: 'in' | 'out'; readonly until: number } | undefined;

  constructor(name: string, site: string) {
    this.name = name;
    this.site = site;
  }

  target(deployment: string): HealthRecord {
    return this.targets.get(deployment) ?? freshRecord;
  }

  forcedAt(now: number): 'in' | 'out' | undefined {
    return this.forced && this.forced.until > now ? this.forced.to : undefined;
  }

  /** Whether calls for a deployment, or for any, are sent there as usual. */
  isUsable(deployment: string | undefined, now: number): boolean {
    const scopes = deployment === undefined ? [this.record] : [this.record, this.target(deployment)];
    return (
      this.forcedAt(now) !== 'out' && scopes.every((scope) => shareOf(scope.circuit, now) > 0 && !isHeldNow(scope, now))
    );
  }

  /** Applies an event to the region's own record, or to that of a deployment. Resolves with whether people should hear of it. */
  apply(deployment: string | undefined, event: HealthEvent, conditions: Conditions): boolean {
    const before = deployment === undefined ? this.record : this.target(deployment);
    const after = reduce(before, event, conditions);
    if (after === before) return false;
    if (deployment === undefined) this.record = after;
    else this.#keep(deployment, after);
    return before.circuit.state !== after.circuit.state || before.excluded !== after.excluded;
  }

  /** Takes over what another session learned, unless something has been learned already. */
  restore({ record, targets }: RegionRecords): boolean {
    if (this.record !== freshRecord || this.targets.size > 0) return false;
    this.record = record;
    for (const [deployment, target] of targets) this.targets.set(deployment, target);
    return true;
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
