import { getMany, promisifyRequest, type UseStore } from 'idb-keyval';
import { systemClock } from '../clock.ts';
import { join, mergeSnapshots } from '../health/merge.ts';
import { findLocks } from '../platform.ts';
import { within } from '../within.ts';
import { createDatabase } from './database.ts';
import type { HealthSnapshot, HealthStore } from './health-store.ts';
import { createTabs } from './tabs.ts';

/** A database that others keep blocked answers never: it is given up for this time, ms. */
const PATIENCE_MS = 5_000;

/**
 * Keeps learned health in this browser: pages and workers of one origin find it when they start, hear at once what others
 * learn, and one of them at a time tests a region. Nothing is opened before it is used, and what was closed opens anew.
 *
 * @param options.name of the database, the channel and the locks. @default 'azure-openai-failover'
 * @throws {TypeError} when the name is none.
 */
export function indexedDBStore(options: { readonly name?: string } = {}): HealthStore {
  const { name = 'azure-openai-failover' } = options;
  if (typeof name !== 'string' || name === '')
    throw new TypeError(`indexedDBStore: name must be a string that is not empty, got ${JSON.stringify(name)}`);
  const database = createDatabase(name);
  const foldNow = (): Promise<void> => foldHere(tabs.here, database.use);
  const load = (): Promise<HealthSnapshot | undefined> =>
    inTime(async () => {
      await foldNow();
      const [records, pins] = await getMany<unknown>(['records', 'pins'], database.use);
      return records === undefined && pins === undefined ? undefined : join(read(records), read(pins));
    });
  const tabs = createTabs(name, load);
  const locks = findLocks();
  return {
    load,
    save: (snapshot) =>
      inTime(async () => {
        tabs.tell(snapshot);
        await database.use('readwrite', (objects) => note(objects, snapshot));
        await foldNow();
      }),
    subscribe: tabs.subscribe,
    ...(locks && { claim: (region: string) => claim(locks, `${name}:${region}`) }),
    async close() {
      database.close();
    },
  };
}

/** A page that is left has the time to write, and none to read first what it would have to add to. */
function note(objects: IDBObjectStore, snapshot: HealthSnapshot): Promise<void> {
  objects.put(JSON.stringify(snapshot));
  objects.transaction.commit();
  return promisifyRequest(objects.transaction);
}

/**
 * Folds unless the page is left. One that is put aside in the middle of it keeps all others waiting, for which Chromium throws
 * it out of its back/forward cache; what it noted stays, and is folded by whoever comes next.
 */
async function foldHere(here: AbortSignal, use: UseStore): Promise<void> {
  if (here.aborted) return;
  await use('readwrite', async (objects) => {
    const leave = (): void => {
      try {
        objects.transaction.abort();
      } catch {
        // It is being committed, which keeps nobody waiting.
      }
    };
    here.addEventListener('abort', leave);
    try {
      await fold(objects);
    } catch (error) {
      if (!here.aborted) throw error;
    } finally {
      here.removeEventListener('abort', leave);
    }
  });
}

/** Adds what was noted to what is stored, also what pages noted that are gone. */
async function fold(objects: IDBObjectStore): Promise<void> {
  // Their keys are numbers, which come before all names.
  const keys = IDBKeyRange.upperBound('');
  const found = await promisifyRequest<unknown[]>(objects.getAll(keys));
  if (found.length === 0) return;
  objects.delete(keys);
  const notes = found.flatMap((text) => read(text) ?? []);
  const add = async (key: 'records' | 'pins', news: readonly HealthSnapshot[]): Promise<void> => {
    if (news.length === 0) return;
    const stored = read(await promisifyRequest<unknown>(objects.get(key)));
    const all = news.reduce<HealthSnapshot | undefined>((sum, one) => mergeSnapshots(sum, one), stored);
    objects.put(JSON.stringify(all), key);
  };
  await Promise.all([
    promisifyRequest(objects.transaction),
    add(
      'records',
      notes.map(({ pins: _, ...rest }) => rest),
    ),
    // There are up to ten thousand of them, to which most saves have nothing to add.
    add(
      'pins',
      notes.filter(({ pins }) => pins).map((one) => ({ ...one, records: {} })),
    ),
  ]);
}

/** What is no snapshot, whoever wrote it, is none. */
function read(text: unknown): HealthSnapshot | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const value = JSON.parse(text) as HealthSnapshot | null;
    return value?.version === 1 ? value : undefined;
  } catch {
    return undefined;
  }
}

const inTime = <T>(work: () => Promise<T>): Promise<T> =>
  within({ clock: systemClock, ms: PATIENCE_MS, signal: new AbortController().signal }, work);

/** The lock goes back to the others when it is released, and when its page is gone. */
function claim(locks: LockManager, name: string): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      if (lock) return new Promise((release) => resolve(release));
      resolve(undefined);
      return undefined;
    };
    locks.request(name, { ifAvailable: true }, hold).catch(reject);
  });
}
