import type { AttemptSeen, BeliefState, CallRecord, TruthState } from '../../engine/types.ts';

/** A state said three times over: by its colour, by its shape and by a word. */
export interface Mark {
  /** Of the style sheet's `--tone-…` colours. */
  readonly tone: Tone;
  readonly shape: string;
  readonly word: string;
}

export type Tone = 'good' | 'bad' | 'wait' | 'cut' | 'slow' | 'test' | 'calm';

export const truthMarks: Readonly<Record<TruthState, Mark>> = {
  up: { tone: 'good', shape: '●', word: 'up' },
  down: { tone: 'bad', shape: '◆', word: 'down' },
  throttled: { tone: 'wait', shape: '▲', word: 'throttled' },
  refusing: { tone: 'bad', shape: '⬟', word: 'refusing' },
  partial: { tone: 'wait', shape: '◧', word: 'in part' },
  breaking: { tone: 'cut', shape: '■', word: 'breaking off' },
  limited: { tone: 'slow', shape: '◒', word: 'limited' },
  slow: { tone: 'slow', shape: '◐', word: 'slow' },
};

export const beliefMarks: Readonly<Record<BeliefState, Mark>> = {
  closed: { tone: 'good', shape: '●', word: 'trusted' },
  open: { tone: 'bad', shape: '◆', word: 'left alone' },
  'half-open': { tone: 'test', shape: '◍', word: 'due for a test' },
  ramping: { tone: 'test', shape: '◔', word: 'coming back' },
  cooling: { tone: 'wait', shape: '▲', word: 'left to cool' },
};

/** How an attempt ended, for its dot and its bar; of a live run, one may not be over. */
export function attemptMark({ status, verdict, error, closedBy, headersAt }: AttemptSeen): Mark {
  if (!status && !verdict && !error && !closedBy) return { tone: 'calm', shape: '○', word: 'under way' };
  if (status === 429 || verdict?.kind === 'throttled' || verdict?.kind === 'no-capacity') {
    return { tone: 'wait', shape: '▲', word: status === undefined ? 'throttled' : String(status) };
  }
  if (closedBy === 'fault' && headersAt !== undefined && status !== undefined && status < 300) {
    return { tone: 'cut', shape: '■', word: 'cut' };
  }
  if (verdict?.kind === 'stream-broken') return { tone: 'cut', shape: '■', word: 'broken' };
  if (status !== undefined && status < 300) return { tone: 'good', shape: '●', word: String(status) };
  if (status === undefined && closedBy === 'client' && (!error || verdict?.kind === 'aborted')) {
    return { tone: 'calm', shape: '◌', word: 'given up' };
  }
  return { tone: 'bad', shape: '◆', word: String(status ?? error?.code ?? 'error') };
}

const fates: Readonly<Record<CallRecord['fate'], Mark>> = {
  ok: { tone: 'good', shape: '●', word: 'answered' },
  failed: { tone: 'bad', shape: '◆', word: 'failed' },
  broken: { tone: 'cut', shape: '■', word: 'broke off' },
  truncated: { tone: 'cut', shape: '◨', word: 'cut short, silently' },
  open: { tone: 'calm', shape: '○', word: 'under way' },
};

export const callMark = ({ fate }: CallRecord): Mark => fates[fate];
