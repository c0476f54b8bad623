/** The one door to time. Everything that waits or measures takes a clock, so that tests and simulations can bring their own. */
export interface Clock {
  /** Unix time, ms. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason, at once, when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Calls back after `ms`, unless the function it returned is called before.
   * @default made of `sleep`; every call sets one and hardly any needs it, so a clock that has its own is cheaper
   */
  timer?(ms: number, callback: () => void): () => void;
}

// Wrappers rather than references: whoever replaces the globals (fake timers, a test's clock) is heard.
export const systemClock: Required<Clock> = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = systemClock.timer(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    }),
  timer: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** Calls back after `ms` of a clock's time, unless the returned function is called before. */
export function startTimer(clock: Clock, ms: number, callback: () => void): () => void {
  if (clock.timer) return clock.timer(ms, callback);
  const cancelled = new AbortController();
  clock.sleep(ms, cancelled.signal).then(callback, () => {});
  return () => cancelled.abort();
}
