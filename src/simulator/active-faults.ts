import { type Fault, isConnectionFault, printFault } from './fault.ts';

/** A fault that a region has now. */
export interface ActiveFault {
  readonly fault: Fault;
  /** As {@link printFault} writes it. */
  readonly text: string;
}

/** An active fault of one of these kinds. */
export interface ActiveFaultOf<Kind extends Fault['kind']> extends ActiveFault {
  readonly fault: Fault & { readonly kind: Kind };
}

/** Whether a fault strikes the request at hand, by its `%prob`: uniform in [0, 1). */
export type Draw = (fault: ActiveFault) => number;

/** The faults of one region. Where several could strike, the newest does. */
export class ActiveFaults {
  readonly #active: { readonly active: ActiveFault; left: number }[] = [];

  /** Oldest first. */
  get all(): readonly ActiveFault[] {
    return this.#active.map(({ active }) => active);
  }

  /** @throws Error when it is the second fault of the connection. */
  add(fault: Fault): ActiveFault {
    const text = printFault(fault);
    const rival = isConnectionFault(fault) && this.all.find((active) => isConnectionFault(active.fault));
    if (rival) throw new Error(`a region has one connection fault at a time: "${text}" while "${rival.text}" is on`);
    const active = { fault, text };
    this.#active.push({ active, left: fault.times ?? Number.POSITIVE_INFINITY });
    return active;
  }

  /** Nothing happens when it is over already. */
  remove(active: ActiveFault): void {
    const at = this.#active.findIndex((candidate) => candidate.active === active);
    if (at >= 0) this.#active.splice(at, 1);
  }

  /** The newest fault of these kinds that fits and strikes. That counts as one of its `*times`. */
  take<Kind extends Fault['kind']>(
    kinds: readonly Kind[],
    draw: Draw,
    fits: (fault: ActiveFaultOf<Kind>['fault']) => boolean = () => true,
  ): ActiveFaultOf<Kind> | undefined {
    for (const entry of this.#active.toReversed()) {
      const { active } = entry;
      if (!isOf(active, kinds) || !fits(active.fault)) continue;
      if (draw(active) * 100 >= (active.fault.percent ?? 100)) continue;
      entry.left--;
      if (entry.left === 0) this.remove(active);
      return active;
    }
    return undefined;
  }

  /** All faults of that kind that strike, newest first. */
  takeAll<Kind extends Fault['kind']>(kind: Kind, draw: Draw): ActiveFaultOf<Kind>[] {
    const taken: ActiveFaultOf<Kind>[] = [];
    for (;;) {
      const next = this.take([kind], draw, (fault) => !taken.some((earlier) => earlier.fault === fault));
      if (!next) return taken;
      taken.push(next);
    }
  }
}

function isOf<Kind extends Fault['kind']>(active: ActiveFault, kinds: readonly Kind[]): active is ActiveFaultOf<Kind> {
  return kinds.some((kind) => kind === active.fault.kind);
}
