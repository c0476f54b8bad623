import type { Fetched } from './fetched-response.ts';
import type { Reply } from './reply.ts';
import { bodyError, type ConnectionFailure, fetchError } from './virtual-errors.ts';
import type { VirtualNetwork } from './virtual-network.ts';
import type { VirtualRequest } from './virtual-request.ts';
import type { Receiver, TransportHeaders } from './virtual-response.ts';

/** What comes next of a body. */
export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly last: boolean;
}

/** Where a body comes from. */
export interface BodySource {
  /** Whether it arrives with the head, so that no network can cut it any more. */
  readonly whole: boolean;
  /** Asked for when there is somebody to read it. */
  next(): Piece | Promise<Piece>;
}

/** The client's side of a request: a promise, and then the body of what it was resolved with. */
export class VirtualCall {
  readonly response: Promise<Response>;
  readonly #request: VirtualRequest;
  readonly #network: VirtualNetwork;
  readonly #onLeave: () => void;
  /** Until the head of the response, or a failure, is here. */
  #pending: { readonly resolve: (response: Response) => void; readonly reject: (reason: unknown) => void } | undefined;
  /** From then on. */
  #fetched: Fetched | undefined;
  #body: ReadableByteStreamController | undefined;
  #over = false;

  /** @param onLeave is called when the client has all it wants, or has had enough. */
  constructor(request: VirtualRequest, network: VirtualNetwork, onLeave: () => void) {
    this.#request = request;
    this.#network = network;
    this.#onLeave = onLeave;
    this.response = new Promise((resolve, reject) => {
      this.#pending = { resolve, reject };
    });
    request.signal?.addEventListener('abort', this.#onAbort, { once: true });
    network.calls.add(this);
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Hands a response over, once there is a network for it to come by. */
  receive(reply: Reply, headers: TransportHeaders, receiver: Receiver, source: BodySource): void {
    const { back, shapes, calls } = this.#network;
    if (back) {
      void back.then(() => this.receive(reply, headers, receiver, source));
      return;
    }
    // After what is interim, no other comes.
    if (!this.#pending || (reply.status > 101 && reply.status < 200)) return;
    const received =
      reply.status < 200
        ? 'garbled'
        : receiver.receive(reply, this.#request, shapes, headers, () => this.#open(source));
    if (typeof received === 'string') {
      this.fail(received);
      return;
    }
    this.#pending.resolve(received.response);
    this.#pending = undefined;
    this.#fetched = received.fetched;
    if (!this.#body) this.#leave();
    else if (source.whole) calls.delete(this);
  }

  /** The connection fails. */
  fail(failure: ConnectionFailure): void {
    const { shapes } = this.#network;
    const { hostname } = this.#request.to;
    const error = (this.#pending ? fetchError : bodyError)(shapes, failure, hostname);
    // To who reads a whole body, a browser says the same as if there had been no response.
    this.stop(error, shapes === 'browser' ? fetchError(shapes, failure, hostname) : error);
  }

  /**
   * Ends it before its time.
   *
   * @param whole what those are told who read the body as a whole.
   */
  stop(reason: unknown, whole: unknown = reason): void {
    if (this.#over) return;
    this.#pending?.reject(reason);
    if (this.#fetched) this.#fetched.broken = { reason: whole };
    this.#body?.error(reason);
    this.#leave();
  }

  readonly #onAbort = (): void => this.stop(this.#request.signal?.reason);

  #leave(): void {
    this.#over = true;
    this.#pending = undefined;
    this.#body = undefined;
    this.#request.signal?.removeEventListener('abort', this.#onAbort);
    this.#network.calls.delete(this);
    this.#onLeave();
  }

  #open(source: BodySource): ReadableStream<Uint8Array<ArrayBuffer>> {
    const pull = (controller: ReadableByteStreamController): void | Promise<void> => {
      const { back } = this.#network;
      if (back) return back.then(() => pull(controller));
      if (this.#over) return;
      const piece = source.next();
      return piece instanceof Promise
        ? piece.then((late) => this.#put(late, controller))
        : this.#put(piece, controller);
    };
    return new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        this.#body = controller;
      },
      pull,
      cancel: () => this.#leave(),
    });
  }

  #put(piece: Piece, controller: ReadableByteStreamController): void | Promise<void> {
    const { back } = this.#network;
    if (back) return back.then(() => this.#put(piece, controller));
    if (this.#over) return;
    const { bytes, last } = piece;
    if (bytes.length > 0) controller.enqueue(bytes);
    if (!last) return;
    controller.close();
    // A reader that brought its own buffer waits for it to come back.
    controller.byobRequest?.respond(0);
    this.#leave();
  }
}
