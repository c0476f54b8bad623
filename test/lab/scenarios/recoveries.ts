import type { FleetName } from '../fleet.ts';
import type { Phase, Scenario } from '../scenario.ts';
import { BRIEF, outage } from './outages.ts';

const fleets: readonly FleetName[] = ['servers', 'tabs'];

/** Outages that are over soon, come again, or leave somebody who cannot take it all. */
export const recoveries: readonly Scenario[] = [
  outage('blip-20', 'nobody listens for 20 s', 'refused', { seconds: 130, outage: [20, 40] }, { fleets }),
  {
    id: 'flap-20',
    about: 'nobody listens for 20 s, every 40 s, five times',
    seconds: 330,
    outage: [30, 210],
    phases: () =>
      [30, 70, 110, 150, 190].map(
        (from): Phase => ({ region: 0, from, until: from + 20, fault: 'refused', harm: 'down' }),
      ),
    fleets,
  },
  {
    id: 'cold-recovery',
    about: 'nobody listens, then a third of its capacity, growing for 60 s',
    ...BRIEF,
    phases: (perSecond) => [
      { region: 0, from: 20, until: 80, fault: 'refused', harm: 'down' },
      { region: 0, from: 80, until: 140, fault: `capacity(${0.3 * perSecond},${perSecond},60)`, harm: 'limited' },
    ],
    fleets,
  },
  {
    id: 'survivor-60',
    about: 'nobody listens, and the only other region can serve 60 % of the calls',
    ...BRIEF,
    sites: [{ networkMs: 20 }, { networkMs: 40 }],
    phases: (perSecond) => [
      { region: 0, from: 20, until: 80, fault: 'refused', harm: 'down' },
      { region: 1, from: 0, until: 180, fault: `capacity(${0.6 * perSecond})`, harm: 'limited', serves: 0.6 },
    ],
    fleets: ['servers'],
  },
];
