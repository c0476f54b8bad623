import type { HealthStore } from '../../src/index.ts';
import { indexedDBStore } from '../../src/store/indexeddb.ts';
import type { Memory } from './memory.ts';

/** One that can be looked into. */
export interface BrowserMemory extends Memory {
  readonly load: HealthStore['load'];
}

/** What this browser keeps for all clients of a page, and of its next visits: the library's own store. */
export function browserMemory(name: string): BrowserMemory {
  const kept = indexedDBStore({ name });
  let lost = 0;
  let losing: Promise<void> | undefined;
  return {
    load: kept.load,
    store() {
      const before = lost;
      return {
        ...kept,
        async save(snapshot) {
          if (before === lost) await kept.save(snapshot);
        },
      };
    },
    forget() {
      lost++;
      losing ??= deleteDatabase(name).finally(() => {
        losing = undefined;
      });
      return losing;
    },
  };
}

/** Those who have it open close it when they are asked. */
function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}
