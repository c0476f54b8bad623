import { type Clock, systemClock } from '../../clock.ts';
import type { Fault } from '../fault.ts';
import { Journal } from '../journal.ts';
import { regionModel, type SimRegionOptions } from '../region-model.ts';
import type { Exchange } from './exchange.ts';
import { type InjectedFault, SimulatedRegion, type SimulatorHost } from './simulated-region.ts';

/** What {@link startSimulator} takes. */
export interface SimulatorOptions {
  /** By name, or a list with names. */
  readonly regions: Readonly<Record<string, SocketRegionOptions>> | readonly NamedRegionOptions[];
  /** What keys, ids, latencies and chances are made from. @default 1 */
  readonly seed?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

export interface SocketRegionOptions extends SimRegionOptions {
  /** On 127.0.0.1. @default any that is free */
  readonly port?: number;
}

export interface NamedRegionOptions extends SocketRegionOptions {
  readonly name: string;
}

/** Where a region is, and what opens it. */
export interface SimEndpoint {
  readonly region: string;
  /** With the prefix, without `/openai`. */
  readonly url: string;
  /** The first of its keys. */
  readonly key: string;
  readonly keys: readonly string[];
  /** `undefined` where it has any. */
  readonly deployments: readonly string[] | undefined;
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

export interface Simulator extends AsyncDisposable {
  readonly journal: Journal;
  /** In the order of the options. */
  endpoints(): readonly SimEndpoint[];
  /** @throws TypeError when there is none of that name. */
  region(name: string): SimRegion;
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
  const open = (): readonly Exchange[] => regions.flatMap((region) => [...region.exchanges]);

  const settled = async (): Promise<void> => {
    for (let left = open(); left.length > 0; left = open()) await Promise.all(left.map((exchange) => exchange.done));
  };

  const shutDown = async (): Promise<void> => {
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
    region: (name) => {
      const region = regions.find(({ model }) => model.name === name);
      if (!region)
        throw new TypeError(`region must be one of ${named.map((one) => one.name).join(', ')}, got "${name}"`);
      return region;
    },
    settled,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function namedRegions(regions: SimulatorOptions['regions']): readonly NamedRegionOptions[] {
  const named = isList(regions) ? regions : Object.entries(regions).map(([name, region]) => ({ ...region, name }));
  const names = named.map(({ name }) => name);
  if (names.length === 0) throw new TypeError('regions must be one or more, got none');
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`regions must have different names, got "${twice}" twice`);
  return named;
}

// `Array.isArray` does not narrow a readonly array out of a union.
function isList(regions: SimulatorOptions['regions']): regions is readonly NamedRegionOptions[] {
  return Array.isArray(regions);
}
