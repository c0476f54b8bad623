import type { Delivery, Pace } from './delivery.ts';
import type { Reply } from './reply.ts';

/** What of a body is sent at once. */
export interface BodyPiece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How many events of a stream end in it. */
  readonly events: number;
  /** To wait since the piece before, ms; `undefined` where nothing is to be waited for. */
  readonly afterMs: number | undefined;
}

/** A body in the pieces it is sent in: those of the pace, else the events of a stream, else one. None is empty. */
export function* bodyPieces(body: Reply['body'], { bytes: most, pace }: Delivery): Generator<BodyPiece, undefined> {
  const encoder = new TextEncoder();
  const parts = typeof body === 'string' ? [body] : body;
  if (!pace && most === undefined) {
    // The usual way, without a copy.
    for (const part of parts) {
      if (part !== '') yield { bytes: encoder.encode(part), events: countOf(body, 1), afterMs: undefined };
    }
    return;
  }
  const whole = encoder.encode(parts.join(''));
  const total = Math.min(whole.length, most ?? whole.length);
  const ends = endsOf(parts.map((part) => encoder.encode(part).length));
  let from = 0;
  let passed = 0;
  let nth = 0;
  for (const next of pace && 'bytes' in pace ? stepsOf(pace.bytes, total) : ends) {
    const to = Math.min(next, total);
    if (to === from) continue;
    const before = passed;
    while ((ends[passed] ?? Number.POSITIVE_INFINITY) <= to) passed++;
    const afterMs = pace && pauseBefore(nth++, pace);
    yield { bytes: whole.slice(from, to), events: countOf(body, passed - before), afterMs };
    from = to;
  }
}

function pauseBefore(nth: number, pace: Pace): number | undefined {
  if ('eventMs' in pace) return pace.eventMs(nth);
  return nth === 0 ? undefined : pace.ms;
}

/** A text has no events. */
function countOf(body: Reply['body'], parts: number): number {
  return typeof body === 'string' ? 0 : parts;
}

/** Where each part ends. */
function endsOf(lengths: readonly number[]): readonly number[] {
  let end = 0;
  return lengths.map((length) => {
    end += length;
    return end;
  });
}

function* stepsOf(step: number, total: number): Generator<number> {
  for (let to = step; to < total + step; to += step) yield to;
}
