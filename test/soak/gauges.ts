import { getEventListeners } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { collectGarbage } from '../support/garbage.ts';
import type { WatchedStore } from './watched-store.ts';

/**
 * What a soak may seem to gain from its first measurement to its last without a leak.
 *
 * Ten minutes make over 9,000 calls after the warm-up. A MB is about 100 bytes for each, and the least that a call can leave
 * behind, a closure on a signal, is more. What one call in a hundred leaves is about a hundred at the end; pools of idle
 * connections, of the size of the last burst, and listeners that wait for a finaliser come and go by a few.
 */
export const tolerances = {
  /** Live, after garbage was collected, bytes. */
  heap: 1_000_000,
  /** That keep the process alive; one that is idle in a pool does not. */
  sockets: 10,
  timers: 5,
  /** On the one signal that calls share. */
  listeners: 10,
  /** To the store that clients share. */
  subscriptions: 5,
  /** To test a region, not given back to that store. */
  claims: 5,
  /** Of files, and of sockets at both of their ends; 0 where the platform does not list them. */
  descriptors: 20,
} as const;

export type Gauge = keyof typeof tolerances;
export type Sample = Readonly<Record<Gauge, number>>;

export const gauges = Object.keys(tolerances) as readonly Gauge[];

export async function measure(signal: AbortSignal, store: WatchedStore): Promise<Sample> {
  await collectGarbage?.();
  return {
    heap: process.memoryUsage().heapUsed,
    sockets: activeSockets().length,
    timers: activeTimers().length,
    listeners: getEventListeners(signal, 'abort').length,
    subscriptions: store.subscriptions,
    claims: store.claims,
    descriptors: openDescriptors(),
  };
}

/** What keeps the process alive, but for its standard streams. */
export const activeResources = (): readonly string[] => [...activeSockets(), ...activeTimers()];

const activeSockets = (): readonly string[] =>
  process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP'));
const activeTimers = (): readonly string[] => process.getActiveResourcesInfo().filter((name) => name === 'Timeout');

function openDescriptors(): number {
  return existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0;
}
