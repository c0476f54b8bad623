import type { Scenario } from './scenario.ts';
import { usual } from './scenario-parts.ts';

/** What a page is not shown. */
export const browserScenarios: readonly Scenario[] = [
  {
    ...usual,
    id: 'hidden-header',
    title: 'The nearest region says how long to stay away, in a header that no page may read',
    duration: 90,
    shapes: 'browser',
    // One client, as another could not know what the region has asked of this one.
    load: [{ clients: 1, rps: 5, stream: 0.3 }],
    faults: [[10, 30, 'eastus', '429(20)']],
    asserts: ['errors==0', 'earlyRetries==0', 'attemptsPerCall<=1.1'],
  },
  {
    ...usual,
    id: 'cors-5xx',
    title: 'The nearest region answers 503, which looks to a page like a broken network',
    duration: 120,
    shapes: 'browser',
    faults: [
      [0, 120, 'eastus', 'cors(none-on-error)'],
      [10, 40, 'eastus', 'status(503)'],
    ],
    asserts: ['errors==0', 'attemptsPerCall<=1.2', 'failbackMs<=30000'],
  },
  {
    ...usual,
    id: 'preflight',
    title: 'The nearest region lets no page ask for anything',
    duration: 120,
    shapes: 'browser',
    faults: [[10, 40, 'eastus', 'cors(preflight-fail)']],
    asserts: ['errors==0', 'failbackMs<=30000'],
  },
];
