import type { Scenario } from './scenario.ts';
import { usual } from './scenario-parts.ts';

/** A region that begins its streams well, and then does not go on. */
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
  {
    ...usual,
    id: 'torn-stream',
    title: 'The nearest region resets its streams in the middle, and later just ends them',
    duration: 90,
    faults: [
      [10, 30, 'eastus', 'rst:sse:3'],
      [30, 50, 'eastus', 'trunc:sse:3'],
    ],
    asserts: ['truncatedSilent==0', 'success>=0.85'],
  },
  {
    ...usual,
    id: 'stalled-stream',
    title: 'The nearest region falls silent in the middle of its streams',
    duration: 180,
    faults: [[10, 50, 'eastus', 'stall:sse:2']],
    asserts: ['truncatedSilent==0', 'success>=0.85'],
  },
];
