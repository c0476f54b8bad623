import type { TestContext } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';

const later = globalThis.setTimeout;
/** Shorter than what clients give up after. */
const LONGEST_MS = 100_000;

/** Until the test is over, clients wait no time before they try again. What is not a package's own goes on as ever: so does the platform's. */
export function hurry({ onTestFinished }: TestContext): void {
  const hurried = (callback: (...args: unknown[]) => void, ms = 0, ...args: unknown[]): unknown => {
    const [, , caller = ''] = new Error().stack?.split('\n') ?? [];
    return later(callback, ms < LONGEST_MS && caller.includes('node_modules') ? 0 : ms, ...args);
  };
  globalThis.setTimeout = Object.assign(hurried, later) as typeof setTimeout;
  onTestFinished(() => {
    globalThis.setTimeout = later;
  });
}

/** The system's clock, in no hurry. */
export const steady: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const giveUp = (): void => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = later(() => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      }, ms);
      signal?.addEventListener('abort', giveUp, { once: true });
    }),
};
