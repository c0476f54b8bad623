import type { Scenario } from '../scenario.ts';
import { clients } from './clients.ts';
import { everywhere, settings } from './everywhere.ts';
import { outages } from './outages.ts';
import { recoveries } from './recoveries.ts';
import { inFlight, throttling } from './throttling.ts';

export const scenarios: readonly Scenario[] = [
  ...outages,
  ...recoveries,
  ...throttling,
  ...everywhere,
  ...settings,
  ...clients,
  inFlight,
];
