import type { FaultScope } from './active-faults.ts';
import { arrivalEntry } from './arrival-entry.ts';
import { faultHeader } from './brought-fault.ts';
import { cutsReused, partsOf } from './connection-shape.ts';
import { decideConnection } from './decide-connection.ts';
import { type Fault, isConnectionFault, parseFault, printFault } from './fault.ts';
import type { ActiveFault } from './fault-entry.ts';
import { nextChangeAt, standingAt } from './fault-phase.ts';
import type { FaultShape } from './fault-shape.ts';
import type { JournalEntry } from './journal.ts';
import { type Decision, decide } from './region.ts';
import { RegionMemory } from './region-memory.ts';
import type { RegionModel } from './region-model.ts';
import type { StayAway } from './stay-away.ts';
import { type ConnectionFailure, fetchError } from './virtual-errors.ts';
import { type Arrival, type ExchangeRegion, sendAgain, VirtualExchange } from './virtual-exchange.ts';
import type { VirtualHost } from './virtual-host.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import { allows, preflightMs, preflightOf, showsInPreflights } from './virtual-preflight.ts';
import type { VirtualRequest } from './virtual-request.ts';
import { WaitingClients } from './waiting-clients.ts';

/** A fault that was injected and can be taken back. */
export interface VirtualFault extends ActiveFault {
  /** Ends the fault. Nothing happens when it is over already. */
  end(): void;
}

/** One region that is reached in memory. */
export class VirtualRegion implements ExchangeRegion {
  readonly model: RegionModel;
  readonly origin: string;
  readonly host: VirtualHost;
  readonly #memory = new RegionMemory();
  readonly #faults = this.#memory.faults;
  readonly #injected = new WeakMap<ActiveFault, VirtualFault>();
  readonly #timers = new Map<ActiveFault, () => void>();
  readonly #exchanges = new Set<VirtualExchange>();
  /** Connections that no request uses, of each network. */
  readonly #idle = new Map<VirtualNetwork, number[]>();
  readonly #waiting: WaitingClients;
  #nth = 0;
  #nthConnection = 0;

  constructor(model: RegionModel, origin: string, host: VirtualHost) {
    this.model = model;
    this.origin = origin;
    this.host = host;
    this.#waiting = new WaitingClients(host.clock);
  }

  get name(): string {
    return this.model.name;
  }

  get strictRetry(): boolean {
    return this.model.strictRetry;
  }

  get stayAway(): StayAway {
    return this.#memory.stayAway;
  }

  /** Those that are on, oldest first. */
  get faults(): readonly VirtualFault[] {
    return this.#faults.at(this.host.clock.now()).flatMap((active) => this.#injected.get(active) ?? []);
  }

  /**
   * With a fault of the connection, all that is open is cut.
   *
   * @throws TypeError when the fault cannot be read.
   * @throws Error when it is the region's second fault of the connection.
   */
  inject(fault: string | Fault, scope: FaultScope = 'region'): VirtualFault {
    const parsed = read(fault);
    const active = this.#faults.add(parsed, this.host.clock.now(), scope);
    const injected = this.#injectedOf(active);
    if (isConnectionFault(parsed)) this.#follow(active);
    return injected;
  }

  /**
   * Lets the next request that it is about meet this fault, and no other that would decide about it; with `*times`, so
   * many. Waits for them behind those that were here before.
   *
   * @throws TypeError when the fault cannot be read, or strikes before there is a request.
   */
  next(fault: string | Fault): VirtualFault {
    return this.#injectedOf(this.#faults.queue(read(fault), this.host.clock.now()));
  }

  /** Ends every fault, and lets those that requests bring begin anew. */
  heal(): void {
    this.#faults.forgetBrought();
    for (const fault of this.faults) fault.end();
  }

  /** Quotas and capacities are full again, and nobody has been told to stay away. */
  resetLimits(): void {
    this.#memory.resetLimits(this.host.clock.now());
  }

  #injectedOf(active: ActiveFault): VirtualFault {
    const injected: VirtualFault = { ...active, end: () => this.#end(active) };
    this.#injected.set(active, injected);
    return injected;
  }

  #end(active: ActiveFault): void {
    this.#faults.remove(active);
    this.#timers.get(active)?.();
    this.#timers.delete(active);
    if (isConnectionFault(active.fault)) this.#waiting.release();
  }

  /** Cuts what is open whenever a fault of the connection strikes, now or in its time. */
  #follow(active: ActiveFault): void {
    const { fault, since, text } = active;
    const { clock } = this.host;
    const now = clock.now();
    // Its `*times` may be used up.
    const on = this.#faults.at(now).includes(active);
    const next = on ? nextChangeAt(fault, since, now) : undefined;
    if (next === undefined) this.#timers.delete(active);
    else
      this.#timers.set(
        active,
        clock.timer(Math.max(1, Math.ceil(next - now)), () => this.#follow(active)),
      );
    if (!on || !standingAt(fault, since, now)) {
      this.#waiting.release();
      return;
    }
    this.#idle.clear();
    for (const exchange of [...this.#exchanges]) exchange.cut(text);
  }

  /** Forgets the connections of a network that are not in use. */
  drop(network: VirtualNetwork): void {
    this.#idle.delete(network);
  }

  /** Answers a request in its time. */
  answer(request: VirtualRequest, network: VirtualNetwork): Promise<Response> {
    const asked = network.shapes === 'browser' && this.#minds() ? preflightOf(request) : undefined;
    return asked ? this.#ask(asked, request, network) : this.#connect(request, network);
  }

  /** Whether it would show to a browser that it has to ask before. */
  #minds(): boolean {
    const profiles = this.#standing().flatMap(partsOf);
    return [this.model.cors, ...profiles.flatMap((part) => (part.kind === 'cors' ? [part.profile] : []))].some(
      showsInPreflights,
    );
  }

  #standing(): readonly FaultShape[] {
    const now = this.host.clock.now();
    return this.#faults.at(now).flatMap(({ fault, since }) => standingAt(fault, since, now) ?? []);
  }

  async #ask(asked: VirtualRequest, request: VirtualRequest, network: VirtualNetwork): Promise<Response> {
    const { clock } = this.host;
    const { href, hostname } = request.to;
    if (clock.now() >= (network.preflights.get(href) ?? 0)) {
      if (!allows(await this.#connect(asked, network))) throw fetchError(network.shapes, 'forbidden', hostname);
      network.preflights.set(href, clock.now() + preflightMs);
    }
    return this.#connect(request, network);
  }

  #connect(request: VirtualRequest, network: VirtualNetwork): Promise<Response> {
    const turn = network.lineTo(this.origin)?.take(request, network, this.host.clock);
    return turn ? turn.then(() => this.#dial(request, network)) : this.#dial(request, network);
  }

  #dial(request: VirtualRequest, network: VirtualNetwork): Promise<Response> {
    // It may have waited.
    if (request.signal?.aborted) return this.#giveUp(network, request.signal.reason);
    const failed = (failure: ConnectionFailure): Promise<never> =>
      this.#giveUp(network, fetchError(network.shapes, failure, request.to.hostname));
    if (network.offline) return failed('offline');
    const { seed, clock } = this.host;
    const now = clock.now();
    const closed = this.#faults.closedAt(now);
    if (closed === 'blackhole') return this.#wait(request, network, false);
    if (closed !== undefined) return failed(closed === 'dns' ? 'unresolved' : 'refused');
    // What it is sent again for is that such a one was closed.
    const pooled = request.dupOf === undefined ? this.#idle.get(network)?.pop() : undefined;
    if (pooled !== undefined) return this.#arrive(request, network, pooled);
    const nth = ++this.#nthConnection;
    const opening = decideConnection(this.#faults, { seed, region: this.name, nth, now, open: this.#open });
    switch (opening) {
      case 'serve':
        return this.#arrive(request, network, undefined);
      case 'hold':
        return this.#wait(request, network, true);
      default:
        return failed(({ reset: 'rejected', close: 'closed', 'hang-up': 'insecure' } as const)[opening]);
    }
  }

  async #wait(request: VirtualRequest, network: VirtualNetwork, isConnected: boolean): Promise<Response> {
    try {
      await this.#waiting.wait(request, network, isConnected);
    } catch (reason) {
      network.lineTo(this.origin)?.free();
      throw reason;
    }
    return this.#dial(request, network);
  }

  /** There is no connection to be had. */
  #giveUp(network: VirtualNetwork, reason: unknown): Promise<never> {
    network.lineTo(this.origin)?.free();
    return Promise.reject(reason);
  }

  /** Connections that are open. */
  get #open(): number {
    const idle = [...this.#idle.values()].reduce((sum, { length }) => sum + length, 0);
    return this.#exchanges.size + this.#waiting.connected + idle;
  }

  #arrive(request: VirtualRequest, network: VirtualNetwork, pooled: number | undefined): Promise<Response> {
    const { seed, clock, journal, models, fingerprint } = this.host;
    const nth = ++this.#nth;
    const { method, headers, to, dupOf } = request;
    const connection = pooled ?? this.host.nextConnection();
    const arriving = { method, path: to.path, headers, connection, reused: pooled !== undefined, dupOf };
    const place = { region: this.model, models, seed, nth, now: clock.now(), fingerprint };
    const draft = journal.open(arrivalEntry(arriving, place));
    this.host.onArrival(draft);
    const exchange = new VirtualExchange(this, request, network, draft, nth);
    this.#exchanges.add(exchange);
    const response = exchange.run();
    const isSure = pooled === undefined || !(headers.has(faultHeader) || this.#standing().some(cutsReused));
    if (isSure || network.shapes === 'node') return response;
    return response.catch((error) => {
      if (error === sendAgain) return this.#connect({ ...request, dupOf: dupOf ?? draft.seq }, network);
      throw error;
    });
  }

  decide({ method, to, headers }: VirtualRequest, body: string, { nth, ...arrival }: Arrival): Decision {
    const { seed, clock } = this.host;
    const request = { method, path: to.path, headers, body, ...arrival };
    return decide(this.model, this.#memory, request, { seed, nth, now: clock.now() });
  }

  released({ network }: VirtualExchange): void {
    network.lineTo(this.origin)?.free();
  }

  ended(exchange: VirtualExchange, entry: JournalEntry): void {
    this.#exchanges.delete(exchange);
    if (entry.closedBy === 'server') {
      const idle = this.#idle.get(exchange.network);
      if (idle) idle.push(entry.connection);
      else this.#idle.set(exchange.network, [entry.connection]);
    }
    this.host.journal.end(entry);
    this.host.onEnd(entry);
  }
}

function read(fault: string | Fault): Fault {
  return parseFault(typeof fault === 'string' ? fault : printFault(fault));
}
