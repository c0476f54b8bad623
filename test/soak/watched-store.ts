import { type HealthStore, memoryStore } from '../../src/index.ts';

/** A memory store that counts what is taken from it and not given back. */
export interface WatchedStore extends Required<Pick<HealthStore, 'load' | 'save' | 'subscribe' | 'claim'>> {
  readonly subscriptions: number;
  readonly claims: number;
}

export function watchedStore(): WatchedStore {
  const { load, save, subscribe, claim } = memoryStore();
  if (!subscribe || !claim) throw new Error('a memory store must share what it learns');
  let subscriptions = 0;
  let claims = 0;
  return {
    get subscriptions() {
      return subscriptions;
    },
    get claims() {
      return claims;
    },
    load,
    save,
    subscribe(listener) {
      const end = subscribe(listener);
      subscriptions++;
      return once(() => {
        subscriptions--;
        end();
      });
    },
    async claim(region) {
      const release = await claim(region);
      if (!release) return undefined;
      claims++;
      return once(() => {
        claims--;
        release();
      });
    },
  };
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (!done) action();
    done = true;
  };
}
