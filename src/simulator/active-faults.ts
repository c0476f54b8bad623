import { type Fault, isConnectionFault, printFault } from './fault.ts';
import { isOver, standingAt } from './fault-phase.ts';
import type { LastingShape } from './fault-shape.ts';
import { TokenBucket } from './token-bucket.ts';

/** A fault that a region has now. */
export interface ActiveFault {
  readonly fault: Fault;
  /** As {@link printFault} writes it. */
  readonly text: string;
  /** Unix time, ms. */
  readonly since: number;
}

/** A fault that strikes a request: as it stands now, which for a `flap` is the fault that it alternates with. */
export interface Strike<Kind extends LastingShape['kind'] = LastingShape['kind']> {
  readonly shape: LastingShape & { readonly kind: Kind };
  /** Of the fault that was injected. */
  readonly text: string;
}

/** A request, as far as it decides which faults strike it. */
export interface Target {
  /** Unix time, ms. */
  readonly now: number;
  readonly deployment: string | undefined;
  /** Whether a fault strikes, by its `%prob`: uniform in [0, 1). */
  readonly draw: (fault: ActiveFault) => number;
}

interface Entry {
  readonly active: ActiveFault;
  readonly bucket: TokenBucket | undefined;
  left: number;
}

/** The faults of one region. Where several could strike, the newest does. */
export class ActiveFaults {
  #entries: readonly Entry[] = [];

  /** Those that are on at `now` (Unix time, ms), oldest first; a `flap` also while it is well. */
  at(now: number): readonly ActiveFault[] {
    this.#entries = this.#entries.filter(({ active: { fault, since } }) => !isOver(fault, since, now));
    return this.#entries.map(({ active }) => active);
  }

  /**
   * @param now when it starts. Unix time, ms.
   * @throws Error when it is the second fault of the connection.
   */
  add(fault: Fault, now: number): ActiveFault {
    const text = printFault(fault);
    const rival = isConnectionFault(fault) && this.at(now).find((active) => isConnectionFault(active.fault));
    if (rival) throw new Error(`a region has one connection fault at a time: "${text}" while "${rival.text}" is on`);
    const active = { fault, text, since: now };
    const lasting = fault.kind === 'flap' ? fault.fault : fault;
    const bucket = lasting.kind === 'capacity' ? new TokenBucket(lasting, now) : undefined;
    this.#entries = [...this.#entries, { active, bucket, left: fault.times ?? Number.POSITIVE_INFINITY }];
    return active;
  }

  /** Nothing happens when it is over already. */
  remove(active: ActiveFault): void {
    this.#entries = this.#entries.filter((entry) => entry.active !== active);
  }

  /** Why nobody can connect at `now` (Unix time, ms); `undefined` where it can be tried. */
  closedAt(now: number): 'refused' | 'dns' | undefined {
    for (const { fault, since } of this.at(now)) {
      const kind = standingAt(fault, since, now)?.kind;
      if (kind === 'refused' || kind === 'dns') return kind;
    }
    return undefined;
  }

  /** The newest fault of these kinds that fits and strikes. That counts as one of its `*times`. */
  take<Kind extends LastingShape['kind']>(
    kinds: readonly Kind[],
    target: Target,
    fits: (shape: Strike<Kind>['shape']) => boolean = () => true,
  ): Strike<Kind> | undefined {
    for (const entry of this.#entries.toReversed()) {
      const strike = this.#strike<Kind>(entry, kinds, target, fits);
      if (strike) return strike;
    }
    return undefined;
  }

  /** All faults of that kind that strike, newest first. */
  takeAll<Kind extends LastingShape['kind']>(kind: Kind, target: Target): readonly Strike<Kind>[] {
    return this.#entries.toReversed().flatMap((entry) => this.#strike<Kind>(entry, [kind], target) ?? []);
  }

  #strike<Kind extends LastingShape['kind']>(
    entry: Entry,
    kinds: readonly Kind[],
    { now, deployment, draw }: Target,
    fits: (shape: Strike<Kind>['shape']) => boolean = () => true,
  ): Strike<Kind> | undefined {
    const { active, bucket } = entry;
    const { fault, text, since } = active;
    const shape = standingAt(fault, since, now);
    if (!shape || !isOf<Kind>(shape, kinds) || !fits(shape)) return undefined;
    if (fault.match && fault.match.deployment !== deployment) return undefined;
    if (draw(active) * 100 >= (fault.percent ?? 100)) return undefined;
    // Last, as it counts only the work that gets this far.
    if (bucket?.take(now)) return undefined;
    entry.left--;
    if (entry.left === 0) this.remove(active);
    return { shape, text };
  }
}

function isOf<Kind extends LastingShape['kind']>(
  shape: LastingShape,
  kinds: readonly Kind[],
): shape is Strike<Kind>['shape'] {
  return kinds.some((kind) => kind === shape.kind);
}
