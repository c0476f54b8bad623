import type { AttemptSeen, CallRecord } from '../../engine/types.ts';

/** How an attempt is drawn: no faster than can be seen, and in the order of cause and effect. Times in ms of the run. */
export interface Flight {
  readonly attempt: AttemptSeen;
  /** Leaves the client. */
  readonly from: number;
  /** Is at the region. */
  readonly there: number;
  /** Leaves the region: of a stream, when its first byte did. */
  readonly back: number;
  /** Is at the client; where no answer came, when it fades at the region. */
  readonly to: number;
  /** A response came back. */
  readonly returns: boolean;
  /** Of a stream: when its last byte was there. */
  readonly streamedTo?: number;
}

/** A way takes so long at least, real ms. */
const LEG_MS = 340;
const FADE_MS = 700;

/** The attempts of a call as they are drawn at a speed: each sets out when the one before has been seen to fail. */
export function flightsOf({ attempts, stream }: CallRecord, speed: number): readonly Flight[] {
  const leg = LEG_MS * speed;
  let earliest = 0;
  return attempts.map((attempt) => {
    const from = Math.max(attempt.sentAt, earliest);
    earliest = from + leg;
    const there = Math.max(from + leg, attempt.arrivedAt ?? 0);
    const returns = attempt.status !== undefined && attempt.headersAt !== undefined;
    if (!returns) {
      const lost = Math.max(there, attempt.headersAt ?? attempt.endedAt);
      return { attempt, from, there, back: lost, to: lost + FADE_MS * speed, returns };
    }
    const back = Math.max(there, (attempt.headersAt ?? there) - leg);
    const isStream = stream && (attempt.status ?? 500) < 300;
    return {
      attempt,
      from,
      there,
      back,
      to: back + leg,
      returns,
      ...(isStream && { streamedTo: Math.max(back + leg, attempt.endedAt) }),
    };
  });
}

/** No attempt is drawn for longer after it was over, real ms. */
export const AFTERLIFE_MS = 3 * LEG_MS + FADE_MS;
