import { parseClientFault, printClientFault } from './client-fault.ts';
import { parseFault, printFault } from './fault.ts';
import { mismatches } from './json-schema.ts';
import type { SimRegionOptions } from './region-model.ts';
import { parseAssert, printAssert } from './scenario-assert.ts';
import { inconsistencies } from './scenario-check.ts';
import type { ScenarioLoad } from './scenario-load.ts';
import { scenarioSchema } from './scenario-schema.ts';
import type { Shapes } from './virtual-errors.ts';

/** Regions, a load on them, and what goes wrong when; JSON. All times are seconds from the start. */
export interface Scenario {
  /** Of the format. */
  readonly v: 1;
  /** Lower-case words and hyphens. */
  readonly id: string;
  readonly title: string;
  /** What chance is made from. A whole number. */
  readonly seed: number;
  readonly duration: number;
  /** In the order of preference. */
  readonly regions: readonly ScenarioRegion[];
  /** Whose `fetch` the clients have. @default 'node' */
  readonly shapes?: Shapes;
  /**
   * What the clients come with: the key of each region, or tokens that all regions take, which are those that begin with
   * {@link scenarioToken}.
   * @default 'key'
   */
  readonly credential?: 'key' | 'token';
  readonly load: readonly ScenarioLoad[];
  /** Options of the library, as far as they are JSON; a strategy by its name. */
  readonly client: Readonly<Record<string, JsonValue>>;
  readonly faults: readonly ScenarioFault[];
  /** As `parseAssert` reads them: `errors==0`. */
  readonly asserts: readonly string[];
}

export interface ScenarioRegion {
  readonly id: string;
  /** As `x-ms-region` says it. @default the id's Azure form: `East US 2` for `eastus2` */
  readonly display?: string;
  /** What the network takes, ms: a number, `uniform(50,200)` or `lognormal(40,0.3)`. @default 0 */
  readonly latency?: number | string;
  /** What the model takes on top of it, ms, in the same form. @default 0 */
  readonly model?: number | string;
  /** @default any */
  readonly deployments?: readonly string[];
  /** What pages of other origins may see, as the option of a simulator's region. @default 'azure' */
  readonly cors?: string;
}

/** How the tokens begin that clients bring who come with tokens. What follows is theirs to choose. */
export const scenarioToken = 'scenario-token-';

/**
 * When it starts, when it ends, what it befalls, and what it is: `[10, 40, 'eastus', 'refused']`. The target is the id of
 * a region, `*` for all of them, or `client` for a fault that `parseClientFault` reads.
 */
export type ScenarioFault = readonly [from: number, to: number, target: string, fault: string];

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };

/**
 * Reads a scenario from what `JSON.parse` made of its text. The copy it returns has faults and asserts in their shortest
 * form.
 *
 * @throws TypeError with a line for everything that is wrong: path, rule and value.
 */
export function parseScenario(json: unknown): Scenario {
  const problems = mismatches(scenarioSchema, json, 'scenario');
  if (problems.length > 0) throw new TypeError(problems.join('\n'));
  const scenario: Scenario = JSON.parse(JSON.stringify(json));
  const inconsistent = inconsistencies(scenario);
  if (inconsistent.length > 0) throw new TypeError(inconsistent.join('\n'));
  return {
    ...scenario,
    faults: scenario.faults.map(([from, to, target, text]) => [from, to, target, shortest(target, text)]),
    asserts: scenario.asserts.map((text) => printAssert(parseAssert(text))),
  };
}

function shortest(target: string, text: string): string {
  return target === 'client' ? printClientFault(parseClientFault(text)) : printFault(parseFault(text));
}

/** JSON with a line for each region, load, fault and assert. {@link parseScenario} reads the same scenario from it. */
export function printScenario(scenario: Scenario): string {
  const members = Object.keys(scenarioSchema.properties).flatMap((name) => {
    const value: unknown = { ...scenario }[name];
    if (value === undefined) return [];
    return `  ${JSON.stringify(name)}: ${Array.isArray(value) ? printList(value) : JSON.stringify(value)}`;
  });
  return `{\n${members.join(',\n')}\n}\n`;
}

function printList(list: readonly unknown[]): string {
  if (list.length === 0) return '[]';
  return `[\n${list.map((item) => `    ${JSON.stringify(item)}`).join(',\n')}\n  ]`;
}

/** The regions of a scenario, for a simulator to start with. */
export function scenarioRegions({
  regions,
  credential,
}: Scenario): readonly (SimRegionOptions & { readonly name: string })[] {
  return regions.map(({ id, latency, model, ...options }) => ({
    ...options,
    name: id,
    ...(latency !== undefined && { latencyMs: latency }),
    ...(model !== undefined && { modelMs: model }),
    ...(credential === 'token' && { acceptsToken: (token: string) => token.startsWith(scenarioToken) }),
  }));
}
