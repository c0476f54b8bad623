import type { StayAwayHint } from './reply.ts';

/** Of a request that came before its deployment wanted it, ms. */
export interface Early {
  readonly byMs: number;
  /** How long its client was told to stay away, in all. */
  readonly ofMs: number;
}

/** What clients were told: until when (Unix time, ms), and how long that was to wait. */
interface Window {
  readonly until: number;
  readonly ofMs: number;
}

/** What one deployment's clients have been told. */
interface Told {
  /** The latest of what they know by now. */
  known: Window;
  /** What may still be on its way to them, oldest first. */
  recent: (Window & { readonly at: number })[];
}

/** What a region told its clients about when to come back, by deployment. */
export class StayAway {
  readonly #told = new Map<string, Told>();

  /** A client was told, by a response that began and ended at these times. Unix time, ms. */
  tell(deployment: string, hint: StayAwayHint, firstByteAt: number, endedAt: number): void {
    const until = 'untilMs' in hint ? hint.untilMs : firstByteAt + hint.forMs;
    const told = this.#told.get(deployment) ?? { known: { until: 0, ofMs: 0 }, recent: [] };
    told.recent.push({ at: endedAt, until, ofMs: until - firstByteAt });
    this.#told.set(deployment, told);
  }

  /** How much too early a request is that arrived at `at` (Unix time, ms); `undefined` when it is not. */
  earlyAt(deployment: string, at: number): Early | undefined {
    const told = this.#told.get(deployment);
    if (!told) return undefined;
    const known = told.recent.findIndex((one) => at - one.at <= inFlightMs);
    for (const one of told.recent.splice(0, known < 0 ? told.recent.length : known)) {
      if (one.until > told.known.until) told.known = one;
    }
    const byMs = told.known.until - at;
    return byMs > timerSlackMs ? { byMs, ofMs: told.known.ofMs } : undefined;
  }

  /** Nobody has been told anything. */
  forget(): void {
    this.#told.clear();
  }
}

/** A request that arrives this soon after the answer was on its way already: it is no retry. */
const inFlightMs = 50;

/** Timers and clocks count whole milliseconds, and may fire one early. */
const timerSlackMs = 2;
