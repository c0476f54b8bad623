import { type Fault, printFault } from './fault.ts';
import { fits, type Matchable } from './fault-match.ts';
import { beginsAt, isOver, standingAt } from './fault-phase.ts';
import type { LastingShape, WellShape } from './fault-shape.ts';
import { QuotaMeter } from './quota-meter.ts';
import { StrikeCounts, type Tally } from './strike-counts.ts';
import { TokenBucket } from './token-bucket.ts';

/** A fault that a region has now. */
export interface ActiveFault {
  readonly fault: Fault;
  /** As {@link printFault} writes it. */
  readonly text: string;
  /** Unix time, ms. */
  readonly since: number;
}

/** A fault that strikes: as it stands now, which for a `flap` or a `sequence` is one of those it consists of. */
export interface Strike<Kind extends LastingShape['kind'] = LastingShape['kind']> {
  readonly shape: LastingShape & { readonly kind: Kind };
  /** Of the fault that was injected. */
  readonly text: string;
  /** How long it has been on, ms. */
  readonly forMs: number;
  /** Of a `quota`. */
  readonly meter: QuotaMeter | undefined;
}

/** A connection or a request, as far as it decides which faults strike it. */
export interface Target {
  /** Unix time, ms. */
  readonly now: number;
  /** Absent where there is none yet. */
  readonly request?: Matchable;
  /**
   * Whether a fault strikes, by its `%prob`: uniform in [0, 1).
   *
   * @param attempt where it draws for each logical request by itself: for which, and for the how manieth time.
   */
  readonly draw: (fault: ActiveFault, attempt?: readonly [requestId: string, nth: number]) => number;
}

/** What is looked for: faults of some kinds, and of those the ones that fit. */
export interface Wanted<Kind extends LastingShape['kind']> {
  readonly kinds: readonly Kind[];
  readonly fits: (shape: Strike<Kind>['shape']) => boolean;
}

/** One fault of a region, and what it has done so far. */
export class FaultEntry {
  readonly active: ActiveFault;
  readonly #counts: StrikeCounts;
  readonly #bucket: TokenBucket | undefined;
  readonly #meter: QuotaMeter | undefined;
  /** Of a `sequence`: who is being decided on, and what it meets. */
  #turn: { readonly target: Target; readonly shape: LastingShape | WellShape | undefined } | undefined;

  /** @param now Unix time, ms. */
  constructor(fault: Fault, now: number) {
    this.active = { fault, text: printFault(fault), since: now };
    this.#counts = new StrikeCounts(fault);
    const lasting = fault.kind === 'flap' ? fault.fault : fault;
    this.#bucket = lasting.kind === 'capacity' ? new TokenBucket(lasting, beginsAt(fault, now)) : undefined;
    this.#meter = lasting.kind === 'quota' ? new QuotaMeter(lasting) : undefined;
  }

  isOver(now: number): boolean {
    const { fault, since } = this.active;
    return this.#counts.over || isOver(fault, since, now);
  }

  /** Whether it is on, and about such requests. */
  concerns({ now, request }: Target): boolean {
    const { fault, since } = this.active;
    if (!standingAt(fault, since, now)) return false;
    return !fault.match || (request !== undefined && fits(fault.match, request));
  }

  /** Whether it strikes; what is wanted of it then. That counts. */
  strike<Kind extends LastingShape['kind']>(wanted: Wanted<Kind>, target: Target): Strike<Kind> | undefined {
    const { fault, text, since } = this.active;
    const standing = standingAt(fault, since, target.now);
    if (!standing || !this.concerns(target)) return undefined;
    const met = { text, forMs: target.now - beginsAt(fault, since), meter: this.#meter };
    if (standing.kind !== 'sequence') {
      return isWanted(standing, wanted) && this.#hits(target) ? { ...met, shape: standing } : undefined;
    }
    if (!standing.faults.some((shape) => isWanted(shape, wanted))) return undefined;
    const shape = this.#turnOf(target, standing.faults);
    return shape && isWanted(shape, wanted) ? { ...met, shape } : undefined;
  }

  /** What it counts is as it was when it began. Unix time, ms. */
  refill(now: number): void {
    this.#bucket?.refill(now);
    this.#meter?.refill();
  }

  /** A request is asked about in several stages, and has one turn. */
  #turnOf(target: Target, faults: readonly (LastingShape | WellShape)[]): LastingShape | WellShape | undefined {
    if (this.#turn?.target !== target) {
      const shape = this.#hits(target) ? faults[(this.#tallyOf(target).struck - 1) % faults.length] : undefined;
      this.#turn = { target, shape };
    }
    return this.#turn.shape;
  }

  #hits(target: Target): boolean {
    const { perRequest, percent } = this.active.fault;
    const tally = this.#tallyOf(target);
    if (this.#counts.over) return false;
    if (percent !== undefined) {
      const attempt = perRequest && ([requestIdOf(target), ++tally.drawn] as const);
      if (target.draw(this.active, attempt) * 100 >= percent) return false;
    }
    // After the lot, as it counts only the work that gets this far.
    return !this.#bucket?.take(target.now) && this.#counts.take(tally);
  }

  #tallyOf(target: Target): Tally {
    return this.#counts.of(requestIdOf(target));
  }
}

function requestIdOf({ request }: Target): string {
  return request?.headers.get('x-ms-client-request-id') ?? '';
}

function isWanted<Kind extends LastingShape['kind']>(
  shape: LastingShape | WellShape,
  { kinds, fits }: Wanted<Kind>,
): shape is Strike<Kind>['shape'] {
  return isOf<Kind>(shape, kinds) && fits(shape);
}

function isOf<Kind extends LastingShape['kind']>(
  shape: LastingShape | WellShape,
  kinds: readonly Kind[],
): shape is Strike<Kind>['shape'] {
  return kinds.some((kind) => kind === shape.kind);
}
