import type { FleetName } from './fleet.ts';
import type { PolicyName } from './policies/policy.ts';

/** One run of the lab. */
export interface Cell {
  readonly scenario: string;
  readonly fleet: FleetName;
  readonly policy: PolicyName;
  readonly seed: number;
}
