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
  /** The faults that are on, oldest first. */
  readonly faults: readonly InjectedFault[];
  /**
   * Resolves when the fault is on: with a fault of the connection, when all that was open is cut.
   *
   * @throws TypeError when the fault cannot be read.
   * @throws Error when it is the region's second fault of the connection.
   */
  inject(fault: string | Fault): Promise<InjectedFault>;
  /** Ends every fault. */
  heal(): Promise<void>;
}

export interface PlayOptions {
  /** Ends it before its time. */
  readonly signal?: AbortSignal;
  /** What its faults of the clients befall. */
  readonly client?: StageClient;
}

export interface Simulator extends AsyncDisposable {
  readonly journal: Journal;
  /** In the order of the options. */
  endpoints(): readonly SimEndpoint[];
  /** @throws TypeError when there is none of that name. */
  region(name: string): SimRegion;
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
  const host: SimulatorHost = {
    seed,
    clock,
    journal,
    models: named.map(({ name, ...region }) => regionModel(name, region, seed)),
    nextConnection: () => ++connections,
  };
  const regions = host.models.map((model, index) => new SimulatedRegion(model, named[index]?.port ?? 0, host));
  const regionOf = (name: string): SimulatedRegion => {
    const region = regions.find(({ model }) => model.name === name);
    if (!region) throw new TypeError(`region must be one of ${named.map((one) => one.name).join(', ')}, got "${name}"`);
    return region;
  };
  const open = (): readonly Exchange[] => regions.flatMap((region) => [...region.exchanges]);

  const settled = async (): Promise<void> => {
    for (let left = open(); left.length > 0; left = open()) await Promise.all(left.map((exchange) => exchange.done));
  };

  const closing = new AbortController();
  const playing = new Set<Promise<void>>();
  const play: Simulator['play'] = async (scenario, { signal, client } = {}) => {
    const both = AbortSignal.any(signal ? [closing.signal, signal] : [closing.signal]);
    const played = playFaults(scenario, { region: regionOf, client }, clock, both);
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
    play,
    settled,
    close,
    [Symbol.asyncDispose]: close,
  };
}
