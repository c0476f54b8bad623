import type { JournalEntry, SimEndpoint } from '../../../src/simulator/index.ts';

/** Where calls go first, and where they go when that does not help. */
export const HOME = 'sweden';
export const BACKUP = 'eastus';
export type RegionName = typeof HOME | typeof BACKUP;

/** Simulated regions on sockets, wherever the test itself runs. */
export interface World {
  readonly endpoints: readonly SimEndpoint[];
  /** Resolves when the fault is on. */
  inject(region: RegionName, fault: string): Promise<void>;
  /** Ends every fault of the region. */
  heal(region: RegionName): Promise<void>;
  /** Every request that arrived, oldest first, preflights and questions included. */
  journal(): Promise<readonly JournalEntry[]>;
  /** Resolves when no request is being answered, other than a preflight. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** How worlds are made where the tests run. */
export interface Place {
  readonly name: 'node' | 'chromium';
  open(): Promise<World>;
}
