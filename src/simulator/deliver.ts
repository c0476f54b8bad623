import type { ActiveFaults, Strike, Target } from './active-faults.ts';
import { breakBody, breakingKinds, type Sending } from './break-body.ts';
import type { Pace } from './delivery.ts';
import type { Reply } from './reply.ts';
import type { PaceShape } from './stream-shape.ts';

/** A reply as it is sent, and the faults that made it so. */
export interface Delivered extends Sending {
  readonly brokenBy?: Strike | undefined;
  readonly pacedBy?: Strike | undefined;
}

/** Takes the faults of bodies: one may break it, and one may make it slow. Only a 200 has any. */
export function deliver(reply: Reply, faults: ActiveFaults, target: Target): Delivered {
  if (reply.status !== 200) return { reply, delivery: {} };
  const brokenBy = faults.take(breakingKinds, target, (shape) => breakBody(shape, reply) !== undefined);
  const sending = (brokenBy && breakBody(brokenBy.shape, reply)) ?? { reply, delivery: {} };
  const pacedBy = faults.take(['slice', 'throttle'], target);
  if (!pacedBy) return { ...sending, brokenBy };
  return { reply: sending.reply, delivery: { ...sending.delivery, pace: paceOf(pacedBy.shape) }, brokenBy, pacedBy };
}

/** A connection that is slow sends small pieces, and about so many a second. */
const piecesPerSecond = 20;

function paceOf(shape: PaceShape): Pace {
  if (shape.kind === 'slice') return { bytes: shape.bytes, ms: shape.ms };
  const bytes = Math.max(1, Math.round(shape.bytesPerSecond / piecesPerSecond));
  return { bytes, ms: (1000 * bytes) / shape.bytesPerSecond };
}
