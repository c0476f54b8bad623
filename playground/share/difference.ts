import { hex } from '../../src/simulator/hash.ts';
import { type Scenario, scenarios } from '../../src/simulator/index.ts';

/**
 * What a link that builds on no preset builds on. It never changes: links that were made are read with it.
 */
const blank: Scenario = {
  v: 1,
  id: 'custom',
  title: 'A scenario of your own',
  seed: 7,
  duration: 120,
  regions: [],
  load: [],
  client: {},
  faults: [],
  asserts: [],
};

/** A scenario by what makes it different from another. */
export interface ScenarioDifference {
  /** The preset that it builds on; absent where there is none. */
  readonly preset?: string;
  /** Of the preset as it was. */
  readonly print?: string;
  /** Members that differ. */
  readonly changes: Readonly<Record<string, unknown>>;
}

/** The scenario, less what its preset says: the one of the same id. */
export function differenceOf(scenario: Scenario): ScenarioDifference {
  const preset = scenarios.find(({ id }) => id === scenario.id);
  const changes = Object.entries(scenario).filter(([name, value]) => {
    return JSON.stringify(value) !== JSON.stringify({ ...(preset ?? blank) }[name as keyof Scenario]);
  });
  return {
    ...(preset && { preset: preset.id, print: printOf(preset) }),
    changes: Object.fromEntries(changes),
  };
}

/**
 * The scenario that a difference makes of its preset, unchecked, and whether that preset is still what it was.
 *
 * @throws TypeError when there is no such preset any more.
 */
export function applied({ preset: id, print, changes }: ScenarioDifference): {
  readonly scenario: unknown;
  readonly isSame: boolean;
} {
  if (id === undefined) return { scenario: { ...blank, ...changes }, isSame: true };
  const preset = scenarios.find((one) => one.id === id);
  if (!preset) throw new TypeError(`the link builds on the scenario ${JSON.stringify(id)}, which there is no more`);
  return { scenario: { ...preset, ...changes }, isSame: print === printOf(preset) };
}

/** Enough to tell that a preset has been changed. */
const printOf = (preset: Scenario): string => hex(6, JSON.stringify(preset));
