import { type ActiveFault, ActiveFaults } from './active-faults.ts';
import { credentialFacts } from './credential-facts.ts';
import { type Fault, isConnectionFault, parseFault, printFault } from './fault.ts';
import { nextChangeAt, standingAt } from './fault-phase.ts';
import type { JournalEntry } from './journal.ts';
import { type Decision, decide, requestIdOf } from './region.ts';
import type { RegionModel } from './region-model.ts';
import { StayAway } from './stay-away.ts';
import { StoredObjects } from './stored-objects.ts';
import { fetchError } from './virtual-errors.ts';
import { type ExchangeRegion, VirtualExchange } from './virtual-exchange.ts';
import type { VirtualHost } from './virtual-host.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import type { VirtualRequest } from './virtual-request.ts';

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
  #nth = 0;

  constructor(model: RegionModel, origin: string, host: VirtualHost) {
    this.model = model;
    this.origin = origin;
    this.host = host;
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
  inject(fault: string | Fault): VirtualFault {
    const parsed = parseFault(typeof fault === 'string' ? fault : printFault(fault));
    const active = this.#faults.add(parsed, this.host.clock.now());
    const injected: VirtualFault = { ...active, end: () => this.#end(active) };
    this.#injected.set(active, injected);
    if (isConnectionFault(parsed)) this.#follow(active);
    return injected;
  }

  /** Ends every fault. */
  heal(): void {
    for (const fault of this.faults) fault.end();
  }

  #end(active: ActiveFault): void {
    this.#faults.remove(active);
    this.#timers.get(active)?.();
    this.#timers.delete(active);
  }

  /** Cuts what is open whenever a fault of the connection strikes, now or in its time. */
  #follow(active: ActiveFault): void {
    const { fault, since, text } = active;
    const { clock } = this.host;
    const now = clock.now();
    // Its `*times` may be used up.
    const next = this.#faults.at(now).includes(active) ? nextChangeAt(fault, since, now) : undefined;
    if (next === undefined) this.#timers.delete(active);
    else
      this.#timers.set(
        active,
        clock.timer(Math.max(1, Math.ceil(next - now)), () => this.#follow(active)),
      );
    if (!this.#faults.at(now).includes(active) || !standingAt(fault, since, now)) return;
    this.#idle.clear();
    for (const exchange of [...this.#exchanges]) exchange.cut(text);
  }

  /** Forgets the connections of a network that are not in use. */
  drop(network: VirtualNetwork): void {
    this.#idle.delete(network);
  }

  /** Answers a request in its time. */
  answer(request: VirtualRequest, network: VirtualNetwork): Promise<Response> {
    const { seed, clock, journal, models, fingerprint } = this.host;
    const closed = this.#faults.closedAt(clock.now());
    if (closed !== undefined) {
      const failure = closed === 'dns' ? 'unresolved' : 'refused';
      return Promise.reject(fetchError(network.shapes, failure, request.to.hostname));
    }
    const nth = ++this.#nth;
    const { method, headers, to } = request;
    const clientRequestId = headers.get('x-ms-client-request-id');
    const pooled = this.#idle.get(network)?.pop();
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
    return exchange.run();
  }

  decide({ method, to, headers }: VirtualRequest, body: string, nth: number): Decision {
    const { seed, clock } = this.host;
    const request = { method, path: to.path, headers, body };
    return decide(this.model, this.#faults, request, { seed, nth, now: clock.now() }, this.#stored);
  }

  ended(exchange: VirtualExchange, entry: JournalEntry): void {
    this.#exchanges.delete(exchange);
    if (entry.closedBy === 'server') {
      const idle = this.#idle.get(exchange.network);
      if (idle) idle.push(entry.connection);
      else this.#idle.set(exchange.network, [entry.connection]);
    }
    this.host.onEnd(entry);
  }
}
