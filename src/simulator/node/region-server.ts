import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';

const host = '127.0.0.1';
const listenAttempts = 5;
const listenPauseMs = 20;

/** One listener on the loopback interface, which can be taken away and brought back on its port. */
export class RegionServer {
  readonly #server: Server;
  readonly #clock: Clock;
  readonly #sockets = new Set<Socket>();
  #port: number;
  #drained: Promise<unknown> | undefined;

  /** @param port 0 for any that is free. */
  constructor(port: number, clock: Clock, onConnection: (socket: Socket) => void, onRequest: RequestListener) {
    this.#port = port;
    this.#clock = clock;
    // No timeout of the server's own: what ends a connection here is a fault, the client, or the end of the simulator.
    this.#server = createServer(
      { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0, noDelay: true },
      onRequest,
    );
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      onConnection(socket);
    });
  }

  get origin(): string {
    return `http://${host}:${this.#port}`;
  }

  /**
   * The first time on the port that was asked for, later on the same as before.
   *
   * @throws Error when the port stays taken.
   */
  async listen(): Promise<void> {
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
  async reset(): Promise<void> {
    await this.#cut((socket) => socket.resetAndDestroy());
    // A client in this process reads the RST in the turn that follows; before it, its next request would still go to a
    // dead connection of its pool, or not, as chance has it.
    await nextTurn();
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

  /** Stops, and ends every open connection. Nothing is left when it resolves. */
  async end(): Promise<void> {
    this.stop();
    await this.#cut((socket) => socket.destroy());
    await this.#gone();
  }

  async #gone(): Promise<void> {
    await this.#drained;
    // The event comes before the handle is gone, and handles go at the end of a turn.
    await nextTurn();
    await nextTurn();
  }

  async #cut(how: (socket: Socket) => void): Promise<void> {
    const closed = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.#sockets) how(socket);
    await Promise.all(closed);
  }
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
