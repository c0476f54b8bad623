import { startTimer } from '../clock.ts';
import type { Events } from '../events.ts';
import { adopt, suspect } from '../health/absorb.ts';
import type { HealthBook } from '../health/book.ts';
import type { Pins } from '../health/pins.ts';
import { decode, decodePins } from '../health/read-snapshot.ts';
import { encode, type RegionIds, regionId } from '../health/snapshot.ts';
import type { Settings } from '../options.ts';
import { onHide } from '../platform.ts';
import { within } from '../within.ts';
import type { Pin } from './health-store.ts';

/** A store that hangs does not keep its user from closing for longer, ms. */
const CLOSING_MS = 2_000;
/** Two writes are so far apart, ms: the first change is written at once, what follows together. */
const APART_MS = 1_000;

/**
 * Ties what is learned to a store: read at the start and when others save, written at each change. Nothing waits for it, and
 * it fails alone.
 */
export function keepInStore(
  { store, regions, clock, breaker }: Settings,
  health: HealthBook,
  pins: Pins,
  events: Events,
): Keeper {
  const ids = new Map(regions.map(({ name, endpoint }) => [regionId(name, endpoint.base), name]));
  const names = new Map(regions.map(({ name, options }) => [name, options.deployments]));
  const absorb = store.trust === 'fleet' ? suspect : adopt;
  const failed = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    events.warn('store', `learned health is kept in memory only: its store failed (${why})`);
  };
  let [dirty, urgent, failing, closed, over] = [false, false, false, false, false];
  let writing: Promise<void> | undefined;
  let wroteAt = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;

  const save = async (): Promise<void> => {
    cancel?.();
    cancel = undefined;
    const news = pins.takeNews();
    [dirty, urgent, failing, wroteAt] = [false, false, false, clock.now()];
    try {
      await store.save({
        ...encode(health.records(), ids, clock.now(), names),
        ...(news && { pins: toIds(news, ids) }),
      });
    } catch (error) {
      pins.returnNews(news);
      failing = true;
      failed(error);
    }
  };
  const write = async (): Promise<void> => {
    await save();
    writing = undefined;
    // What changed meanwhile.
    if (dirty) writeIn(closed || urgent ? 0 : untilNext());
  };
  const writeNow = (): void => {
    writing ??= Promise.resolve().then(write);
  };
  // A clock that was set back does not put it off for as long.
  const untilNext = (): number => Math.min(APART_MS, wroteAt + APART_MS - clock.now());
  const writeIn = (ms: number): void => {
    if (over) return;
    dirty = true;
    if (writing) urgent ||= ms <= 0;
    else if (ms <= 0) writeNow();
    else if (!closed) cancel ??= startTimer(clock, ms, writeNow);
  };
  const listen = (snapshot: unknown): void => {
    const now = clock.now();
    health.absorb(decode(snapshot, ids, now, breaker.maxOpenMs, names), absorb);
    pins.absorb(decodePins(snapshot, ids, now));
  };

  const ends: (() => void)[] = [onHide(() => void save())];
  const ready = Promise.resolve()
    .then(() => {
      if (closed) return undefined;
      ends.push(store.subscribe?.(listen) ?? (() => {}));
      return store.load();
    })
    .then(listen)
    .catch(failed);
  return {
    ready,
    changed: () => writeIn(untilNext()),
    soon: () => writeIn(APART_MS),
    async close() {
      closed = true;
      for (const end of ends) end();
      const last = async (): Promise<void> => {
        if (dirty || failing) writeIn(0);
        while (writing) await writing;
        over = true;
        await store.close?.();
      };
      const limits = { clock, ms: CLOSING_MS, signal: new AbortController().signal };
      await within(limits, last).catch(failed);
    },
  };
}

/** Pins as a store has them: it knows regions by their ids. */
function toIds(pins: Readonly<Record<string, Pin>>, ids: RegionIds): Readonly<Record<string, Pin>> {
  const idOf = new Map([...ids].map(([id, name]) => [name, id]));
  return Object.fromEntries(
    Object.entries(pins).map(([key, { region, at }]) => [key, { region: idOf.get(region) ?? '', at }]),
  );
}

export interface Keeper {
  /** Something was learned that is worth writing down at once. */
  changed(): void;
  /** Something was learned that can wait for more of its kind. */
  soon(): void;
  readonly ready: Promise<void>;
  close(): Promise<void>;
}
