import type { Clock } from '../../clock.ts';
import type { EventLog } from './control-events.ts';
import type { ControlledFaults } from './control-faults.ts';
import type { ControlMetrics } from './control-metrics.ts';
import { Problem } from './control-problem.ts';
import type { Asked } from './control-route.ts';
import type { ScenarioPlayer } from './control-scenario.ts';
import type { SimRegion, Simulator } from './server.ts';

/** What the routes act on. */
export interface ControlParts {
  readonly simulator: Simulator;
  readonly clock: Clock;
  readonly run: string;
  readonly faults: ControlledFaults;
  readonly scenario: ScenarioPlayer;
  readonly events: EventLog;
  readonly metrics: ControlMetrics;
}

/**
 * The region that the path names.
 *
 * @throws Problem 404.
 */
export function regionOf(simulator: Simulator, { params: { region = '' } }: Asked): SimRegion {
  const names = simulator.endpoints().map((one) => one.region);
  if (names.includes(region)) return simulator.region(region);
  throw new Problem(404, `region must be one of ${names.join(', ')}, got "${region}"`);
}
