import type { ActiveFaults } from './active-faults.ts';
import { breakBody, breakingKinds, type Sending } from './break-body.ts';
import type { Pace } from './delivery.ts';
import type { Strike, Target } from './fault-entry.ts';
import type { Reply } from './reply.ts';
import type { PaceShape } from './stream-shape.ts';

/** A reply as it is sent, and the faults that made it so. */
export interface Delivered extends Sending {
  readonly brokenBy?: Strike | undefined;
  readonly pacedBy?: Strike | undefined;
}

/**
 * Takes the faults of bodies: one may break it, and one may make it slow. Only a 200 has any.
 *
 * @param draw for the nth event of a stream, uniform in [0, 1).
 */
export function deliver(
  reply: Reply,
  faults: ActiveFaults,
  target: Target,
  draw: (event: number) => number,
): Delivered {
  if (reply.status !== 200) return { reply, delivery: {} };
  const brokenBy = faults.take(breakingKinds, target, (shape) => breakBody(shape, reply) !== undefined);
  const sending = (brokenBy && breakBody(brokenBy.shape, reply)) ?? { reply, delivery: {} };
  const isStream = typeof sending.reply.body !== 'string';
  const pacedBy = faults.take(['slice', 'throttle', 'stream'], target, ({ kind }) => kind !== 'stream' || isStream);
  if (!pacedBy) return { ...sending, brokenBy };
  return {
    reply: sending.reply,
    delivery: { ...sending.delivery, pace: paceOf(pacedBy.shape, draw) },
    brokenBy,
    pacedBy,
  };
}

/** A connection that is slow sends small pieces, and about so many a second. */
const piecesPerSecond = 20;

function paceOf(shape: PaceShape, draw: (event: number) => number): Pace {
  switch (shape.kind) {
    case 'slice':
      return { bytes: shape.bytes, ms: shape.ms };
    case 'throttle': {
      const bytes = Math.max(1, Math.round(shape.bytesPerSecond / piecesPerSecond));
      return { bytes, ms: (1000 * bytes) / shape.bytesPerSecond };
    }
    case 'stream': {
      const { firstMs, perSecond, jitter } = shape;
      return { eventMs: (nth) => (nth === 0 ? firstMs : (1000 / perSecond) * (1 + jitter * (2 * draw(nth) - 1))) };
    }
  }
}
