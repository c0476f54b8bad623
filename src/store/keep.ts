import { startTimer } from '../clock.ts';
import type { Events } from '../events.ts';
import type { HealthBook } from '../health/book.ts';
import type { Pins } from '../health/pins.ts';
import { decode, decodePins, encode } from '../health/snapshot.ts';
import type { Settings } from '../options.ts';
import { within } from '../within.ts';

/** A store that hangs does not keep its user from closing for longer, ms. */
const CLOSING_MS = 2_000;
/** What many calls teach is written together, ms. */
const SOON_MS = 1_000;

/** Ties what is learned to a store: read at the start, written at each change. Nothing waits for it, and it fails alone. */
export function keepInStore(
  { store, regions, clock, breaker }: Settings,
  health: HealthBook,
  pins: Pins,
  events: Events,
): Keeper {
  const failed = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    events.warn('store', `learned health is kept in memory only: its store failed (${why})`);
  };
  let [dirty, closed] = [false, false];
  let writing: Promise<void> | undefined;
  let cancel: (() => void) | undefined;
  const write = async (): Promise<void> => {
    let news: ReturnType<Pins['takeNews']>;
    try {
      // One write at a time; what changes meanwhile goes with the next.
      while (dirty) {
        dirty = false;
        news = pins.takeNews();
        await store.save({ ...encode(health.records(), clock.now()), ...(news && { pins: news }) });
      }
    } catch (error) {
      pins.returnNews(news);
      failed(error);
    }
    writing = undefined;
  };
  const changed = (): void => {
    dirty = true;
    cancel?.();
    cancel = undefined;
    writing ??= Promise.resolve().then(write);
  };
  const names = regions.map(({ name }) => name);
  return {
    changed,
    soon() {
      if (!closed) cancel ??= startTimer(clock, SOON_MS, changed);
    },
    ready: Promise.resolve()
      .then(() => store.load())
      .then((snapshot) => {
        health.restore(decode(snapshot, names, clock.now(), breaker.maxOpenMs));
        pins.restore(decodePins(snapshot, names, clock.now()));
      })
      .catch(failed),
    async close() {
      closed = true;
      if (cancel) changed();
      const last = async (): Promise<void> => {
        await writing;
        await store.close?.();
      };
      const limits = { clock, ms: CLOSING_MS, signal: new AbortController().signal };
      await within(limits, last).catch(failed);
    },
  };
}

export interface Keeper {
  /** Something was learned that is worth writing down at once. */
  changed(): void;
  /** Something was learned that can wait for more of its kind. */
  soon(): void;
  readonly ready: Promise<void>;
  close(): Promise<void>;
}
