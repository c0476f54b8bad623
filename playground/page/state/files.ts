import type { Scenario } from '../../../src/simulator/index.ts';
import type { RunRecord } from '../../engine/types.ts';
import { tellProblem } from './notice.ts';
import { choose } from './session.ts';

/** A scenario as the simulator's command, its tests and this page read it. */
export async function saveScenario(scenario: Scenario): Promise<void> {
  const { printScenario } = await import('../../../src/simulator/scenario.ts');
  save(`${scenario.id}.json`, printScenario(scenario));
}

/** All that is known of a run: what a report of a bug should have. */
export function saveJournal(record: RunRecord): void {
  save(`${record.scenario.id}-journal.json`, JSON.stringify(record));
}

/** Opens a scenario, or the scenario of a journal: the same run, as it is played again. */
export async function openFile(file: Blob): Promise<void> {
  try {
    const { parseScenario } = await import('../../../src/simulator/scenario.ts');
    const json: unknown = JSON.parse(await file.text());
    const isJournal = typeof json === 'object' && json !== null && 'scenario' in json;
    choose(parseScenario(isJournal ? json.scenario : json));
  } catch (error) {
    tellProblem('The file cannot be opened', error);
  }
}

function save(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}
