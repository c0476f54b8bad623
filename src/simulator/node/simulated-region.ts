import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { type Clock, startTimer } from '../../clock.ts';
import type { FaultScope } from '../active-faults.ts';
import { arrivalEntry } from '../arrival-entry.ts';
import { closesListener } from '../connection-shape.ts';
import { decideConnection, type Opening } from '../decide-connection.ts';
import { type Fault, isConnectionFault, parseFault, printFault } from '../fault.ts';
import type { ActiveFault } from '../fault-entry.ts';
import { nextChangeAt, standingAt } from '../fault-phase.ts';
import type { Journal } from '../journal.ts';
import { decide } from '../region.ts';
import { RegionMemory } from '../region-memory.ts';
import type { RegionModel } from '../region-model.ts';
import { Exchange } from './exchange.ts';
import { RegionServer } from './region-server.ts';
import { SentAgain } from './sent-again.ts';

/** A fault that was injected and can be taken back; `await using` does so by itself. */
export interface InjectedFault extends ActiveFault, AsyncDisposable {
  /** Ends the fault. Nothing happens when it is over already. */
  end(): Promise<void>;
}

/** What the regions of a simulator have in common. */
export interface SimulatorHost {
  readonly seed: number;
  readonly clock: Clock;
  readonly journal: Journal;
  /** All of them, as a secret may be any region's. */
  readonly models: readonly RegionModel[];
  /** Numbers the connections of all regions. */
  nextConnection(): number;
}

/** One region that listens on a socket. */
export class SimulatedRegion {
  readonly model: RegionModel;
  readonly server: RegionServer;
  readonly exchanges = new Set<Exchange>();
  readonly #host: SimulatorHost;
  readonly #memory = new RegionMemory();
  readonly #faults = this.#memory.faults;
  readonly #injected = new WeakMap<ActiveFault, InjectedFault>();
  readonly #connections = new WeakMap<Socket, { readonly number: number; requests: number }>();
  readonly #timers = new Map<ActiveFault, () => void>();
  readonly #sentAgain = new SentAgain();
  #nth = 0;
  #nthConnection = 0;
  #retired = false;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(model: RegionModel, port: number, host: SimulatorHost) {
    this.model = model;
    this.#host = host;
    this.server = new RegionServer(
      port,
      host.clock,
      (socket) => this.#receive(socket),
      (request, response) => this.#arrive(request, response),
    );
  }

  get name(): string {
    return this.model.name;
  }

  get strictRetry(): boolean {
    return this.model.strictRetry;
  }

  /** Those that are on, oldest first. */
  get faults(): readonly InjectedFault[] {
    return this.#faults.at(this.#host.clock.now()).flatMap((active) => this.#injected.get(active) ?? []);
  }

  /**
   * Resolves when the fault is on: with a fault of the connection, when all that was open is cut.
   *
   * @throws TypeError when the fault cannot be read.
   * @throws Error when it is the region's second fault of the connection.
   */
  async inject(fault: string | Fault, scope: FaultScope = 'region'): Promise<InjectedFault> {
    const parsed = this.#read(fault);
    const active = this.#faults.add(parsed, this.#host.clock.now(), scope);
    const injected = this.#injectedOf(active);
    try {
      if (isConnectionFault(parsed)) await this.#follow(active);
    } catch (error) {
      await injected.end();
      throw error;
    }
    return injected;
  }

  /**
   * Lets the next request that it is about meet this fault, and no other that would decide about it; with `*times`, so
   * many. Waits for them behind those that were here before.
   *
   * @throws TypeError when the fault cannot be read, or strikes before there is a request.
   */
  next(fault: string | Fault): InjectedFault {
    return this.#injectedOf(this.#faults.queue(this.#read(fault), this.#host.clock.now()));
  }

  /** Ends every fault, and lets those that requests bring begin anew. */
  async heal(): Promise<void> {
    this.#faults.forgetBrought();
    await Promise.all(this.faults.map((fault) => fault.end()));
  }

  /** Quotas and capacities are full again, and nobody has been told to stay away. */
  resetLimits(): void {
    this.#memory.resetLimits(this.#host.clock.now());
  }

  /** Takes no further fault, and no connection once it resolves. */
  async retire(): Promise<void> {
    this.#retired = true;
    for (const cancel of this.#timers.values()) cancel();
    await this.#turn;
    this.server.stop();
  }

  #read(fault: string | Fault): Fault {
    if (this.#retired) throw new Error(`region "${this.name}" takes no fault: its simulator is closed`);
    return parseFault(typeof fault === 'string' ? fault : printFault(fault));
  }

  #injectedOf(active: ActiveFault): InjectedFault {
    let ended: Promise<void> | undefined;
    const end = (): Promise<void> => {
      ended ??= this.#end(active);
      return ended;
    };
    const injected: InjectedFault = { ...active, end, [Symbol.asyncDispose]: end };
    this.#injected.set(active, injected);
    return injected;
  }

  async #end(active: ActiveFault): Promise<void> {
    this.#faults.remove(active);
    this.#timers.get(active)?.();
    this.#timers.delete(active);
    if (isConnectionFault(active.fault)) await this.#inTurn(() => this.#open());
  }

  /** Does to the sockets what a fault of the connection does now, and again whenever that changes by itself. */
  async #follow(active: ActiveFault): Promise<void> {
    const { fault, since, text } = active;
    const now = this.#host.clock.now();
    const on = this.#faults.at(now).includes(active);
    const next = on ? nextChangeAt(fault, since, now) : undefined;
    if (next !== undefined) {
      // Never early, and never without end where a part of a millisecond is lost in rounding.
      const ms = Math.max(1, Math.ceil(next - now));
      this.#timers.set(
        active,
        startTimer(this.#host.clock, ms, () => void this.#follow(active)),
      );
    } else this.#timers.delete(active);
    await this.#inTurn(async () => {
      const standing = on && standingAt(fault, since, now);
      if (!standing) return this.#open();
      for (const exchange of this.exchanges) exchange.cut('fault', text);
      if (standing.kind === 'blackhole') await this.server.swallow();
      else await (closesListener(standing) ? this.server.refuse() : this.server.reset());
    });
  }

  /** Listens, unless a fault says otherwise, and lets go of who was held. */
  async #open(): Promise<void> {
    if (this.#retired || this.#faults.closedAt(this.#host.clock.now())) return;
    await this.server.listen();
    await this.server.release();
    for (const exchange of this.exchanges) exchange.letGo();
  }

  /** A listener that is closing must not be opened, nor the other way round. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(change);
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #receive(socket: Socket): Opening {
    const { seed, clock } = this.#host;
    const nth = ++this.#nthConnection;
    const knock = { seed, region: this.name, nth, now: clock.now(), open: this.server.open };
    const opening = decideConnection(this.#faults, knock);
    if (opening === 'serve') this.#connections.set(socket, { number: this.#host.nextConnection(), requests: 0 });
    else this.#sentAgain.forget();
    return opening;
  }

  #arrive(request: IncomingMessage, response: ServerResponse): void {
    const { seed, clock, journal, models } = this.#host;
    const nth = ++this.#nth;
    const now = clock.now();
    const headers = headersOf(request);
    const { method = '', url: path = '' } = request;
    const connection = this.#connections.get(request.socket) ?? { number: 0, requests: 0 };
    const reused = connection.requests++ > 0;
    const dupOf = this.#sentAgain.repeats(headers, { method, path }, now);
    const arriving = { method, path, headers, connection: connection.number, reused, dupOf };
    const draft = journal.open(arrivalEntry(arriving, { region: this.model, models, seed, nth, now, fingerprint }));
    const exchange = new Exchange(request, response, draft, {
      clock,
      stayAway: this.#memory.stayAway,
      decide: (body) => {
        const read = { method, path, headers, body, reused, arrivedAt: now };
        return decide(this.model, this.#memory, read, { seed, nth, now: clock.now() });
      },
    });
    this.exchanges.add(exchange);
    void exchange.done.then(() => {
      this.exchanges.delete(exchange);
      const endedAt = clock.now();
      if (exchange.isLost && !this.#faults.closedAt(endedAt)) this.#sentAgain.lost(headers, draft, endedAt);
      journal.end(draft);
    });
    void exchange.run();
  }
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  return headers;
}

function fingerprint(secret: string): string {
  return createHash('sha256').update(secret).digest('hex').slice(0, 12);
}
