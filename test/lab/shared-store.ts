import { type Clock, type HealthStore, memoryStore } from '../../src/index.ts';
import type { Fleet } from './fleet.ts';

/** What a message takes between two pages, or between servers and their store, ms. */
const DELAY_MS = { device: 1, fleet: 5 };

/** A store that clients of a run share, as far from them as IndexedDB or Redis is. Servers have no sole right to test. */
export function sharedStore({ trust }: NonNullable<Fleet['sharing']>, { sleep }: Clock): HealthStore {
  const { load, save, subscribe, claim } = memoryStore();
  const later = async <T>(work: () => Promise<T>): Promise<T> => {
    await sleep(DELAY_MS[trust]);
    return work();
  };
  return {
    trust,
    load: () => later(load),
    save: (snapshot) => later(() => save(snapshot)),
    ...(subscribe && { subscribe }),
    ...(claim && trust === 'device' && { claim: (region: string) => later(() => claim(region)) }),
  };
}
