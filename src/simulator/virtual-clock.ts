import type { Clock } from '../clock.ts';
import { abortableSleep } from './abortable-sleep.ts';
import { ClientClock } from './client-clock.ts';
import { platformTurns } from './next-turn.ts';
import { TimerHeap } from './timer-heap.ts';

/** Somebody who wants time to pass. */
interface Waiter {
  /** Infinite where something else than time ends the wait. */
  readonly until: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Time that passes only while somebody waits for it, and then as fast as the work that is done in it.
 *
 * @example
 * const clock = new VirtualClock();
 * const later = clock.sleep(60_000).then(() => 'a minute later');
 * console.log(await clock.run(later));
 */
export class VirtualClock implements Required<Clock> {
  readonly #timers = new TimerHeap();
  readonly #waiters = new Set<Waiter>();
  readonly #turns = platformTurns();
  #now: number;
  #running = false;
  #turnsLeft = 0;
  #idleTurns = 0;
  #held = 0;
  #heldTurns = 0;

  /** @param startsAt Unix time, ms. @default Date.UTC(2026, 0, 1) */
  constructor(startsAt: number = Date.UTC(2026, 0, 1)) {
    this.#now = startsAt;
  }

  /** Timers that are set and neither fired nor cancelled. Who sleeps has one. */
  get open(): number {
    return this.#timers.size;
  }

  /** Unix time, ms. */
  now = (): number => this.#now;

  /** Calls back after `ms`, unless the function it returned is called before. */
  timer = (ms: number, callback: () => void): (() => void) =>
    this.#timers.add(this.#now + Math.max(0, ms || 0), callback);

  /** Resolves after `ms`; rejects with the signal's reason, at once, when the signal aborts. */
  sleep: Clock['sleep'] = abortableSleep(this.timer);

  /** A clock on the same time line for one client, who may move it or fall asleep. */
  fork(): ClientClock {
    return new ClientClock(this);
  }

  /**
   * Lets time pass up to `until` (Unix time, ms). Timers fire in the order of their time, those of one time in the order
   * they were set, each with all that follows from it before the next.
   *
   * @throws what a timer's callback throws.
   */
  runUntil(until: number): Promise<void> {
    return new Promise((resolve, reject) => this.#wait({ until, resolve, reject }));
  }

  /**
   * Lets time pass until the promise settles, and returns what it settled with.
   *
   * @throws Error when nothing is left to wait for and the promise is still pending.
   */
  async run<T>(promise: Promise<T>): Promise<T> {
    await new Promise<void>((resolve, reject) => {
      const waiter = { until: Number.POSITIVE_INFINITY, resolve, reject };
      const settled = (): void => {
        this.#waiters.delete(waiter);
        resolve();
      };
      promise.then(settled, settled);
      this.#wait(waiter);
    });
    return promise;
  }

  /**
   * Time stands still until the promise settles: for what the platform does in its own time, as reading a `Blob`. What
   * turns out to wait for time itself is let go.
   */
  hold(promise: Promise<unknown>): void {
    this.#held++;
    const release = (): void => {
      this.#held--;
      this.#heldTurns = 0;
      this.#turnsLeft = this.#turns.toSettle;
    };
    promise.then(release, release);
  }

  #wait(waiter: Waiter): void {
    this.#waiters.add(waiter);
    if (this.#running) return;
    this.#running = true;
    this.#settle();
  }

  /** Goes on when all has happened that can happen without time passing. */
  #settle(): void {
    this.#turnsLeft = this.#turns.toSettle;
    this.#turns.next(this.#onTurn);
  }

  readonly #onTurn = (): void => {
    if (--this.#turnsLeft > 0 || (this.#held > 0 && ++this.#heldTurns < mostIdleTurns)) this.#turns.next(this.#onTurn);
    else this.#step();
  };

  #step(): void {
    const waiter = this.#soonestWaiter();
    if (!waiter) {
      this.#running = false;
      return;
    }
    const timer = this.#timers.soonest;
    if (timer && timer.at <= waiter.until) this.#fire(timer.at, timer.callback);
    else if (waiter.until < Number.POSITIVE_INFINITY) this.#arrive(waiter);
    else this.#idle();
    this.#settle();
  }

  #fire(at: number, callback: () => void): void {
    this.#idleTurns = 0;
    this.#now = Math.max(this.#now, at);
    this.#timers.takeSoonest();
    try {
      callback();
    } catch (error) {
      this.#fail(error);
    }
  }

  #arrive(waiter: Waiter): void {
    this.#now = Math.max(this.#now, waiter.until);
    this.#waiters.delete(waiter);
    waiter.resolve();
  }

  /** The platform may still be at work on what no timer stands for. */
  #idle(): void {
    if (++this.#idleTurns < mostIdleTurns) return;
    this.#idleTurns = 0;
    this.#fail(new Error('Nothing is left to wait for, and the promise is still pending'));
  }

  #fail(error: unknown): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const { reject } of waiters) reject(error);
  }

  #soonestWaiter(): Waiter | undefined {
    let soonest: Waiter | undefined;
    for (const waiter of this.#waiters) if (!soonest || waiter.until < soonest.until) soonest = waiter;
    return soonest;
  }
}

/** Enough for any platform to do what it does in its own time, and over in the blink of an eye. */
const mostIdleTurns = 10_000;
