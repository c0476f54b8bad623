/** A way to let everything happen that can happen without time passing: promises, native streams, all that follows. */
export interface Turns {
  /** Calls back when the platform has nothing more urgent to do. */
  readonly next: (callback: () => void) => void;
  /** How many it takes until all has happened that follows from one event. */
  readonly toSettle: number;
}

interface Platform {
  /** Node. */
  readonly setImmediate?: (callback: () => void) => unknown;
  /** Chromium, Firefox. */
  readonly scheduler?: { postTask(callback: () => void, options: { readonly priority: 'background' }): unknown };
}

/** The platform's own way. None of them waits for real time to pass, as `setTimeout` does. */
export function platformTurns(): Turns {
  const { setImmediate, scheduler } = globalThis as Platform;
  // Node settles its streams with promises, and all promises before the turn.
  if (setImmediate) return { next: setImmediate, toSettle: 1 };
  // A browser takes a task for each body that is read; the background comes after all of them.
  if (scheduler) {
    return { next: (callback) => void scheduler.postTask(callback, { priority: 'background' }), toSettle: 1 };
  }
  // First come, first served: that many bodies, one after the other.
  return { next: messageTurns(), toSettle: 4 };
}

function messageTurns(): Turns['next'] {
  const waiting: (() => void)[] = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => waiting.shift()?.();
  return (callback) => {
    waiting.push(callback);
    port2.postMessage(0);
  };
}
