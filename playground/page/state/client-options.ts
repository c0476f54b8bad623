import type { JsonValue, Scenario } from '../../../src/simulator/index.ts';
import type { OptionFigure } from '../../code/options.ts';

type Named = Pick<OptionFigure, 'group' | 'name'>;

/** What a scenario sets an option to; `undefined` where it leaves the default. */
export function setting({ client }: Scenario, { group, name }: Named): number | undefined {
  const found = members(client[group])[name];
  return typeof found === 'number' ? found : undefined;
}

/** The scenario with another figure; `undefined` goes back to the default. */
export function withSetting(scenario: Scenario, { group, name }: Named, value: number | undefined): Scenario {
  const { [name]: _, ...rest } = members(scenario.client[group]);
  const figures = value === undefined ? rest : { ...rest, [name]: value };
  // An empty `hedge` is one with its defaults, which is more than none.
  const isNothing = group !== 'hedge' && Object.keys(figures).length === 0;
  return withClient(scenario, group, isNothing ? undefined : figures);
}

/** The scenario with another option of the library, or without it. */
export function withClient(scenario: Scenario, name: string, value: JsonValue | undefined): Scenario {
  const { [name]: _, ...rest } = scenario.client;
  return { ...scenario, client: value === undefined ? rest : { ...rest, [name]: value } };
}

const members = (value: JsonValue | undefined): Readonly<Record<string, JsonValue>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...(value as typeof nothing) } : nothing;

const nothing: Readonly<Record<string, JsonValue>> = {};
