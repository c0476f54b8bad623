import { isLater, join } from '../health/merge.ts';
import { MOST_PINS } from '../health/pins.ts';
import type { HealthSnapshot, HealthStore, Pin } from './health-store.ts';

/**
 * Keeps learned health for as long as the process lives. Several fetches that are given one learn from each other at once, and
 * one at a time tests a region.
 */
export function memoryStore(): HealthStore {
  let records: HealthSnapshot['records'] | undefined;
  const pins = new Map<string, Pin>();
  const listeners = new Set<(snapshot: HealthSnapshot) => void>();
  const claimed = new Set<string>();
  return {
    load: async () => records && { version: 1, records, pins: Object.fromEntries(pins) },
    async save(snapshot) {
      records = join({ version: 1, records: records ?? {} }, { version: 1, records: snapshot.records }).records;
      for (const [id, pin] of Object.entries(snapshot.pins ?? {})) {
        const known = pins.get(id);
        if (known && !isLater(pin, known)) continue;
        pins.delete(id);
        pins.set(id, pin);
      }
      for (const id of pins.keys()) {
        if (pins.size <= MOST_PINS) break;
        pins.delete(id);
      }
      for (const listener of listeners) listener(snapshot);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async claim(region) {
      if (claimed.has(region)) return undefined;
      claimed.add(region);
      let held = true;
      return () => {
        // It may be another's by then.
        if (held) claimed.delete(region);
        held = false;
      };
    },
  };
}
