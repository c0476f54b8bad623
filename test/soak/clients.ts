import {
  createFailoverFetch,
  type FailoverFetch,
  type FailoverOptions,
  type HealthStore,
  latency,
  priority,
  type RegionOptions,
  weighted,
} from '../../src/index.ts';
import type { Simulator } from '../../src/simulator/node/index.ts';

/** Short, so that a round is over soon after its last call. */
const timeouts = { totalMs: 4_000, responseMs: 1_500, firstEventMs: 1_500, idleMs: 800, livenessMs: 300 };

/** Makes clients of all regions, which share a store. */
export function clientsOf(simulator: Simulator, store: HealthStore) {
  const regions = simulator
    .endpoints()
    .map(({ region, url, key }): RegionOptions => ({ name: region, endpoint: url, credential: { apiKey: key } }));
  const create = (options: Partial<FailoverOptions> = {}): FailoverFetch =>
    createFailoverFetch({
      regions,
      store,
      timeouts,
      retry: { maxWaitMs: 1_000 },
      breaker: { openMs: 500, maxOpenMs: 2_000, rampMs: 1_000 },
      onEvent: () => {},
      ...options,
    });
  return {
    /** One that comes and goes. */
    create,
    /** Those that stay. */
    lasting: [
      create({ strategy: priority() }),
      create({ strategy: weighted() }),
      create({ strategy: latency(), hedge: { afterMs: 100, budget: 0.5 } }),
    ],
  };
}
