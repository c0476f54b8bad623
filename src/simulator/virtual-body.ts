import type { Clock } from '../clock.ts';
import { type BodyPiece, bodyPieces } from './body-pieces.ts';
import type { BodyEnd, Delivery } from './delivery.ts';
import type { Reply } from './reply.ts';
import type { BodySource, Piece } from './virtual-call.ts';
import type { ConnectionFailure } from './virtual-errors.ts';

/** Who sends a body. */
export interface BodySender {
  readonly clock: Required<Clock>;
  /** A piece goes out. */
  sent(piece: BodyPiece): void;
  /** It is over, in order. */
  ended(): void;
  /** The connection fails under it. */
  failed(failure: ConnectionFailure): void;
}

/** A body on its way: in its pieces, no sooner than they are due, and to the end that it is to have. */
export class VirtualBody implements BodySource {
  readonly whole = false;
  readonly #pieces: Iterator<BodyPiece, undefined>;
  readonly #end: BodyEnd | undefined;
  readonly #sender: BodySender;
  #ahead: BodyPiece | undefined;
  #dueAt: number;
  #cancelTimer: (() => void) | undefined;

  constructor(body: Reply['body'], delivery: Delivery, sender: BodySender) {
    this.#pieces = bodyPieces(body, delivery);
    this.#end = delivery.end;
    this.#sender = sender;
    this.#ahead = this.#pieces.next().value;
    this.#dueAt = sender.clock.now();
  }

  next(): Piece | Promise<Piece> {
    const piece = this.#ahead;
    if (!piece) return this.#finish();
    const { clock } = this.#sender;
    this.#dueAt += piece.afterMs ?? 0;
    const early = this.#dueAt - clock.now();
    if (early <= 0) return this.#send(piece);
    return new Promise((resolve) => {
      this.#cancelTimer = clock.timer(early, () => resolve(this.#send(piece)));
    });
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#cancelTimer?.();
  }

  #send(piece: BodyPiece): Piece {
    this.#ahead = this.#pieces.next().value;
    this.#sender.sent(piece);
    const last = !this.#ahead && !this.#end;
    if (last) this.#sender.ended();
    return { bytes: piece.bytes, last };
  }

  #finish(): Piece | Promise<Piece> {
    if (this.#end === 'stall') return new Promise(() => {});
    if (this.#end) this.#sender.failed(failures[this.#end]);
    else this.#sender.ended();
    return { bytes: new Uint8Array(), last: true };
  }
}

const failures = { reset: 'reset', close: 'closed', misframe: 'misframed' } as const;
