import { promisifyRequest, type UseStore } from 'idb-keyval';
import { findDatabases } from '../platform.ts';

const OBJECT_STORE = 'health';

/** What is stored under a name in this browser. */
export interface Database {
  /** Runs in one transaction. Opens the database on first use, and anew after it was closed, deleted, or has failed. */
  readonly use: UseStore;
  close(): void;
}

export function createDatabase(name: string): Database {
  let opened: Promise<IDBDatabase> | undefined;

  const open = async (): Promise<IDBDatabase> => {
    const databases = findDatabases();
    if (!databases) throw new Error('this platform has no IndexedDB, or keeps it from this page');
    const request = databases.open(name);
    request.onupgradeneeded = () => request.result.createObjectStore(OBJECT_STORE, { autoIncrement: true });
    return promisifyRequest(request);
  };
  const connect = (): Promise<IDBDatabase> => {
    if (opened) return opened;
    const own = open();
    const forget = (): void => {
      if (opened === own) opened = undefined;
    };
    own.then((database) => {
      database.onclose = forget;
      // Who wants to delete it, or to change its version, waits until nobody has it open.
      database.onversionchange = () => {
        database.close();
        forget();
      };
    }, forget);
    opened = own;
    return own;
  };
  const close = (): void => {
    // What is under way in it is finished first.
    opened?.then(
      (database) => database.close(),
      () => {},
    );
    opened = undefined;
  };
  return {
    async use(mode, callback) {
      const database = await connect();
      try {
        return await callback(database.transaction(OBJECT_STORE, mode).objectStore(OBJECT_STORE));
      } catch (error) {
        // Safari loses its database server, and says so to each transaction and in no event.
        close();
        throw error;
      }
    },
    close,
  };
}
