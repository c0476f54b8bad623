import { readFile } from 'node:fs/promises';
import { parseScenario, type Scenario } from '../simulator/scenario.ts';
import { scenarios } from '../simulator/scenarios.ts';
import { UsageError } from './usage-error.ts';

/**
 * A preset by its name, or a scenario of a file.
 *
 * @throws UsageError that says what is wrong with it.
 */
export async function readScenario(name: string): Promise<Scenario> {
  const scenario = scenarios.find(({ id }) => id === name) ?? (await readScenarioFile(name));
  const [, , , fault] = scenario.faults.find(([, , target]) => target === 'client') ?? [];
  if (fault === undefined) return scenario;
  throw new UsageError(`--scenario must befall regions, as their clients are your own, and "${name}" has "${fault}"`);
}

async function readScenarioFile(name: string): Promise<Scenario> {
  let text: string;
  try {
    text = await readFile(name, 'utf8');
  } catch (error) {
    const presets = scenarios.map(({ id }) => id).join(', ');
    throw new UsageError(`--scenario must be a JSON file or one of ${presets}, got "${name}" (${messageOf(error)})`);
  }
  try {
    return parseScenario(JSON.parse(text));
  } catch (error) {
    throw new UsageError(`${name}: ${messageOf(error)}`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
