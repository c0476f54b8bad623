import type { Scenario } from '../../../src/simulator/index.ts';

/** The scenario without what would begin or go on after its end. */
export function shortened(scenario: Scenario): Scenario {
  const { duration, faults, load } = scenario;
  return {
    ...scenario,
    faults: faults.flatMap(([from, to, target, fault]) =>
      from < duration ? [[from, Math.min(to, duration), target, fault] as const] : [],
    ),
    load: load
      .filter((one) => ('at' in one ? one.at < duration : (one.from ?? 0) < duration))
      .map((one) => ('to' in one && one.to !== undefined ? { ...one, to: Math.min(one.to, duration) } : one)),
  };
}
