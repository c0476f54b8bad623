import type { Events } from '../events.ts';
import type { HealthBook } from '../health/book.ts';
import { decode, encode } from '../health/snapshot.ts';
import type { Settings } from '../options.ts';
import { within } from '../within.ts';

/** A store that hangs does not keep its user from closing for longer, ms. */
const CLOSING_MS = 2_000;

/** Ties learned health to a store: read at the start, written at each change. Nothing waits for it, and it fails alone. */
export function keepInStore({ store, regions, clock, breaker }: Settings, health: HealthBook, events: Events): Keeper {
  const failed = (error: unknown): void => {
    const why = error instanceof Error ? error.message : String(error);
    events.warn('store', `learned health is kept in memory only: its store failed (${why})`);
  };
  let dirty = false;
  let writing: Promise<void> | undefined;
  const write = async (): Promise<void> => {
    try {
      // One write at a time; what changes meanwhile goes with the next.
      while (dirty) {
        dirty = false;
        await store.save(encode(health.records(), clock.now()));
      }
    } catch (error) {
      failed(error);
    }
    writing = undefined;
  };
  const changed = (): void => {
    dirty = true;
    writing ??= Promise.resolve().then(write);
  };
  const names = regions.map(({ name }) => name);
  return {
    changed,
    ready: Promise.resolve()
      .then(() => store.load())
      .then((snapshot) => health.restore(decode(snapshot, names, clock.now(), breaker.maxOpenMs)))
      .catch(failed),
    async close() {
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
  /** Something was learned that is worth writing down. */
  changed(): void;
  readonly ready: Promise<void>;
  close(): Promise<void>;
}
