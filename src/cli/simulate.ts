import { type Control, startControl } from '../simulator/node/control.ts';
import { type Simulator, type SocketRegionOptions, startSimulator } from '../simulator/node/server.ts';
import { type Scenario, scenarioRegions } from '../simulator/scenario.ts';
import { onFreePorts } from './free-ports.ts';
import type { ListedRegion } from './read-option.ts';
import { UsageError } from './usage-error.ts';

type NamedRegion = SocketRegionOptions & { readonly name: string };

/** What is to be simulated. */
export interface Simulation {
  /** One without a port gets the first that is free, from 18081. */
  readonly regions: readonly NamedRegion[];
  readonly seed: number;
  /** @default 18090, or the next that is free */
  readonly controlPort?: number | undefined;
  /** Pages that may use the control API. */
  readonly origins?: readonly string[];
}

/** Regions and their control API, while they run. */
export interface Simulating {
  readonly simulator: Simulator;
  readonly control: Control;
  end(): Promise<void>;
}

const firstRegionPort = 18_081;
const firstControlPort = 18_090;

export async function startSimulation(options: Simulation): Promise<Simulating> {
  const { regions, seed, controlPort, origins = [] } = options;
  const not = [...regions.map(({ port }) => port), controlPort].filter((port) => port !== undefined);
  const count = regions.filter(({ port }) => port === undefined).length;
  const simulator = await onFreePorts({ count, from: firstRegionPort, not }, (free) => {
    const left = [...free];
    return startSimulator({ seed, regions: regions.map((region) => ({ port: left.shift() ?? 0, ...region })) });
  });
  try {
    const control = await (controlPort === undefined
      ? onFreePorts({ count: 1, from: firstControlPort }, ([port = 0]) => startControl(simulator, { port, origins }))
      : startControl(simulator, { port: controlPort, origins }));
    const end = async (): Promise<void> => {
      await control.close();
      // It rejects where requests were still open, which is nobody's mistake when a server is stopped.
      await simulator.close().catch(() => {});
    };
    return { simulator, control, end };
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

/**
 * The regions of a list, as the scenario has them, or those of the scenario.
 *
 * @throws UsageError when there is neither, or they do not go together.
 */
export function chooseRegions(
  listed: readonly ListedRegion[] | undefined,
  scenario: Scenario | undefined,
): readonly NamedRegion[] {
  const told: readonly NamedRegion[] = scenario ? scenarioRegions(scenario) : [];
  if (!listed && !scenario) throw new UsageError('--regions or --scenario must say which regions to start');
  if (!listed) return told;
  const missing = told.find(({ name }) => !listed.some((one) => one.name === name));
  if (missing) {
    const all = told.map(({ name }) => name).join(',');
    throw new UsageError(
      `--regions must have all regions of scenario "${scenario?.id}" (${all}), and lacks ${missing.name}`,
    );
  }
  return listed.map((one) => ({ ...told.find(({ name }) => name === one.name), ...one }));
}
