import { type Scenario, scenarios } from '../../src/simulator/index.ts';

const ids = [
  'eastus',
  'eastus2',
  'westeurope',
  'swedencentral',
  'francecentral',
  'japaneast',
  'australiaeast',
  'southcentralus',
];

const [calm] = scenarios;
if (!calm) throw new Error('there are no scenarios');

/** As many regions as have a colour of their own, and nothing wrong with them. */
export const eightRegions: Scenario = {
  ...calm,
  regions: ids.map((id, place) => ({ ...calm.regions[0], id, latency: 40 + 20 * place })),
};
