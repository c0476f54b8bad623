import { ActiveFaults } from './active-faults.ts';
import { StayAway } from './stay-away.ts';
import { StoredObjects } from './stored-objects.ts';

/** What a region keeps from one request to the next. */
export class RegionMemory {
  readonly faults = new ActiveFaults();
  readonly stored = new StoredObjects();
  readonly stayAway = new StayAway();

  /**
   * Quotas and capacities are full again, and nobody has been told to stay away.
   *
   * @param now Unix time, ms.
   */
  resetLimits(now: number): void {
    this.faults.refill(now);
    this.stayAway.forget();
  }
}
