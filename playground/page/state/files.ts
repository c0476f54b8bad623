import type { Scenario } from '../../../src/simulator/index.ts';
import type { RunRecord } from '../../engine/types.ts';
import { tellProblem } from './notice.ts';
import { json, save } from './save.ts';
import { choose } from './session.ts';

/** A scenario as the simulator's command, its tests and this page read it. */
export async function saveScenario(scenario: Scenario): Promise<void> {
  const { printScenario } = await import('../../../src/simulator/scenario.ts');
  save(`${scenario.id}.json`, json(printScenario(scenario)));
}

/** All that is known of a run: what a report of a bug should have. */
export async function saveJournal(record: RunRecord): Promise<void> {
  const { printJournal } = await import('../../engine/journal.ts');
  save(`${record.scenario.id}-journal.json`, json(printJournal(record)));
}

/** Opens a scenario, or the journal of a run: it is shown as it was seen. */
export async function openFile(file: Blob): Promise<void> {
  try {
    const [{ parseScenario }, { openJournal }] = await Promise.all([
      import('../../../src/simulator/scenario.ts'),
      import('./journal.ts'),
    ]);
    const read: unknown = JSON.parse(await file.text());
    if (!openJournal(read)) choose(parseScenario(read));
  } catch (error) {
    tellProblem('The file cannot be opened', error);
  }
}
