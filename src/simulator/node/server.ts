import { type Clock, systemClock } from '../../clock.ts';
import type { SimEndpoint } from '../endpoint.ts';
import type { Fault } from '../fault.ts';
import { Journal } from '../journal.ts';
import { namedRegions, type RegionsByName } from '../named-regions.ts';
import { playFaults, type StageClient } from '../play.ts';
import { regionModel, type SimRegionOptions } from '../region-model.ts';
import type { Scenario } from '../scenario.ts';
import type { Exchange } from './exchange.ts';
import { type InjectedFault, SimulatedRegion, type SimulatorHost } from './simulated-region.ts';

/** What {@link startSimulator} takes. */
export interface SimulatorOptions {
  /** By name, or a list with names. */
  readonly regions: RegionsByName<SocketRegionOptions>;
  /** What keys, ids, latencies and chances are made from. @default 1 */
  readonly seed?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

export interface SocketRegionOptions extends SimRegionOptions {
  /** On 127.0.0.1. @default any that is free */
  readonly port?: number;
}

/** One region, to be broken and healed. */
export interface SimRegion {
  readonly name: string;
  /** As its options say it. */
  readonly strictRetry: boolean;
  /** The faults that are on, oldest first. */
  readonly faults: readonly InjectedFault[];
  /**
   * Resolves when the fault is on: with a fault of the connection, when all that was open is cut.
   *
   * @throws TypeError when the fault cannot be read.
   * @throws Error when it is the region's second fault of the connection.
   */
  inject(fault: string | Fault): Promise<InjectedFault>;
  /**
   * Lets the next request that the fault is about meet it, and no other fault that would decide about it; with `*times`, so
   * many of them. It waits for them behind those that were here before.
   *
   * @throws TypeError when the fault cannot be read, or strikes before there is a request.
   */
  next(fault: string | Fault): InjectedFault;
  /** Ends every fault, and lets those that requests bring begin anew. */
  heal(): Promise<void>;
  /** Quotas and capacities are full again, and nobody has been told to stay away. */
  resetLimits(): void;
}

/** A fault that is on in every region, and can be taken back; `await using` does so by itself. */
export interface EverywhereFault extends AsyncDisposable {
  /** As `printFault` writes it. */
  readonly text: string;
  /** Ends it everywhere. */
  end(): Promise<void>;
}

export interface PlayOptions {
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
  /** What its faults of the clients befall. */
  readonly client?: StageClient;
  /** Whose time it keeps. @default the simulator's */
  readonly clock?: Clock;
}

export interface Simulator extends AsyncDisposable {
  readonly journal: Journal;
  /** In the order of the options. */
  endpoints(): readonly SimEndpoint[];
  /** @throws TypeError when there is none of that name. */
  region(name: string): SimRegion;
  /**
   * Starts one more region, the last in the order.
   *
   * @throws TypeError when an option is wrong, or there is one of that name.
   * @throws Error when its port is taken, or the simulator is closed.
   */
  add(name: string, options?: SocketRegionOptions): Promise<SimRegion>;
  /**
   * Ends a region, and what it has open.
   *
   * @throws TypeError when there is none of that name, or no other.
   */
  remove(name: string): Promise<void>;
  /**
   * Injects a fault into every region, where it gives way to the region's own.
   *
   * @throws TypeError when the fault cannot be read.
   * @throws Error when it is the second fault of the connection of any region. It is then on in none.
   */
  inject(fault: string | Fault): Promise<EverywhereFault>;
  /**
   * Starts and ends the faults of a scenario in their time, on regions of the same names; makes no calls. Resolves when
   * its duration is over.
   *
   * @throws TypeError when the scenario is wrong, has a region that is not here, or a fault of clients and no `client`.
   * @throws the signal's reason when it aborts, and an Error when the simulator closes, having ended the faults.
   */
  play(scenario: Scenario, options?: PlayOptions): Promise<void>;
  /** Resolves when no request is being answered. */
  settled(): Promise<void>;
  /**
   * Waits a second for what is being answered, then ends everything.
   *
   * @throws Error that names the requests which were still open by then.
   */
  close(): Promise<void>;
}

const closeGraceMs = 1000;

/**
 * Starts regions of Azure OpenAI on loopback sockets.
 *
 * @throws TypeError when an option is wrong.
 * @example
 * const simulator = await startSimulator({ regions: { eastus: { deployments: ['gpt-4o'] }, westeurope: {} } });
 * await simulator.region('eastus').inject('refused');
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { seed = 1, clock = systemClock } = options;
  const named = namedRegions(options.regions);
  const journal = new Journal();
  let connections = 0;
  let models = named.map(({ name, ...region }) => regionModel(name, region, seed));
  const host: SimulatorHost = {
    seed,
    clock,
    journal,
    get models() {
      return models;
    },
    nextConnection: () => ++connections,
  };
  let regions = models.map((model, index) => new SimulatedRegion(model, named[index]?.port ?? 0, host));
  const namesOf = (): string => regions.map(({ name }) => name).join(', ');
  const regionOf = (name: string): SimulatedRegion => {
    const region = regions.find(({ model }) => model.name === name);
    if (!region) throw new TypeError(`region must be one of ${namesOf()}, got "${name}"`);
    return region;
  };
  const inject = async (fault: string | Fault): Promise<EverywhereFault> => {
    const tried = await Promise.allSettled(regions.map((region) => region.inject(fault, 'all')));
    const injected = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const end = async (): Promise<void> => {
      await Promise.all(injected.map((one) => one.end()));
    };
    const failed = tried.find((one) => one.status === 'rejected');
    if (failed) {
      await end();
      throw failed.reason;
    }
    return { text: injected[0]?.text ?? '', end, [Symbol.asyncDispose]: end };
  };
  const open = (): readonly Exchange[] => regions.flatMap((region) => [...region.exchanges]);

  const settled = async (): Promise<void> => {
    for (let left = open(); left.length > 0; left = open()) await Promise.all(left.map((exchange) => exchange.done));
  };

  const closing = new AbortController();
  const playing = new Set<Promise<void>>();
  const play: Simulator['play'] = async (scenario, { signal, client, clock: its = clock } = {}) => {
    const both = AbortSignal.any(signal ? [closing.signal, signal] : [closing.signal]);
    const played = playFaults(scenario, { region: regionOf, client }, its, both);
    playing.add(played);
    try {
      await played;
    } finally {
      playing.delete(played);
    }
  };

  const shutDown = async (): Promise<void> => {
    closing.abort(new Error('the simulator closed before the scenario was over'));
    await Promise.allSettled(playing);
    await Promise.all(regions.map((region) => region.retire()));
    const enough = new AbortController();
    await Promise.race([settled(), clock.sleep(closeGraceMs, enough.signal).catch(() => {})]);
    enough.abort();
    const left = open();
    for (const exchange of left) exchange.cut('server');
    await Promise.all([...regions.map((region) => region.server.end()), ...left.map(({ done }) => done)]);
    if (left.length > 0) {
      throw new Error(
        `all requests must be over when the simulator closes: ${left.map(({ label }) => label).join(', ')}`,
      );
    }
  };
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closed ??= shutDown();
    return closed;
  };

  const forget = (gone: SimulatedRegion): void => {
    regions = regions.filter((region) => region !== gone);
    models = models.filter((model) => model !== gone.model);
  };
  const add: Simulator['add'] = async (name, { port = 0, ...region } = {}) => {
    if (closed) throw new Error(`region "${name}" cannot be added: the simulator is closed`);
    if (models.some((model) => model.name === name)) {
      throw new TypeError(`region must have another name than ${namesOf()}, got "${name}"`);
    }
    const model = regionModel(name, region, seed);
    const added = new SimulatedRegion(model, port, host);
    models = [...models, model];
    regions = [...regions, added];
    try {
      await added.server.listen();
    } catch (error) {
      forget(added);
      throw error;
    }
    return added;
  };
  const remove: Simulator['remove'] = async (name) => {
    const gone = regionOf(name);
    if (regions.length === 1) throw new TypeError(`region "${name}" must not be removed: there is no other`);
    forget(gone);
    await gone.retire();
    for (const exchange of gone.exchanges) exchange.cut('server');
    await gone.server.end();
  };

  const listening = await Promise.allSettled(regions.map((region) => region.server.listen()));
  const failed = listening.find((result) => result.status === 'rejected');
  if (failed) {
    await close();
    throw failed.reason;
  }

  return {
    journal,
    endpoints: () =>
      regions.map(({ model: { name, prefix, keys, deployments }, server }) => {
        return { region: name, url: `${server.origin}${prefix}`, key: keys[0] ?? '', keys, deployments };
      }),
    region: regionOf,
    add,
    remove,
    inject,
    play,
    settled,
    close,
    [Symbol.asyncDispose]: close,
  };
}
