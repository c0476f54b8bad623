import { once } from 'node:events';
import { createServer as createHttpServer, type Server as HttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { Opening } from '../decide-connection.ts';
import { type Blackhole, openBlackhole } from './blackhole.ts';

const host = '127.0.0.1';
const listenAttempts = 5;
const listenPauseMs = 20;

/** One listener on the loopback interface, which can be taken away and brought back on its port. */
export class RegionServer {
  readonly #server: Server;
  readonly #http: HttpServer;
  readonly #clock: Clock;
  readonly #sockets = new Set<Socket>();
  /** Those of them that nothing is read from. */
  readonly #held = new Set<Socket>();
  #port: number;
  #drained: Promise<unknown> | undefined;
  #blackhole: Blackhole | undefined;

  /**
   * @param port 0 for any that is free.
   * @param onConnection decides what becomes of it.
   */
  constructor(port: number, clock: Clock, onConnection: (socket: Socket) => Opening, onRequest: RequestListener) {
    this.#port = port;
    this.#clock = clock;
    // No timeout of the server's own: what ends a connection here is a fault, the client, or the end of the simulator.
    this.#http = createHttpServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, onRequest);
    // A server of HTTP reads from every connection that it accepts, and so it is not the one to accept them.
    this.#server = createServer({ noDelay: true, pauseOnConnect: true }, (socket) => {
      const opening = onConnection(socket);
      this.#sockets.add(socket);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        this.#held.delete(socket);
      });
      this.#receive(socket, opening);
    });
  }

  get origin(): string {
    return `http://${host}:${this.#port}`;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  /**
   * The first time on the port that was asked for, later on the same as before.
   *
   * @throws Error when the port stays taken.
   */
  async listen(): Promise<void> {
    await this.#fill();
    for (let attempt = 1; !this.#server.listening; attempt++) {
      this.#server.listen({ host, port: this.#port });
      try {
        await once(this.#server, 'listening');
      } catch (error) {
        if (!isAddressInUse(error)) throw error;
        if (attempt === listenAttempts) {
          throw new Error(`port ${this.#port} must be free to listen on, and is in use`, { cause: error });
        }
        await this.#clock.sleep(listenPauseMs * attempt);
      }
    }
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Cuts every open connection with a RST. `destroy()` would send a FIN, which clients take for something else. */
  reset(): Promise<void> {
    return this.#reset(this.#sockets);
  }

  /** Cuts those that nothing was read from. */
  release(): Promise<void> {
    return this.#reset(this.#held);
  }

  /** Takes no further connection, at once. */
  stop(): void {
    if (!this.#server.listening) return;
    this.#drained = once(this.#server, 'close');
    this.#server.close();
  }

  /** Nobody listens any more, and what was open is reset. */
  async refuse(): Promise<void> {
    this.stop();
    await this.reset();
    await this.#gone();
  }

  /** Nobody answers any more who wants to connect, and what was open is reset. */
  async swallow(): Promise<void> {
    await this.refuse();
    this.#blackhole ??= await openBlackhole(host, this.#port);
  }

  /** Stops, and ends every open connection. Nothing is left when it resolves. */
  async end(): Promise<void> {
    await this.#fill();
    this.stop();
    await cut(this.#sockets, (socket) => socket.destroy());
    await this.#gone();
  }

  #receive(socket: Socket, opening: Opening): void {
    switch (opening) {
      case 'serve':
        this.#http.emit('connection', socket);
        socket.resume();
        break;
      case 'hold':
        socket.on('error', () => {});
        this.#held.add(socket);
        break;
      case 'reset':
        socket.resetAndDestroy();
        break;
      case 'close':
        socket.destroy();
        break;
      case 'hang-up':
        // Its client may be the first to go.
        socket.on('error', () => {});
        socket.once('data', () => socket.destroy());
        socket.resume();
    }
  }

  async #fill(): Promise<void> {
    await this.#blackhole?.close();
    this.#blackhole = undefined;
  }

  async #reset(sockets: ReadonlySet<Socket>): Promise<void> {
    await cut(sockets, (socket) => socket.resetAndDestroy());
    // A client in this process reads the RST in the turn that follows; before it, its next request would still go to a
    // dead connection of its pool, or not, as chance has it.
    await nextTurn();
  }

  async #gone(): Promise<void> {
    await this.#drained;
    // The event comes before the handle is gone, and handles go at the end of a turn.
    await nextTurn();
    await nextTurn();
  }
}

async function cut(sockets: ReadonlySet<Socket>, how: (socket: Socket) => void): Promise<void> {
  const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  for (const socket of sockets) how(socket);
  await Promise.all(closed);
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
