import {
  createFailoverFetch,
  type FailoverEvent,
  type FailoverFetch,
  type FailoverOptions,
  type HealthStore,
  latency,
  priority,
  type TokenSource,
  weighted,
} from '../../src/index.ts';
import type { Client, Surroundings } from './rivals/rival.ts';
import type { ClientOptions } from './types.ts';

const strategies = { priority, weighted, latency };

/** A client that uses the library. */
export interface OurClient extends Client {
  readonly regions: FailoverFetch['regions'];
}

/** What a client has that uses the library. */
export interface OurSurroundings extends Surroundings {
  /** What it learned stays there when it starts anew. */
  readonly store: HealthStore;
  /** For all regions, instead of the key of each. */
  readonly credential?: TokenSource;
}

/** @throws TypeError that names option, rule and value, as the library does, when an option is not as it must be. */
export function ourClient(
  { sites, fetch, clock, random, store, credential }: OurSurroundings,
  options: ClientOptions,
  onEvent: (event: FailoverEvent) => void,
): OurClient {
  const failover = createFailoverFetch({
    ...libraryOptions(options),
    regions: sites.map(({ name, url, key }) => {
      return { name, endpoint: url, credential: credential ?? { apiKey: key } };
    }),
    fetch,
    store,
    clock,
    random,
    onEvent,
  });
  return {
    call: (path, init) => failover(`${sites[0].url}${path}`, init),
    close: () => failover.close(),
    regions: () => failover.regions(),
  };
}

/** Options that are JSON. */
const known = ['strategy', 'retry', 'timeouts', 'breaker', 'hedge'];

/** Options as the library takes them: what they must be, it says itself. */
function libraryOptions({ strategy, ...options }: ClientOptions): Omit<FailoverOptions, 'regions'> {
  const foreign = Object.keys(options).find((name) => !known.includes(name));
  if (foreign !== undefined)
    throw new TypeError(`client must have no other options than ${known.join(', ')}, got ${foreign}`);
  if (strategy === undefined) return options;
  if (typeof strategy === 'string' && Object.hasOwn(strategies, strategy)) {
    return { ...options, strategy: strategies[strategy as keyof typeof strategies]() };
  }
  const names = Object.keys(strategies).join(', ');
  throw new TypeError(`client.strategy must be one of ${names}, got ${JSON.stringify(strategy)}`);
}
