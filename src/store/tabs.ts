import { type Channel, onPutAside, openChannel } from '../platform.ts';
import type { HealthSnapshot } from './health-store.ts';

export type Listener = (snapshot: HealthSnapshot) => void;

/** Tabs, frames and workers of one origin that tell each other what they learned. */
export interface Tabs {
  tell(snapshot: HealthSnapshot): void;
  /** Hears all others, and who else uses these tabs here, until the returned function is called. */
  subscribe(listener: Listener): () => void;
  /** Aborted when this page is left, which may put it aside whole; another one once it is back. */
  readonly here: AbortSignal;
}

/** @param missed what others learned while this page was put aside */
export function createTabs(name: string, missed: () => Promise<HealthSnapshot | undefined>): Tabs {
  const listeners = new Set<Listener>();
  let channel: Channel | undefined;
  let stop: (() => void) | undefined;
  let stay = new AbortController();

  const hear = (snapshot: HealthSnapshot): void => {
    for (const listener of listeners) listener(snapshot);
  };
  const open = (): void => {
    channel = openChannel(name, hear);
  };
  const shut = (): void => {
    channel?.close();
    channel = undefined;
  };
  const leave = (): void => {
    // A message would throw a page out of Chromium's back/forward cache.
    shut();
    stay.abort();
  };
  const comeBack = (): void => {
    stay = new AbortController();
    open();
    missed().then(
      (snapshot) => snapshot && hear(snapshot),
      () => {},
    );
  };
  return {
    tell(snapshot) {
      hear(snapshot);
      const through = channel ?? openChannel(name);
      through?.post(snapshot);
      if (through !== channel) through?.close();
    },
    get here() {
      return stay.signal;
    },
    subscribe(listener) {
      // Wrapped, so that one function may subscribe twice and leave once.
      const own: Listener = (snapshot) => listener(snapshot);
      listeners.add(own);
      if (listeners.size === 1) {
        open();
        stop = onPutAside(leave, comeBack);
      }
      return () => {
        if (!listeners.delete(own) || listeners.size > 0) return;
        stop?.();
        shut();
      };
    },
  };
}
