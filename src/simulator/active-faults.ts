import { BoundedMap } from './bounded-map.ts';
import { closingKinds, partsOf, precedesRequests } from './connection-shape.ts';
import { type Fault, isConnectionFault, parseFault, printFault } from './fault.ts';
import { type ActiveFault, FaultEntry, type Strike, type Target, type Wanted } from './fault-entry.ts';
import { standingAt } from './fault-phase.ts';
import type { LastingShape } from './fault-shape.ts';

/** Whose a fault is: of one region, or of all, and gives way to the region's own. */
export type FaultScope = 'region' | 'all';

/**
 * The faults of one region. Of several that could strike at the same point, the one that the request brought does; else one
 * of the queue; else one that says for which requests it is; else one of the region; else one of all regions. Of several
 * of these, the newest.
 */
export class ActiveFaults {
  /** Oldest first. */
  #standing: readonly FaultEntry[] = [];
  /** The same, those first that others give way to. */
  #order: readonly FaultEntry[] = [];
  readonly #ofAll = new WeakSet<FaultEntry>();
  /** What the next requests meet, oldest first. */
  #queue: readonly FaultEntry[] = [];
  /** What requests brought themselves, by its text. */
  #brought = new BoundedMap<FaultEntry>(mostBrought);
  /** What the request that is being decided on meets of the last two. */
  #shot: { readonly target: Target; readonly entry: FaultEntry | undefined } | undefined;

  /** Those that are not over at `now` (Unix time, ms), oldest first, and then those of the queue. */
  at(now: number): readonly ActiveFault[] {
    this.#keep((entry) => !entry.isOver(now));
    return [...this.#standing, ...this.#queue].map(({ active }) => active);
  }

  /** @throws Error when it is the second fault of the connection. */
  add(fault: Fault, now: number, scope: FaultScope = 'region'): ActiveFault {
    this.#keep((entry) => !entry.isOver(now));
    const rival = isConnectionFault(fault) && this.#standing.find(({ active }) => isConnectionFault(active.fault));
    if (rival) {
      const both = `"${printFault(fault)}" while "${rival.active.text}" is on`;
      throw new Error(`a region has one connection fault at a time: ${both}`);
    }
    const entry = new FaultEntry(fault, now);
    if (scope === 'all') this.#ofAll.add(entry);
    this.#standing = [...this.#standing, entry];
    this.#sort();
    return entry.active;
  }

  /**
   * Lets the next request that it is about meet this fault, and no other that would decide about it. With `*times`, so
   * many of them.
   *
   * @throws TypeError when it strikes before there is a request.
   */
  queue(fault: Fault, now: number): ActiveFault {
    if (precedesRequests(fault)) {
      throw new TypeError(`what the next request meets must be a fault of requests, got "${printFault(fault)}"`);
    }
    const entry = new FaultEntry({ ...fault, times: fault.times ?? 1 }, now);
    this.#queue = [...this.#queue, entry];
    return entry.active;
  }

  /**
   * Lets a request meet the fault that it brought, and no other that would decide about it. The same text from several
   * requests is one fault, which began with the first of them and counts them alone.
   *
   * @throws TypeError when it cannot be read, or strikes before there is a request.
   */
  bring(text: string, target: Target): void {
    const fault = parseFault(text);
    if (precedesRequests(fault)) {
      throw new TypeError(`what a request brings must be a fault of requests, got "${printFault(fault)}"`);
    }
    const entry = this.#brought.get(printFault(fault)) ?? new FaultEntry(fault, target.now);
    this.#brought.set(entry.active.text, entry);
    if (!entry.isOver(target.now) && entry.concerns(target)) this.#shot = { target, entry };
  }

  /** Lets what requests bring begin anew. */
  forgetBrought(): void {
    this.#brought = new BoundedMap(mostBrought);
  }

  /** Quotas and capacities are full again at `now` (Unix time, ms). */
  refill(now: number): void {
    for (const entry of [...this.#standing, ...this.#queue, ...this.#brought.values()]) entry.refill(now);
  }

  /** Nothing happens when it is over already. */
  remove(active: ActiveFault): void {
    this.#keep((entry) => entry.active !== active);
  }

  /** Why nobody can connect at `now` (Unix time, ms); `undefined` where it can be tried. */
  closedAt(now: number): (typeof closingKinds)[number] | undefined {
    for (const { active } of this.#standing) {
      const kind = standingAt(active.fault, active.since, now)?.kind;
      const closing = closingKinds.find((known) => known === kind);
      if (closing) return closing;
    }
    return undefined;
  }

  /** The first fault of these kinds that fits and strikes. That counts as one of its `*times`. */
  take<Kind extends LastingShape['kind']>(
    kinds: readonly Kind[],
    target: Target,
    fits: Wanted<Kind>['fits'] = () => true,
  ): Strike<Kind> | undefined {
    const shot = this.#shotOf(target);
    const strike = shot?.strike<Kind>({ kinds, fits }, target);
    if (strike) return strike;
    // It was the one to decide, and does so at another point, if at all.
    if (shot && decides(shot) && !kinds.every(isBeside)) return undefined;
    for (const entry of this.#order) {
      const strike = entry.strike<Kind>({ kinds, fits }, target);
      if (strike) return strike;
    }
    return undefined;
  }

  /** All faults of that kind that strike, in the same order. */
  takeAll<Kind extends LastingShape['kind']>(kind: Kind, target: Target): readonly Strike<Kind>[] {
    const shot = this.#shotOf(target);
    const entries = shot ? [shot, ...this.#order] : this.#order;
    return entries.flatMap((entry) => entry.strike<Kind>({ kinds: [kind], fits: () => true }, target) ?? []);
  }

  #shotOf(target: Target): FaultEntry | undefined {
    if (this.#shot?.target === target) return this.#shot.entry;
    const { request, now } = target;
    if (this.#queue.length === 0 || !request || request.method === 'OPTIONS') return undefined;
    this.#keep((entry) => !entry.isOver(now));
    const entry = this.#queue.find((queued) => queued.concerns(target));
    this.#shot = { target, entry };
    return entry;
  }

  #keep(which: (entry: FaultEntry) => boolean): void {
    if (!this.#queue.every(which)) this.#queue = this.#queue.filter(which);
    if (this.#standing.every(which)) return;
    this.#standing = this.#standing.filter(which);
    this.#sort();
  }

  #sort(): void {
    const giveWay = (entry: FaultEntry): number => (entry.active.fault.match ? 0 : this.#ofAll.has(entry) ? 2 : 1);
    this.#order = this.#standing.toReversed().sort((a, b) => giveWay(a) - giveWay(b));
  }
}

/** Remembered at a time; who thinks of more of them starts the oldest anew. */
const mostBrought = 1000;

/** What does not decide on the answer, and goes together with what does. */
const besides: ReadonlySet<string> = new Set([
  ...['cors', 'latency', 'duplicate-slow', 'slow', 'slice', 'throttle', 'stream', 'ok'],
]);

const isBeside = (kind: LastingShape['kind']): boolean => besides.has(kind);

function decides({ active: { fault } }: FaultEntry): boolean {
  return partsOf(fault).some(({ kind }) => !besides.has(kind));
}
