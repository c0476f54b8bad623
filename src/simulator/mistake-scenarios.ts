import type { Scenario } from './scenario.ts';
import { usual } from './scenario-parts.ts';

/** What is no outage of a region: its configuration is wrong, or the client's own network or clock. */
export const mistakeScenarios: readonly Scenario[] = [
  {
    ...usual,
    id: 'bad-key',
    title: 'The nearest region refuses the key',
    duration: 90,
    faults: [[10, 50, 'eastus', 'key']],
    asserts: ['errors==0', 'credentialLeaks==0', 'attemptsPerCall<=1.1'],
  },
  {
    ...usual,
    id: 'token-expired',
    title: 'The token of the client expires, and a new one is taken',
    duration: 90,
    credential: 'token',
    // One client, as it is one token that is refused.
    load: [{ clients: 1, rps: 5, stream: 0.3 }],
    faults: [[10, 50, 'eastus', 'key-expired*1']],
    asserts: ['errors==0', 'attemptsPerCall<=1.05', 'nearestShare>=0.95'],
  },
  {
    ...usual,
    id: 'tokens-refused',
    title: 'The nearest region takes no token, however new',
    duration: 90,
    credential: 'token',
    faults: [[10, 50, 'eastus', 'key-expired']],
    asserts: ['errors==0', 'attemptsPerCall<=1.1'],
  },
  {
    ...usual,
    id: 'no-deployment',
    title: 'The nearest region has lost one of two deployments',
    duration: 90,
    load: [{ clients: 5, rps: 1, deployments: ['gpt-4o', 'gpt-4o-mini'] }],
    faults: [[10, 50, 'eastus', 'nodeploy(gpt-4o)']],
    asserts: ['errors==0', 'nearestShare>=0.4'],
  },
  {
    ...usual,
    id: 'offline',
    title: 'The clients have no network for half a minute',
    duration: 90,
    faults: [[20, 50, 'client', 'offline']],
    asserts: ['avoidableErrors==0', 'attemptsPerCall<=1.1', 'nearestShare>=0.95'],
  },
  {
    ...usual,
    id: 'sleep',
    title: 'The clients sleep for an hour, and a region is down before and after',
    duration: 3720,
    load: [
      { clients: 5, rps: 1, to: 30 },
      { clients: 5, rps: 1, from: 3630 },
    ],
    faults: [
      [20, 3640, 'eastus', 'refused'],
      [30, 3630, 'client', 'sleep'],
    ],
    asserts: ['avoidableErrors==0'],
  },
  {
    ...usual,
    id: 'clock',
    title: 'The clocks of the clients are set an hour ahead, and back, while a region throttles',
    duration: 120,
    faults: [
      [20, 60, 'client', 'clock(3600)'],
      [10, 30, 'eastus', '429(20)'],
    ],
    asserts: ['errors==0'],
  },
];
