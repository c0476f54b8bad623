import { check, checkKnown, checkNumbers } from './check.ts';
import { type Clock, systemClock } from './clock.ts';
import { priority, type Strategy } from './health/strategies.ts';
import { findDatabases } from './platform.ts';
import { type Region, resolveRegions } from './region-options.ts';
import type { HealthStore } from './store/health-store.ts';
import { indexedDBStore } from './store/indexeddb.ts';
import { memoryStore } from './store/memory.ts';
import type { FailoverOptions } from './types.ts';

export interface RetryOptions {
  /** Attempts per call, the first included. @default 4 */
  readonly attempts: number;
  /** Tries in the same region after a fast, isolated failure. @default 1 */
  readonly sameRegion: number;
  /**
   * Extra load that retries may put on one region, as a part of its good answers; a call's first try in a region is free.
   * @default 0.2
   */
  readonly budget: number;
  /** Longest server-asked wait that a call sits out when no region is free, ms. @default 30_000 */
  readonly maxWaitMs: number;
  /** First back-off when every region has failed and none was believed to be down, ms; doubles, full jitter. @default 500 */
  readonly baseDelayMs: number;
  /** Longest back-off, ms. @default 8_000 */
  readonly maxDelayMs: number;
}

export interface Timeouts {
  /** Whole call until its answer (JSON), its stream's first event, or the headers of what is neither, ms. @default 600_000 */
  readonly totalMs: number;
  /** One attempt until its headers, not streaming, ms; JSON behind them may take as long as it keeps coming. @default 120_000 */
  readonly responseMs: number;
  /**
   * One attempt until the first event of its stream that carries something of the answer, ms; where no other region is left,
   * `responseMs` holds instead. @default 20_000 until an event of any kind, and then `responseMs`: a model may reason for long
   * before it says anything, and elsewhere that would only begin anew
   */
  readonly firstEventMs: number;
  /**
   * Longest silence between two chunks, ms: a stream that has begun rejects then, and what is JSON is asked for elsewhere.
   * @default 60_000
   */
  readonly idleMs: number;
  /**
   * Silence after which the region is asked, for free, whether it is alive (`GET …/openai/v1/models` without a credential: any
   * answer will do), ms. No answer within half that time ends the attempt. 0 asks never. @default 3_000
   */
  readonly livenessMs: number;
}

export interface BreakerOptions {
  /**
   * How long a region is left alone when it opens first, ms; doubles each time, less up to half by jitter. A client that makes
   * few calls waits the time of three of them, at most 30 s. @default 5_000
   */
  readonly openMs: number;
  /** Longest time a region is left alone, ms. @default 120_000 */
  readonly maxOpenMs: number;
  /** Probes in a row that must succeed before a region takes traffic again. @default 2 */
  readonly successesToClose: number;
  /** Time over which it gets its traffic back, from a tenth of it to all, ms. 0 gives all at once. @default 60_000 */
  readonly rampMs: number;
}

export interface HedgeOptions {
  /** Silence after which the second region is asked, ms. @default the learned 95th percentile, from 1 s to 10 s; 2 s before it is known */
  readonly afterMs: number;
  /** Calls that may be hedged, as a part of all. @default 0.05 */
  readonly budget: number;
}

/** Any of them; one that is `undefined` is not set. */
export type Overrides<Options> = { readonly [Name in keyof Options]?: Options[Name] | undefined };

export const defaults: { readonly retry: RetryOptions; readonly timeouts: Timeouts; readonly breaker: BreakerOptions } =
  {
    retry: { attempts: 4, sameRegion: 1, budget: 0.2, maxWaitMs: 30_000, baseDelayMs: 500, maxDelayMs: 8_000 },
    timeouts: { totalMs: 600_000, responseMs: 120_000, firstEventMs: 20_000, idleMs: 60_000, livenessMs: 3_000 },
    breaker: { openMs: 5_000, maxOpenMs: 120_000, successesToClose: 2, rampMs: 60_000 },
  };

export interface Settings {
  readonly regions: readonly Region[];
  readonly retry: RetryOptions;
  readonly timeouts: Timeouts;
  /** A stream that has sent an event of any kind may take its time: nobody said otherwise. */
  readonly mayReason: boolean;
  readonly breaker: BreakerOptions;
  readonly hedge: false | (Partial<HedgeOptions> & Pick<HedgeOptions, 'budget'>);
  readonly strategy: Strategy;
  readonly store: HealthStore;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

/** @throws {TypeError} naming the option, the rule and the value, when one is not as it must be. */
export function resolveOptions(options: FailoverOptions): Settings {
  checkKnown('options', options, OPTIONS);
  for (const name of ['strategy', 'classify', 'onEvent', 'fetch', 'random'] as const) {
    check(options[name] === undefined || isFunction(options[name]), name, 'a function', options[name]);
  }
  check(!isFactory(options.strategy), 'strategy', 'called: latency(), not latency');
  const { store, clock, use = {}, hedge = false } = options;
  checkKnown('use', use, ['perCall', 'perAttempt']);
  for (const [name, list] of Object.entries(use)) {
    check(
      list === undefined || (Array.isArray(list) && list.every(isFunction)),
      `use.${name}`,
      'a list of functions',
      list,
    );
  }
  check(
    store === undefined || (isFunction(store?.load) && isFunction(store?.save)),
    'store',
    'a HealthStore (load, save)',
    store,
  );
  check(
    clock === undefined || (isFunction(clock?.now) && isFunction(clock?.sleep)),
    'clock',
    'a Clock (now, sleep)',
    clock,
  );
  const breaker = checkNumbers('breaker', defaults.breaker, options.breaker, { rampMs: 0 });
  const { openMs, maxOpenMs } = breaker;
  check(maxOpenMs >= openMs, 'breaker.maxOpenMs', `at least breaker.openMs (${openMs})`, maxOpenMs);
  return {
    regions: resolveRegions(options),
    retry: checkNumbers('retry', defaults.retry, options.retry, {
      sameRegion: 0,
      budget: 0,
      maxWaitMs: 0,
      baseDelayMs: 0,
      maxDelayMs: 0,
    }),
    mayReason: options.timeouts?.firstEventMs === undefined,
    timeouts: checkNumbers('timeouts', defaults.timeouts, options.timeouts, { livenessMs: 0 }),
    breaker,
    hedge: hedge !== false && resolveHedge(hedge),
    strategy: options.strategy ?? priority(),
    store: store ?? (findDatabases() ? indexedDBStore() : memoryStore()),
    // Looked up at each call: whoever replaces the global (a test, an agent that traces) is heard.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    clock: clock ?? systemClock,
    random: options.random ?? (() => Math.random()),
  };
}

function resolveHedge(given: Overrides<HedgeOptions>): Exclude<Settings['hedge'], false> {
  const { afterMs, budget } = checkNumbers('hedge', { afterMs: 0, budget: 0.05 }, given, { afterMs: 0, budget: 0 });
  return { budget, ...(given.afterMs !== undefined && { afterMs }) };
}

/** Of nothing, only what makes strategies makes a function. */
function isFactory(strategy: ((...none: never[]) => unknown) | undefined): boolean {
  try {
    return strategy?.length === 0 && isFunction(strategy());
  } catch {
    return false;
  }
}

const OPTIONS = [
  ...['regions', 'credential', 'strategy', 'store', 'retry', 'timeouts', 'breaker', 'hedge'],
  ...['use', 'classify', 'onEvent', 'fetch', 'clock', 'random'],
];

const isFunction = (value: unknown): boolean => typeof value === 'function';
