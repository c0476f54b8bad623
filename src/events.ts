import type { AttemptRecord, Trace } from './chain/journal.ts';
import type { RegionStatus } from './health/record.ts';
import type { VerdictKind } from './types.ts';

/** What went on, as it happens. Carries regions, times and verdicts; never a header, a body or a credential. */
export type FailoverEvent =
  | { readonly type: 'attempt'; readonly callId: string; readonly record: AttemptRecord }
  /** A stream that had been handed over broke off: this is what its attempt's record says from now on. */
  | { readonly type: 'stream-broken'; readonly callId: string; readonly record: AttemptRecord }
  | {
      readonly type: 'failover';
      readonly callId: string;
      readonly from: string;
      readonly to: string;
      readonly because: VerdictKind;
    }
  | {
      readonly type: 'wait';
      readonly callId: string;
      readonly region: string;
      readonly ms: number;
      readonly because: VerdictKind;
    }
  | { readonly type: 'health'; readonly status: RegionStatus }
  | { readonly type: 'settled'; readonly callId: string; readonly trace: Trace }
  | { readonly type: 'warning'; readonly code: string; readonly message: string };

export type Listener = (event: FailoverEvent) => void;

export interface Events {
  emit(event: FailoverEvent): void;
  /** Says a thing once per code, on the console when nobody else listens: a warning that nobody hears is none. */
  warn(code: string, message: string): void;
  subscribe(listener: Listener): () => void;
}

/** Codes that are remembered: a code may name a deployment, and callers may make up any number of those. */
const MOST_CODES = 1_000;

/** A listener's bug must not become the failure of somebody's call. */
const complain = (error: unknown): void => console.error('azure-openai-failover: an event listener threw', error);

export function createEvents(onEvent?: Listener): Events {
  const listeners = new Set<Listener>(onEvent ? [onEvent] : []);
  const warned = new Set<string>();
  const emit = (event: FailoverEvent): void => {
    for (const listener of listeners) {
      try {
        const result: unknown = listener(event);
        if (result instanceof Promise) result.catch(complain);
      } catch (error) {
        complain(error);
      }
    }
  };
  return {
    emit,
    warn(code, message) {
      if (warned.has(code)) return;
      if (warned.size === MOST_CODES) warned.clear();
      warned.add(code);
      if (listeners.size === 0) console.warn(`azure-openai-failover: ${message}`);
      emit({ type: 'warning', code, message });
    },
    subscribe(listener) {
      // Wrapped, so that one function may subscribe twice and leave once.
      const own: Listener = (event) => listener(event);
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}
