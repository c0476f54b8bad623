import { type Clock, startTimer } from './clock.ts';

/** Our own limit ran out. Told from the caller's by its class, since either may be called `TimeoutError`. */
export class TimeLimit extends Error {
  override readonly name: string = 'TimeoutError';
  constructor(ms: number, message = `No answer within ${Math.round(ms)} ms`, options?: ErrorOptions) {
    super(message, options);
  }
}

/** The machine slept, or the page was frozen: what was under way is as good as lost, and that is nobody's fault. */
export class Suspended extends TimeLimit {
  override readonly name = 'SuspendedError';
  constructor(ms: number, cause?: unknown) {
    super(ms, 'This client was suspended while the request was under way', { cause });
  }
}

/** A timer that fires later than this, ms, did not run meanwhile: a connection does not outlive that for certain. */
export const SUSPENDED_MS = 30_000;

/** Limits of a piece of work. */
export interface Limits<T> {
  readonly clock: Clock;
  readonly ms: number;
  /** What `ms` becomes once the work says that it goes on. */
  readonly longestMs?: number;
  /** The caller's: when it aborts, the work is over, with its reason. */
  readonly signal: AbortSignal;
  /** Gets what comes after the work was given up. */
  readonly discard?: (late: T) => void;
  /** What to ask when the work has been silent for `afterMs`, and again each time that has doubled: is it in vain? */
  readonly doubt?: { readonly afterMs: number; readonly ask: () => Promise<Error | undefined> } | undefined;
  /** What goes on after the work has resolved, a body that is still being read: until it is gone, an abort reaches it. */
  readonly remainder?: (result: T) => object | null;
}

/**
 * Runs `work` until it settles, `ms` have passed or the caller gives up, whichever is first. The signal it is given
 * aborts with either. Whoever knows when what remains of it is over calls `unfollow` then; `goesOn` gives it its `longestMs`.
 */
export function within<T>(
  { clock, ms, longestMs = ms, signal, discard, doubt, remainder }: Limits<T>,
  work: (signal: AbortSignal, unfollow: () => void, goesOn: () => void) => Promise<T>,
): Promise<T> {
  return new Promise<T>((onResult, onError) => {
    if (signal.aborted) return onError(signal.reason);
    if (!(ms > 0)) return onError(new TimeLimit(0));
    // Let go when settled: what goes on following the signal must not hold the result, or it is never collected.
    let pending: { readonly resolve: typeof onResult; readonly reject: typeof onError } | undefined = {
      resolve: onResult,
      reject: onError,
    };
    // `AbortSignal.any` would do this in a line, and take 7 µs of each call for it on Node 24: as much as all the rest.
    const own = new AbortController();
    // Whoever holds the body holds its signal, and so what that one follows.
    if (kept in signal) keep(own.signal, signal);
    let stop: (() => void) | undefined;
    const end = (): typeof pending => {
      const ended = pending;
      pending = undefined;
      stop?.();
      return ended;
    };
    const giveUp = (reason: unknown): void => {
      // Rejects first: the work's own rejection, which the abort brings about, comes second and is not heard.
      end()?.reject(reason);
      own.abort(reason);
    };
    const onAbort = (): void => giveUp(signal.reason);
    const unfollow = (): void => signal.removeEventListener('abort', onAbort);
    const drop = (reason: Error): void => {
      unfollow();
      giveUp(reason);
    };
    let dueAt = Number.POSITIVE_INFINITY;
    let limit = ms;
    const goesOn = (): void => {
      limit = Math.max(ms, longestMs);
    };
    const wasSuspended = (): boolean => clock.now() > dueAt + SUSPENDED_MS;
    const arm = (waited: number, until: number): void => {
      dueAt = clock.now() + until - waited;
      stop = startTimer(clock, until - waited, () => {
        if (wasSuspended()) return drop(new Suspended(limit));
        if (until >= limit) return drop(new TimeLimit(limit));
        arm(until, doubt ? Math.min(limit, until * 2) : limit);
        void doubt?.ask().then((reason) => {
          if (reason && pending) drop(reason);
        });
      });
    };
    arm(0, doubt ? Math.min(ms, doubt.afterMs) : ms);
    signal.addEventListener('abort', onAbort, { once: true });
    work(own.signal, unfollow, goesOn).then(
      (result) => {
        const ended = end();
        if (!ended) return discard?.(result);
        const rest = isShared(signal) ? remainder?.(result) : signal;
        if (!rest) unfollow();
        else if (rest !== signal) whenCollected(rest, unfollow);
        ended.resolve(result);
      },
      (error) => {
        const ended = end();
        unfollow();
        ended?.reject(wasSuspended() ? new Suspended(limit, error) : error);
      },
    );
  });
}

const abandoned =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<() => void>((callback) => callback());

/** Calls back some time after an object is gone that nobody has ended. */
export function whenCollected(object: object, callback: () => void): void {
  if (!abandoned) return;
  // Chromium takes an object of its own for gone, though it is at work, unless something was done to it.
  Reflect.defineProperty(object, watched, { value: true });
  abandoned.register(object, callback);
}

const watched = Symbol('watched');

const used = Symbol('used');

/**
 * Whether a signal has served another call before. Most serve one, and go with it; one that serves thousands must not
 * keep a listener for each. Only for those is the registry's price paid: 20 µs of garbage collection a call.
 */
function isShared(signal: AbortSignal & { [used]?: boolean }): boolean {
  const before = signal[used] === true || isComposite(signal);
  signal[used] = true;
  return before;
}

/** Node keeps a signal made by `AbortSignal.any` for as long as it has a listener; elsewhere it does not tell. */
function isComposite(signal: object): boolean {
  return Object.getOwnPropertySymbols(signal).some(
    (symbol) => symbol.description === 'kComposite' && Reflect.get(signal, symbol) === true,
  );
}

/** A signal to be treated as one that serves several calls, as one made by `any` is that does not tell. */
export function asShared(signal: AbortSignal): AbortSignal {
  isShared(signal);
  return signal;
}

const kept = Symbol('kept');

/** Keeps an object alive for as long as another. */
export function keep(holder: object & { [kept]?: object }, object: object): void {
  holder[kept] = object;
}
