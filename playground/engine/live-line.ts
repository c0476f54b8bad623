import type { Line } from './all-clients.ts';

/**
 * A real network for one client, that can be taken away from it.
 *
 * @param lost what a request rejects with then. @default what a browser says
 */
export function liveLine(lost = () => new TypeError('Failed to fetch')): Line {
  let wire = new AbortController();
  let isOffline = false;
  return {
    async fetch(input, init) {
      if (isOffline) throw lost();
      // Bodies go by it too.
      const signal = init?.signal ? AbortSignal.any([init.signal, wire.signal]) : wire.signal;
      return globalThis.fetch(input, { ...init, signal });
    },
    get offline() {
      return isOffline;
    },
    set offline(on) {
      isOffline = on;
    },
    cut() {
      wire.abort(lost());
      wire = new AbortController();
    },
  };
}
