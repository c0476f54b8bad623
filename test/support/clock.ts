import type { Clock } from '../../src/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Time that moves only when it is told to. */
export class ManualClock implements Required<Clock> {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now: number = Date.UTC(2026, 10, 22, 12)) {
    this.#now = now;
  }

  /** Timers and sleeps that nobody has ended. */
  get open(): number {
    return this.#timers.size;
  }

  now = (): number => this.#now;

  timer = (ms: number, callback: () => void): (() => void) => {
    const timer: Timer = { at: this.#now + Math.max(0, ms || 0), fire: callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  };

  sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = this.timer(ms, () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      });
      signal?.addEventListener('abort', onAbort, { once: true });
    });

  /** Moves on by `ms`; what falls due on the way happens in its order, each with all that follows from it. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let due = this.#next(end); due; due = this.#next(end)) {
      this.#now = Math.max(this.#now, due.at);
      this.#timers.delete(due);
      due.fire();
      await settled();
    }
    this.#now = Math.max(this.#now, end);
  }

  /** Sets the clock, forward or back, as a person or a time server does: no timer fires for it. */
  jump(ms: number): void {
    this.#now += ms;
  }

  /** Lets time pass until the promise settles, and returns what it settled with. */
  async run<T>(promise: Promise<T>): Promise<T> {
    let done = false;
    const finish = (): void => {
      done = true;
    };
    promise.then(finish, finish);
    for (let idle = 0; idle < 50; ) {
      await settled();
      if (done) return promise;
      const due = this.#next(Number.POSITIVE_INFINITY);
      // What is overdue, since the clock was set forward, falls due now.
      if (due) await this.advance(Math.max(0, due.at - this.#now));
      else idle++;
    }
    throw new Error('Nothing is left to wait for, and the promise is still pending');
  }

  #next(end: number): Timer | undefined {
    let soonest: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= end && !(soonest && soonest.at <= timer.at)) soonest = timer;
    return soonest;
  }
}

const turns: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => turns.shift()?.();
// A test that is over must not be kept alive by it (Node).
(port1 as { unref?(): void }).unref?.();

/** Resolves when everything that could happen without time passing has happened: streams take a few turns. */
export async function settled(count = 3): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => {
      turns.push(resolve);
      (port1 as { ref?(): void }).ref?.();
      port2.postMessage(0);
    });
  }
  (port1 as { unref?(): void }).unref?.();
}
