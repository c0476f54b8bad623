import type { Cell } from './cell.ts';
import { FLEETS, type FleetName, rateOf } from './fleet.ts';
import { POLICIES, type PolicyName } from './policies/policy.ts';
import type { Scenario } from './scenario.ts';

/** One row of the report, before it is run. */
export interface PlannedRow {
  readonly scenario: Scenario;
  readonly fleet: FleetName;
  readonly policy: PolicyName;
  readonly seeds: number;
}

/** Fewer calls a second than these cost next to nothing, and say little with one seed. */
const RARE = 1;
const FEW = 10;
const FEW_SEEDS = 3;

/** All rows of the scenarios, ours first in each group. `only`: words that a row's scenario, fleet or policy must be. */
export function planOf(scenarios: readonly Scenario[], only: readonly string[] = []): readonly PlannedRow[] {
  return scenarios.flatMap((scenario) =>
    scenario.fleets.flatMap((fleet) =>
      policiesOf(scenario, fleet)
        .filter((policy) => only.every((word) => [scenario.id, fleet, policy].includes(word)))
        .map((policy) => ({ scenario, fleet, policy, seeds: seedsOf(scenario, fleet, policy) })),
    ),
  );
}

/** Only ours has anything to share. */
function policiesOf({ policies }: Scenario, fleet: FleetName): readonly PolicyName[] {
  if (isSharing(fleet)) return ['ours'];
  return POLICIES.filter((policy) => policies?.includes(policy) ?? policy !== 'ours-hedged');
}

const isSharing = (fleet: FleetName): boolean => 'sharing' in FLEETS[fleet];

function seedsOf({ seeds = 1 }: Scenario, fleet: FleetName, policy: PolicyName): number {
  const rate = rateOf(FLEETS[fleet]);
  if (isSharing(fleet)) return FEW_SEEDS;
  if (rate < RARE) return Math.max(seeds, FEW_SEEDS);
  const few = rate < FEW ? FEW_SEEDS : 1;
  if (policy === 'ours-hedged') return Math.min(seeds, FEW_SEEDS);
  // What the promises name are servers; of tabs there are so many that one run tells.
  return policy === 'ours' && FLEETS[fleet].perSecond >= 1 ? Math.max(seeds, few) : few;
}

export const cellsOf = ({ scenario, fleet, policy, seeds }: PlannedRow): readonly Cell[] =>
  Array.from({ length: seeds }, (_, index) => ({ scenario: scenario.id, fleet, policy, seed: index + 1 }));
