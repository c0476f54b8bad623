import type { Scenario } from './scenario.ts';
import { usual } from './scenario-parts.ts';

/** A region that answers, but asks for patience, or takes its time. */
export const throttleScenarios: readonly Scenario[] = [
  {
    ...usual,
    id: 'calm',
    title: 'Nothing is wrong',
    duration: 60,
    faults: [],
    asserts: ['errors==0', 'nearestShare>=0.95', 'attemptsPerCall==1'],
  },
  {
    ...usual,
    id: 'throttle',
    title: 'The quota of the nearest region is used up; it says for how long',
    duration: 90,
    // One client, as another could not know what the region has asked of this one.
    load: [{ clients: 1, rps: 5, stream: 0.3 }],
    faults: [[10, 30, 'eastus', '429(20)']],
    asserts: ['errors==0', 'earlyRetries==0', 'attemptsPerCall<=1.1'],
  },
  {
    ...usual,
    id: 'long-quota',
    title: 'The nearest region asks to be left alone for a day',
    duration: 90,
    // One client, as another could not know what the region has asked of this one.
    load: [{ clients: 1, rps: 5, stream: 0.3 }],
    faults: [[10, 90, 'eastus', '429(86400)']],
    asserts: ['errors==0', 'earlyRetries==0', 'attemptsPerCall<=1.05'],
  },
  {
    ...usual,
    id: 'quota',
    title: 'The quota of the nearest region is half of what is asked of it',
    duration: 180,
    // A call that names no limit counts as 16 tokens.
    faults: [[0, 180, 'eastus', 'quota(2400,600)']],
    asserts: ['errors==0'],
  },
  {
    ...usual,
    id: 'reserved-tokens',
    title: 'Calls that may use a thousand tokens, and use ten, use up the quota of the nearest region',
    duration: 120,
    load: [{ clients: 5, rps: 1, stream: 0.3, maxTokens: 1000 }],
    // Half of what may be used, and fifty times what is.
    faults: [[0, 120, 'eastus', 'quota(150000,6000)']],
    asserts: ['errors==0', 'nearestShare>=0.4', 'attemptsPerCall<=1.1'],
  },
  {
    ...usual,
    id: 'rush',
    title: 'The load grows to twice what the nearest region has room for',
    duration: 90,
    load: [{ clients: 10, rps: 0.2, ramp: { rps: 1.6, seconds: 60 }, stream: 0.3 }],
    faults: [[0, 90, 'eastus', 'capacity(8,429)']],
    asserts: ['errors==0', 'nearestShare>=0.5', 'p95Ms<=2500', 'attemptsPerCall<=1.25'],
  },
  {
    ...usual,
    id: 'high-demand',
    title: 'The nearest region has room for two calls per second, and says so',
    duration: 90,
    faults: [[10, 50, 'eastus', 'capacity(2,429)']],
    asserts: ['errors==0'],
  },
  {
    ...usual,
    id: 'brownout',
    title: 'Half of the answers of the nearest region take eight times as long',
    duration: 90,
    client: { strategy: 'latency' },
    faults: [[10, 50, 'eastus', 'slow(x8)%50']],
    asserts: ['errors==0'],
  },
];
