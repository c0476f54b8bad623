import type { Scenario, ScenarioRegion } from './scenario.ts';
import type { ScenarioLoad } from './scenario-load.ts';

const deployments = ['gpt-4o', 'gpt-4o-mini'];
const model = 'lognormal(800,0.4)';

/** Three regions, the nearest first, as seen from the east of the United States. */
export const regions: readonly ScenarioRegion[] = [
  { id: 'eastus', latency: 40, model, deployments },
  { id: 'eastus2', latency: 60, model, deployments },
  { id: 'westeurope', latency: 140, model, deployments },
];

/** Five calls per second in all, a third of them streams. */
const load: readonly ScenarioLoad[] = [{ clients: 5, rps: 1, stream: 0.3 }];

/** What most scenarios have in common. */
export const usual = { v: 1, seed: 7, regions, load, client: {} } as const satisfies Partial<Scenario>;
