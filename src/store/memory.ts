import type { HealthSnapshot, HealthStore } from './health-store.ts';

/** Keeps learned health for as long as the process lives. Given to several fetches, they learn from each other's past. */
export function memoryStore(): HealthStore {
  let stored: HealthSnapshot | undefined;
  return {
    load: async () => stored,
    async save(snapshot) {
      stored = { version: 1, records: { ...stored?.records, ...snapshot.records } };
    },
  };
}
