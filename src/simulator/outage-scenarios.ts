import type { Scenario } from './scenario.ts';
import { regions, usual } from './scenario-parts.ts';

/** A region that cannot be reached, for a while or by turns, and what that does to the others. */
export const outageScenarios: readonly Scenario[] = [
  {
    ...usual,
    id: 'blackout',
    title: 'The nearest region refuses connections for half a minute',
    duration: 120,
    faults: [[10, 40, 'eastus', 'refused']],
    asserts: ['errors==0', 'attemptsPerCall<=1.1', 'failbackMs<=30000'],
  },
  {
    ...usual,
    id: 'name-lost',
    title: 'The name of the nearest region does not resolve',
    duration: 120,
    faults: [[10, 40, 'eastus', 'dns']],
    asserts: ['errors==0', 'attemptsPerCall<=1.1', 'failbackMs<=30000'],
  },
  {
    ...usual,
    id: 'unavailable',
    title: 'The nearest region answers 503 at once',
    duration: 120,
    faults: [[10, 40, 'eastus', 'status(503)']],
    asserts: ['errors==0', 'attemptsPerCall<=1.2', 'failbackMs<=30000'],
  },
  {
    ...usual,
    id: 'blackhole',
    title: 'The nearest region takes requests and never answers',
    duration: 180,
    faults: [[10, 60, 'eastus', 'silence']],
    asserts: ['errors==0', 'p99Ms<=8000', 'attemptsPerCall<=1.2'],
  },
  {
    ...usual,
    id: 'flapping',
    title: 'The nearest region comes and goes every three seconds',
    duration: 120,
    faults: [[10, 70, 'eastus', 'flap(3,3)']],
    asserts: ['errors==0', 'attemptsPerCall<=1.2'],
  },
  {
    ...usual,
    id: 'total',
    title: 'All regions answer 503 for twenty seconds',
    duration: 120,
    faults: [[10, 30, '*', 'status(503)']],
    asserts: ['avoidableErrors==0', 'attemptsPerCall<=2', 'failbackMs<=30000'],
  },
  {
    ...usual,
    id: 'small-survivor',
    title: 'The region next to the one that is down has room for half of its load',
    duration: 120,
    load: [{ clients: 10, rps: 1 }],
    faults: [
      [10, 60, 'eastus', 'refused'],
      [0, 120, 'eastus2', 'capacity(5)'],
    ],
    asserts: ['errors==0'],
  },
  {
    ...usual,
    id: 'cold-start',
    title: 'The nearest region comes back cold, and warms up in a minute',
    duration: 150,
    load: [{ clients: 10, rps: 1 }],
    faults: [
      [10, 40, 'eastus', 'refused'],
      [40, 150, 'eastus', 'capacity(3,12,60)'],
    ],
    asserts: ['errors==0'],
  },
  {
    ...usual,
    id: 'metastable',
    title: 'A crash of two seconds, in regions that have just enough room',
    duration: 120,
    regions: regions.slice(0, 2),
    load: [{ clients: 20, rps: 0.5 }],
    faults: [
      [0, 120, '*', 'capacity(8)'],
      [30, 32, '*', 'status(503)'],
    ],
    asserts: ['success>=0.95'],
  },
];
