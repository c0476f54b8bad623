import { onFreePorts } from '../../src/cli/free-ports.ts';
import { type Scenario, scenarioRegions } from '../../src/simulator/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/node/index.ts';

/** Below those that other tests and commands take: a region that refuses connections wants its port back. */
const FIRST = 11_000;
const SPAN = 6_000;

/** The regions of a scenario, on loopback sockets. */
export function startRegions(scenario: Scenario): Promise<Simulator> {
  const regions = scenarioRegions(scenario);
  // Begun anywhere, so that two that are started at once do not take each other's.
  const from = FIRST + Math.floor(Math.random() * SPAN);
  return onFreePorts({ count: regions.length, from }, (ports) =>
    startSimulator({
      seed: scenario.seed,
      regions: regions.map((region, nth) => ({ ...region, port: ports[nth] ?? 0 })),
    }),
  );
}
