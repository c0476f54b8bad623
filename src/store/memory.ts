import { MOST_PINS } from '../health/pins.ts';
import type { HealthSnapshot, HealthStore, Pin } from './health-store.ts';

/** Keeps learned health for as long as the process lives. Given to several fetches, they learn from each other's past. */
export function memoryStore(): HealthStore {
  let records: HealthSnapshot['records'] | undefined;
  const pins = new Map<string, Pin>();
  return {
    load: async () => records && { version: 1, records, pins: Object.fromEntries(pins) },
    async save(snapshot) {
      records = { ...records, ...snapshot.records };
      for (const [id, pin] of Object.entries(snapshot.pins ?? {})) {
        if ((pins.get(id)?.at ?? 0) > pin.at) continue;
        pins.delete(id);
        pins.set(id, pin);
      }
      for (const id of pins.keys()) {
        if (pins.size <= MOST_PINS) break;
        pins.delete(id);
      }
    },
  };
}
