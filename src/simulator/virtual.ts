import type { SimEndpoint } from './endpoint.ts';
import type { Fault } from './fault.ts';
import type { Journal, JournalEntry } from './journal.ts';
import { namedRegions, type RegionsByName } from './named-regions.ts';
import { regionModel, type SimRegionOptions } from './region-model.ts';
import { VirtualClock } from './virtual-clock.ts';
import { fetchError, type Shapes } from './virtual-errors.ts';
import { VirtualHost } from './virtual-host.ts';
import { VirtualNetwork } from './virtual-network.ts';
import { type VirtualFault, VirtualRegion } from './virtual-region.ts';
import { RequestReader } from './virtual-request.ts';

/** What {@link createVirtualSimulator} takes. */
export interface VirtualSimulatorOptions {
  /** By name, or a list with names. */
  readonly regions: RegionsByName<SimRegionOptions>;
  /** What keys, ids, latencies and chances are made from. @default 1 */
  readonly seed?: number;
  /** @default one of its own */
  readonly clock?: VirtualClock;
  /**
   * Whose `fetch` its clients have, unless they say otherwise. A browser's says `Failed to fetch` whatever the reason, and
   * shows of a response what the region exposes: with `mode: 'no-cors'` nothing, in an opaque one. It sends preflights only
   * where the region's `cors` makes a difference to them: else it is as if they had been answered before.
   * @default 'node'
   */
  readonly shapes?: Shapes;
  /**
   * How many connections a client has to one origin at a time; one more request waits for one of them. Over HTTP/1.1, as
   * `startSimulator` speaks it, a browser has 6.
   * @default no limit, as over HTTP/2, which Azure speaks
   */
  readonly connections?: number;
  /** Hears of each request as it arrives; its entry is filled as the request goes on. */
  readonly onArrival?: (draft: JournalEntry) => void;
  /** Hears of each request when its region is done with it. */
  readonly onEnd?: (entry: JournalEntry) => void;
  /** `false` keeps no entries, for long runs. @default true */
  readonly journal?: boolean;
}

/** One region, to be broken and healed. */
export interface VirtualSimRegion {
  readonly name: string;
  /** As its options say it. */
  readonly strictRetry: boolean;
  /** The faults that are on, oldest first. */
  readonly faults: readonly VirtualFault[];
  /**
   * With a fault of the connection, all that is open is cut.
   *
   * @throws TypeError when the fault cannot be read.
   * @throws Error when it is the region's second fault of the connection.
   */
  inject(fault: string | Fault): VirtualFault;
  /**
   * Lets the next request that the fault is about meet it, and no other fault that would decide about it; with `*times`, so
   * many of them. It waits for them behind those that were here before.
   *
   * @throws TypeError when the fault cannot be read, or strikes before there is a request.
   */
  next(fault: string | Fault): VirtualFault;
  /** Ends every fault, and lets those that requests bring begin anew. */
  heal(): void;
  /** Quotas and capacities are full again, and nobody has been told to stay away. */
  resetLimits(): void;
}

/** A fault that is on in every region, and can be taken back. */
export interface VirtualEverywhereFault {
  /** As `printFault` writes it. */
  readonly text: string;
  /** Ends it everywhere. */
  end(): void;
}

/** A client with a network of its own. */
export interface VirtualClient {
  readonly fetch: typeof globalThis.fetch;
  /** Without a network, requests fail, and what is on its way waits until the network is back. @default false */
  offline: boolean;
  /** Resets all that is open, as the sleep of a laptop does. */
  cut(): void;
}

export interface VirtualSimulator {
  readonly clock: VirtualClock;
  readonly journal: Journal;
  /** The `fetch` of a client whose network is fine. */
  readonly fetch: typeof globalThis.fetch;
  /** In the order of the options. */
  endpoints(): readonly SimEndpoint[];
  /** @throws TypeError when there is none of that name. */
  region(name: string): VirtualSimRegion;
  /**
   * Injects a fault into every region, where it gives way to the region's own.
   *
   * @throws TypeError when the fault cannot be read.
   * @throws Error when it is the second fault of the connection of any region. It is then on in none.
   */
  inject(fault: string | Fault): VirtualEverywhereFault;
  /** A client whose network can be taken away and given back. */
  client(options?: { /** @default the simulator's */ readonly shapes?: Shapes }): VirtualClient;
}

/**
 * Makes regions of Azure OpenAI that are reached in memory and in virtual time. What happens in them is a function of
 * the options and of what is sent, and the same on every platform.
 *
 * @throws TypeError when an option is wrong.
 * @example
 * const simulator = createVirtualSimulator({ regions: { eastus: { latencyMs: 40 }, westeurope: {} } });
 * simulator.region('eastus').inject('refused');
 * const [eastus] = simulator.endpoints();
 * await simulator.clock.run(simulator.fetch(`${eastus.url}/openai/v1/models`)); // throws TypeError: fetch failed
 */
export function createVirtualSimulator(options: VirtualSimulatorOptions): VirtualSimulator {
  const { seed = 1, clock = new VirtualClock(), shapes = 'node', onArrival, onEnd } = options;
  const { connections = Number.POSITIVE_INFINITY } = options;
  if (!(connections >= 1 && (Number.isInteger(connections) || connections === Number.POSITIVE_INFINITY))) {
    throw new TypeError(`connections must be a whole number above 0, got ${connections}`);
  }
  const models = namedRegions(options.regions).map(({ name, ...region }) => regionModel(name, region, seed));
  const host = new VirtualHost({ seed, clock, models, journal: options.journal ?? true, onArrival, onEnd });
  const regions = models.map((model) => new VirtualRegion(model, originOf(model.name), host));
  const byOrigin = new Map(regions.map((region) => [region.origin, region]));
  const reader = new RequestReader();

  const client = (options: { readonly shapes?: Shapes } = {}): VirtualClient => {
    const network = new VirtualNetwork(options.shapes ?? shapes, connections, () => {
      for (const region of regions) region.drop(network);
    });
    const fetch: typeof globalThis.fetch = (input, init = {}) => {
      try {
        const request = reader.read(input, init, network.shapes);
        const { signal, to } = request;
        if (signal?.aborted) return Promise.reject(signal.reason);
        if (network.offline) return Promise.reject(fetchError(network.shapes, 'offline', to.hostname));
        const region = byOrigin.get(to.origin);
        if (region) return region.answer(request, network);
        return Promise.reject(fetchError(network.shapes, 'unresolved', to.hostname));
      } catch (error) {
        return Promise.reject(error);
      }
    };
    return {
      fetch,
      get offline() {
        return network.offline;
      },
      set offline(offline) {
        network.offline = offline;
      },
      cut: () => network.cut(),
    };
  };

  const inject = (fault: string | Fault): VirtualEverywhereFault => {
    const injected: VirtualFault[] = [];
    const end = (): void => {
      for (const one of injected) one.end();
    };
    try {
      for (const region of regions) injected.push(region.inject(fault, 'all'));
    } catch (error) {
      end();
      throw error;
    }
    return { text: injected[0]?.text ?? '', end };
  };

  return {
    clock,
    inject,
    journal: host.journal,
    fetch: client().fetch,
    endpoints: () =>
      regions.map(({ model: { name, prefix, keys, deployments }, origin }) => {
        return { region: name, url: `${origin}${prefix}`, key: keys[0] ?? '', keys, deployments };
      }),
    region: (name) => {
      const region = regions.find((candidate) => candidate.name === name);
      if (region) return region;
      throw new TypeError(`region must be one of ${models.map((model) => model.name).join(', ')}, got "${name}"`);
    },
    client,
  };
}

/** `.invalid` is nobody's (RFC 6761), should it ever be asked of a real network. */
function originOf(name: string): string {
  if (!/^[a-z\d]([a-z\d-]*[a-z\d])?$/.test(name)) {
    throw new TypeError(`region "${name}": name must be letters a-z, digits and "-", as of a host, got "${name}"`);
  }
  return `https://${name}.sim.invalid`;
}
