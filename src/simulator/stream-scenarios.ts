import type { Scenario } from './scenario.ts';
import { usual } from './scenario-parts.ts';

/** A region that begins its streams well, and says nothing in them. */
export const streamScenarios: readonly Scenario[] = [
  {
    ...usual,
    id: 'cut-stream',
    title: 'The nearest region resets its streams before they say anything',
    duration: 90,
    faults: [[10, 50, 'eastus', 'rst:sse:1']],
    asserts: ['errors==0', 'attemptsPerCall<=1.2'],
  },
  {
    ...usual,
    id: 'late-limit',
    title: 'The nearest region begins its streams with a 200, and then says that a limit is exceeded',
    duration: 90,
    faults: [[10, 50, 'eastus', 'sse-error(rate):sse:1']],
    asserts: ['errors==0', 'attemptsPerCall<=1.2'],
  },
];
