import { browserScenarios } from './browser-scenarios.ts';
import { mistakeScenarios } from './mistake-scenarios.ts';
import { outageScenarios } from './outage-scenarios.ts';
import type { Scenario } from './scenario.ts';
import { streamScenarios } from './stream-scenarios.ts';
import { throttleScenarios } from './throttle-scenarios.ts';

/** The scenarios that come with the simulator, each with an id of its own. */
export const scenarios: readonly Scenario[] = [
  ...throttleScenarios,
  ...outageScenarios,
  ...streamScenarios,
  ...mistakeScenarios,
  ...browserScenarios,
];
