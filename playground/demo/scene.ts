/** What the demo's regions are, and what befalls them. Times are from its start. */

/** What the caller asks for; each region has it under a name of its own. */
export const DEPLOYMENT = 'gpt-4o';

/** In the order of preference. */
export const REGIONS = [
  { name: 'eastus', deployment: 'gpt-4o', latencyMs: 20 },
  { name: 'swedencentral', deployment: 'gpt-4o-sweden', latencyMs: 30 },
  { name: 'westeurope', deployment: 'gpt-4o', latencyMs: 40 },
] as const;

export const PRIMARY = REGIONS[0].name;

/** How many calls are made, and how often: whether or not the ones before have been answered. */
export const CALLS = 400;
export const PER_SECOND = 20;

export interface Trouble {
  readonly region: string;
  /** As the simulator reads it. */
  readonly fault: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly begins: string;
  readonly ends: string;
}

export const TROUBLES: readonly Trouble[] = [
  {
    region: PRIMARY,
    fault: 'refused',
    fromMs: 3_000,
    toMs: 9_000,
    begins: 'eastus refuses connections',
    ends: 'eastus accepts connections again',
  },
  {
    region: 'swedencentral',
    fault: '429(2)',
    fromMs: 5_000,
    toMs: 6_000,
    begins: 'swedencentral answers 429, retry after 2 s',
    ends: 'swedencentral has quota again',
  },
];
