import { ActiveFaults, type FaultScope } from './active-faults.ts';
import { cutsReused, partsOf } from './connection-shape.ts';
import { credentialFacts } from './credential-facts.ts';
import { decideConnection } from './decide-connection.ts';
import { type Fault, isConnectionFault, parseFault, printFault } from './fault.ts';
import type { ActiveFault } from './fault-entry.ts';
import { nextChangeAt, standingAt } from './fault-phase.ts';
import type { FaultShape } from './fault-shape.ts';
import type { JournalEntry } from './journal.ts';
import { type Decision, decide, requestIdOf } from './region.ts';
import type { RegionModel } from './region-model.ts';
import { StayAway } from './stay-away.ts';
import { StoredObjects } from './stored-objects.ts';
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
  readonly stayAway = new StayAway();
  readonly #faults = new ActiveFaults();
  readonly #stored = new StoredObjects();
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

  /** Ends every fault. */
  heal(): void {
    for (const fault of this.faults) fault.end();
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

  /** @param pool whether a connection that is open will do. */
  #connect(request: VirtualRequest, network: VirtualNetwork, pool = true): Promise<Response> {
    const { seed, clock } = this.host;
    const now = clock.now();
    const closed = this.#faults.closedAt(now);
    if (closed === 'blackhole') return this.#wait(request, network, false);
    if (closed !== undefined) return failed(request, network, closed === 'dns' ? 'unresolved' : 'refused');
    const pooled = pool ? this.#idle.get(network)?.pop() : undefined;
    if (pooled !== undefined) return this.#arrive(request, network, pooled);
    const nth = ++this.#nthConnection;
    const opening = decideConnection(this.#faults, { seed, region: this.name, nth, now, open: this.#open });
    switch (opening) {
      case 'serve':
        return this.#arrive(request, network, undefined);
      case 'hold':
        return this.#wait(request, network, true);
      default:
        return failed(
          request,
          network,
          ({ reset: 'rejected', close: 'closed', 'hang-up': 'insecure' } as const)[opening],
        );
    }
  }

  async #wait(request: VirtualRequest, network: VirtualNetwork, isConnected: boolean): Promise<Response> {
    await this.#waiting.wait(request, network, isConnected);
    return this.#connect(request, network);
  }

  /** Connections that are open. */
  get #open(): number {
    const idle = [...this.#idle.values()].reduce((sum, { length }) => sum + length, 0);
    return this.#exchanges.size + this.#waiting.connected + idle;
  }

  #arrive(request: VirtualRequest, network: VirtualNetwork, pooled: number | undefined): Promise<Response> {
    const { seed, clock, journal, models, fingerprint } = this.host;
    const nth = ++this.#nth;
    const { method, headers, to } = request;
    const clientRequestId = headers.get('x-ms-client-request-id');
    const connection = pooled ?? this.host.nextConnection();
    const draft = journal.open({
      arrivedAt: clock.now(),
      region: this.name,
      requestId: requestIdOf(seed, this.name, nth),
      ...(clientRequestId !== null && { clientRequestId }),
      connection,
      reused: pooled !== undefined,
      method,
      path: to.path,
      stream: false,
      ...credentialFacts(headers, this.model, models, fingerprint),
      bytesIn: 0,
      bytesOut: 0,
      events: 0,
    });
    this.host.onArrival(draft);
    const exchange = new VirtualExchange(this, request, network, draft, nth);
    this.#exchanges.add(exchange);
    const response = exchange.run();
    if (pooled === undefined || network.shapes === 'node' || !this.#standing().some(cutsReused)) return response;
    return response.catch((error) => {
      if (error === sendAgain) return this.#connect(request, network, false);
      throw error;
    });
  }

  decide({ method, to, headers }: VirtualRequest, body: string, { nth, reused }: Arrival): Decision {
    const { seed, clock } = this.host;
    const request = { method, path: to.path, headers, body, reused };
    return decide(this.model, this.#faults, request, { seed, nth, now: clock.now() }, this.#stored);
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

function failed({ to }: VirtualRequest, { shapes }: VirtualNetwork, failure: ConnectionFailure): Promise<never> {
  return Promise.reject(fetchError(shapes, failure, to.hostname));
}
