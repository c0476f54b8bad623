import { generatorOf, inOrder, poisson } from '../arrivals.ts';
import type { Phase, Scenario } from '../scenario.ts';

const away = (from: number, until: number): Phase => ({ region: 'every', from, until, harm: 'down' });
const ONE = { fleets: ['server', 'tab'], seeds: 20 } as const;

/** What happens to a client, and is no region's fault. */
export const clients: readonly Scenario[] = [
  {
    id: 'offline-30',
    about: 'the client has no network for 30 s',
    seconds: 180,
    outage: [60, 90],
    warm: true,
    phases: () => [away(60, 90)],
    upset: { kind: 'offline', from: 60, until: 90 },
    ...ONE,
  },
  {
    id: 'sleep-1h',
    about: 'the laptop sleeps for an hour, calls under way',
    seconds: 180,
    phases: () => [],
    upset: { kind: 'asleep', from: 60, seconds: 3_600 },
    ...ONE,
  },
  {
    id: 'clock-forward',
    about: 'the clock is moved forward by ten minutes',
    seconds: 180,
    phases: () => [],
    upset: { kind: 'clock', from: 60, by: 600 },
    ...ONE,
  },
  {
    id: 'clock-back',
    about: 'the clock is moved back by ten minutes',
    seconds: 180,
    phases: () => [],
    upset: { kind: 'clock', from: 60, by: -600 },
    ...ONE,
  },
  {
    id: 'clock-back-outage',
    about: 'nobody listens; the clock is moved back by ten minutes meanwhile',
    seconds: 180,
    outage: [20, 80],
    phases: () => [{ region: 0, from: 20, until: 80, fault: 'refused', harm: 'down' }],
    upset: { kind: 'clock', from: 60, by: -600 },
    fleets: ['servers'],
  },
  {
    id: 'tab-storm',
    about: '50 tabs open at once while nobody listens',
    seconds: 180,
    outage: [30, 120],
    phases: () => [{ region: 0, from: 30, until: 120, fault: 'refused', harm: 'down' }],
    arrivals: (fleet, seed) =>
      inOrder([
        // A page asks as soon as it has loaded.
        ...Array.from({ length: fleet.clients }, (_, client) => {
          return { client, atMs: 60_000 + 500 * generatorOf(seed, client, 'opening')() };
        }),
        ...poisson(fleet, seed, 60_500, 180_000),
      ]),
    fleets: ['fifty-tabs'],
  },
];
