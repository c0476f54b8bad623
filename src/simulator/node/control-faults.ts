import { startTimer, systemClock } from '../../clock.ts';
import type { FaultState } from './control-types.ts';
import type { Simulator } from './server.ts';
import type { InjectedFault } from './simulated-region.ts';

/** What is told of a fault that begins or is over. */
export type FaultListener = (type: 'fault-on' | 'fault-off', region: string, fault: FaultState) => void;

/** How often it looks, in real time, as regions on sockets live in it. */
const lookMs = 50;

/** The faults of all regions, whoever injected them, by ids of ours. */
export class ControlledFaults {
  readonly #simulator: Simulator;
  readonly #tell: FaultListener;
  readonly #ids = new WeakMap<InjectedFault, string>();
  #known = new Map<string, { readonly region: string; readonly fault: FaultState }>();
  #count = 0;
  #cancelLook: (() => void) | undefined;

  constructor(simulator: Simulator, tell: FaultListener) {
    this.#simulator = simulator;
    this.#tell = tell;
  }

  /** Those of a region that are on, oldest first. */
  of(region: string): readonly FaultState[] {
    return this.#simulator.region(region).faults.map((fault) => this.state(fault));
  }

  find(region: string, id: string): InjectedFault | undefined {
    return this.#simulator.region(region).faults.find((fault) => this.#idOf(fault) === id);
  }

  state(injected: InjectedFault): FaultState {
    const { text, since, fault } = injected;
    const until = fault.ttlMs === undefined ? {} : { until: since + fault.ttlMs };
    return { id: this.#idOf(injected), fault: text, since, ...until };
  }

  /** Tells what began and what is over since it looked before: those that end by themselves do not say so. */
  look(): void {
    const now = new Map(
      this.#simulator
        .endpoints()
        .flatMap(({ region }) => this.of(region).map((fault) => [fault.id, { region, fault }] as const)),
    );
    const before = this.#known;
    this.#known = now;
    for (const [id, { region, fault }] of before) if (!now.has(id)) this.#tell('fault-off', region, fault);
    for (const [id, { region, fault }] of now) if (!before.has(id)) this.#tell('fault-on', region, fault);
  }

  /** Goes on looking while somebody wants to know. */
  lookWhile(wanted: () => boolean): void {
    this.stopLooking();
    this.look();
    this.#cancelLook = startTimer(systemClock, lookMs, () => {
      if (wanted()) this.lookWhile(wanted);
    });
  }

  stopLooking(): void {
    this.#cancelLook?.();
  }

  #idOf(fault: InjectedFault): string {
    const id = this.#ids.get(fault) ?? `f${++this.#count}`;
    this.#ids.set(fault, id);
    return id;
  }
}
