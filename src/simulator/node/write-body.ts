import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../clock.ts';
import { type BodyPiece, bodyPieces } from '../body-pieces.ts';
import type { Delivery } from '../delivery.ts';
import type { Reply } from '../reply.ts';

/** Who writes a body. */
export interface BodyWriter {
  readonly clock: Clock;
  /** Aborts when the connection has gone away. */
  readonly gone: AbortSignal;
  /** A piece goes out. */
  sent(piece: BodyPiece): void;
  /** The fault is about to end the response. */
  cut(): void;
}

/**
 * How long a client has to read what was sent before a cut, which would overtake it. In real time, as a browser reads in
 * a process of its own, whatever the clock of its region says.
 */
const readMs = 50;

/** Writes the body of a response whose head is written, in its pieces, to the end that it is to have. */
export async function writeBody(
  response: ServerResponse,
  body: Reply['body'],
  delivery: Delivery,
  { clock, gone, sent, cut }: BodyWriter,
): Promise<void> {
  // Or they would wait for the first piece.
  if (delivery.end || (delivery.pace && 'eventMs' in delivery.pace)) response.flushHeaders();
  for (const piece of bodyPieces(body, delivery)) {
    if (piece.afterMs === 0) await nextTurn(undefined, { signal: gone });
    else if (piece.afterMs !== undefined) await clock.sleep(piece.afterMs, gone);
    sent(piece);
    if (!response.write(piece.bytes)) await once(response, 'drain', { signal: gone });
  }
  const { socket } = response;
  if (delivery.end === undefined) {
    response.end();
    return;
  }
  if (delivery.end === 'stall' || !socket) return;
  await new Promise((resolve) => socket.write('', resolve));
  await systemClock.sleep(readMs, gone);
  if (socket.destroyed) return;
  cut();
  switch (delivery.end) {
    case 'reset':
      socket.resetAndDestroy();
      break;
    case 'close':
      socket.destroy();
      break;
    case 'misframe':
      socket.end('nonsense\r\n', () => socket.destroy());
  }
}
