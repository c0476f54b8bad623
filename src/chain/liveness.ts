import { type Clock, startTimer } from '../clock.ts';
import type { HealthBook } from '../health/book.ts';
import type { Settings } from '../options.ts';
import { isBrowser } from '../platform.ts';
import { SUSPENDED_MS } from '../within.ts';
import type { Claim } from './claim.ts';
import { dropBody } from './guard.ts';

export interface Liveness {
  /** Resolves with `false` when a region does not answer the simplest question. */
  isAlive(region: string): Promise<boolean>;
  /**
   * Asks a region that could not be reached whether a call may test it again, so that no call has to find out.
   *
   * @param isDue whether it is still to be asked, when it is clear who may
   */
  inquire(region: string, isDue: () => boolean): void;
}

interface Question {
  /** The answer's status, 0 where the platform hides it; `undefined` when none came, and one should have. */
  readonly status: Promise<number | undefined>;
  readonly askedAt: number;
  /** It is known that none came, and for so long nobody need ask again, ms. */
  deadMs?: number;
}

/** A browser opens so many HTTP/1.1 connections to an origin: a question queued behind them proves nothing. */
const BROWSER_CONNECTIONS = 6;
/** The question's own time, as a part of the silence before it. */
const PATIENCE = 0.5;
/** What is refused at once costs little to ask again, and may be back, ms. */
const REFUSED_MS = 250;

/**
 * Asks regions something free that any living front door answers. One question serves all calls that wait for the region, and
 * its answer those that come to ask soon after.
 */
export function createLiveness(
  { regions, fetch, clock, timeouts }: Settings,
  health: HealthBook,
  claim: Claim,
  closing: AbortSignal,
): Liveness {
  const { livenessMs } = timeouts;
  const patienceMs = livenessMs * PATIENCE;
  const questions = new Map<string, Question>();
  const browser = isBrowser();
  // Without headers of ours a page's question needs no preflight, and without CORS its answer can be anything.
  const init: RequestInit = browser
    ? { mode: 'no-cors', credentials: 'omit', cache: 'no-store' }
    : { redirect: 'manual', credentials: 'omit', cache: 'no-store' };

  function ask(name: string): Question {
    const base = regions.find((region) => region.name === name)?.endpoint.base;
    const knock = async (signal: AbortSignal): Promise<number> => {
      const response = await fetch(`${base}/openai/v1/models`, { ...init, signal });
      dropBody(response);
      return response.status;
    };
    const status = statusWithin(clock, patienceMs, closing, knock).then(
      (answer) => answer ?? (browser && health.inFlight(name) >= BROWSER_CONNECTIONS ? 0 : undefined),
    );
    const question: Question = { status, askedAt: clock.now() };
    questions.set(name, question);
    void status.then((answer) => {
      const isSilent = clock.now() - question.askedAt >= REFUSED_MS;
      if (answer === undefined) question.deadMs = isSilent ? livenessMs : Math.min(REFUSED_MS, livenessMs);
    });
    return question;
  }

  const isFresh = ({ askedAt }: Question, ms: number): boolean => {
    const now = clock.now();
    return now >= askedAt && now < askedAt + ms;
  };

  return {
    async isAlive(name) {
      const before = questions.get(name);
      const question = before && isFresh(before, before.deadMs ?? livenessMs) ? before : ask(name);
      // A region that was silent a moment ago is taken for dead while it is asked again.
      if (before?.deadMs === livenessMs && question !== before && isFresh(before, 2 * livenessMs)) return false;
      return (await question.status) !== undefined;
    },
    inquire(name, isDue) {
      void claim(name, closing).then((release) => {
        if (!release || !isDue()) return release?.();
        const inquired = health.inquire(name, 2 * patienceMs);
        void ask(name).status.then((status) => {
          inquired(status !== undefined && status < 500);
          release();
        });
      });
    },
  };
}

/** The status of what answers in time, if anything does. Never rejects. */
function statusWithin(
  clock: Clock,
  ms: number,
  closing: AbortSignal,
  question: (signal: AbortSignal) => Promise<number>,
): Promise<number | undefined> {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = (status: number | undefined): void => {
      cancel();
      closing.removeEventListener('abort', giveUp);
      resolve(status);
    };
    const dueAt = clock.now() + ms;
    const unanswered = (): void => {
      // What nobody was awake to hear proves nothing.
      end(clock.now() > dueAt + SUSPENDED_MS ? 0 : undefined);
    };
    const giveUp = (): void => {
      unanswered();
      over.abort();
    };
    const cancel = startTimer(clock, ms, giveUp);
    closing.addEventListener('abort', giveUp);
    question(over.signal).then(end, unanswered);
  });
}
