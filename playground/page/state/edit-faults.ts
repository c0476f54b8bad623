import type { Scenario, ScenarioFault } from '../../../src/simulator/index.ts';
import { concerns } from '../view/fault-places.ts';

/** What is done near the end gets so much time to be seen, s. */
const SPACE = 30;
/** No scenario is made longer than this, s. */
const LONGEST = 900;
/** At the end of one as long as that, a fault has so much time, s. */
const SHORTEST = 0.1;

/**
 * The scenario with this fault on a region, or the clients, from a moment on, s, instead of whatever was to befall it from
 * then on.
 *
 * @param seconds how long it lasts; until the end when absent.
 */
export function strike(scenario: Scenario, region: string, fault: string, at: number, seconds?: number): Scenario {
  const duration = lengthened(scenario, at);
  // At the end of one that cannot be made longer there would be no time for it.
  const from = Math.min(at, tenth(duration - SHORTEST));
  const to = seconds === undefined ? duration : tenth(Math.min(duration, from + seconds));
  const healed = heal(scenario, region, from);
  return { ...healed, duration, faults: [...healed.faults, [from, to, region, fault]] };
}

/** The scenario without anything the matter with a region from a moment on, s. */
export function heal(scenario: Scenario, region: string, at: number): Scenario {
  const faults = scenario.faults
    .flatMap((fault) => splitAt(scenario, fault, at))
    .flatMap(([from, to, target, what]) => {
      if (target !== region || to <= at) return [[from, to, target, what] as const];
      return from < at ? [[from, at, target, what] as const] : [];
    });
  return { ...scenario, duration: lengthened(scenario, at), faults };
}

/** What is wrong with a region at a moment, s, by what the scenario says. */
export function faultsAt({ faults }: Scenario, region: string, at: number): readonly string[] {
  return faults.flatMap((one) => {
    const [from, to, , fault] = one;
    return concerns(one, region) && from <= at && at < to ? [fault] : [];
  });
}

/** From a moment on, what befalls all regions befalls each of them, so that one can be healed. */
function splitAt({ regions }: Scenario, fault: ScenarioFault, at: number): readonly ScenarioFault[] {
  const [from, to, target, what] = fault;
  if (target !== '*' || to <= at) return [fault];
  const rest = regions.map(({ id }): ScenarioFault => [Math.max(from, at), to, id, what]);
  return from < at ? [[from, at, '*', what], ...rest] : rest;
}

const lengthened = ({ duration }: Scenario, at: number): number =>
  Math.max(duration, Math.min(LONGEST, Math.ceil(at + SPACE)));

const tenth = (seconds: number): number => Math.round(seconds * 10) / 10;
