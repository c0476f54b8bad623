import { createFailoverFetch, type FailoverOptions, type HealthStore } from '../../../src/index.ts';
import type { Client, Policy, Surroundings } from './policy.ts';

/** The library as it comes, or with some options. */
export const ours = (options: Omit<FailoverOptions, 'regions'> = {}): Policy => ({
  believes: true,
  createClient: (surroundings) => createClient(surroundings, options),
});

function createClient(surroundings: Surroundings, options: Omit<FailoverOptions, 'regions'>): Client {
  const { sites, fetch, clock, random, store, onTrip, onBlame } = surroundings;
  const regions = sites.map(({ name, url, key, pool }) => {
    return { name, endpoint: url, credential: { apiKey: key }, ...(pool !== undefined && { pool }) };
  });
  const openUntil = new Map<string, number>();
  const failover = createFailoverFetch({
    ...options,
    regions,
    fetch,
    clock,
    random,
    ...(store && { store: typeof store === 'string' ? BAD_STORES[store] : store }),
    onEvent(event) {
      if (event.type !== 'health') return;
      const { status } = event;
      const index = sites.findIndex(({ name }) => name === status.region);
      if (status.state !== 'closed' || Object.keys(status.deployments).length > 0) onBlame(index);
      if (status.state !== 'open' || openUntil.get(status.region) === status.until) return;
      openUntil.set(status.region, status.until);
      onTrip(index);
    },
  });
  return {
    call: (path, init) => failover(`${sites[0].url}${path}`, init),
    close: () => failover.close(),
  };
}

const refuses = (): Promise<never> => Promise.reject(new Error('The store is broken'));
const hangs = (): Promise<never> => new Promise(() => {});

const BAD_STORES: Readonly<Record<'throws' | 'hangs', HealthStore>> = {
  throws: { load: refuses, save: refuses },
  hangs: { load: hangs, save: hangs },
};
