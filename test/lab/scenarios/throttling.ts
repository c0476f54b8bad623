import { inOrder } from '../arrivals.ts';
import type { Scenario } from '../scenario.ts';
import { BRIEF } from './outages.ts';

/** Regions that have enough of it. */
export const throttling: readonly Scenario[] = [
  {
    id: 'throttle-spike',
    about: 'every call gets 429, come back in 5 s',
    ...BRIEF,
    warm: true,
    phases: () => [{ region: 0, from: 20, until: 80, fault: '429(5)', harm: 'down' }],
    fleets: ['servers', 'servers-sharing', 'tabs', 'tabs-in-tens'],
  },
  {
    id: 'ptu-43ms',
    about: 'a provisioned deployment at its limit: half of the calls get 429, come back in 43 ms',
    ...BRIEF,
    warm: true,
    phases: () => [{ region: 0, from: 20, until: 80, fault: '429(0.043,ms)%50', harm: 'noise' }],
    fleets: ['servers'],
  },
  {
    id: 'capacity-pool',
    about: 'two regions that share one pool have no capacity',
    ...BRIEF,
    warm: true,
    sites: [{ networkMs: 20, pool: 'global' }, { networkMs: 40, pool: 'global' }, { networkMs: 60 }],
    phases: () =>
      [0, 1].map((region) => ({ region, from: 20, until: 80, fault: '429(10,capacity)', harm: 'down' as const })),
    fleets: ['servers'],
  },
  {
    id: 'burst-429',
    about: '50 calls at once, three times, to a region that throttles',
    seconds: 60,
    phases: () => [{ region: 0, from: 0, until: 60, fault: '429(5)', harm: 'down' }],
    arrivals: () => bursts([10_000, 12_000, 16_000]),
    fleets: ['scripted'],
    seeds: 20,
  },
  {
    id: 'burst-429-all',
    about: '50 calls at once, three times, while every region throttles for 20 s',
    seconds: 60,
    phases: () => [{ region: 'every', from: 0, until: 20, fault: '429(5)', harm: 'down' }],
    arrivals: () => bursts([10_000, 12_000, 16_000]),
    fleets: ['scripted'],
    seeds: 20,
  },
];

const bursts = (times: readonly number[]) =>
  inOrder(times.flatMap((atMs) => Array.from({ length: 50 }, () => ({ atMs, client: 0 }))));

/** Two calls that the outage finds on their way. */
export const inFlight: Scenario = {
  id: 'two-in-flight',
  about: 'two calls are on their way when nobody listens any more',
  seconds: 60,
  outage: [20, 50],
  phases: () => [{ region: 0, from: 20, until: 50, fault: 'refused', harm: 'down' }],
  arrivals: () => inOrder([{ atMs: 5_000, client: 0 }, ...[19_800, 19_900].map((atMs) => ({ atMs, client: 0 }))]),
  fleets: ['scripted'],
  seeds: 20,
};
