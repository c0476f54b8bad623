import { type HealthStore, memoryStore } from '../../src/index.ts';

/** Where what clients learn outlives them, when they start anew. */
export interface Memory {
  /** For one that starts. */
  store(): HealthStore;
  /** Loses all of it; what those write that have not started anew since is lost too. */
  forget(): Promise<void>;
}

/** One client's own, gone with the run. */
export function ownMemory(): Memory {
  let store = memoryStore();
  return {
    store: () => store,
    async forget() {
      store = memoryStore();
    },
  };
}
