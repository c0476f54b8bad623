import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { cellsOf, type PlannedRow, planOf } from './plan.ts';
import { runAll } from './pool.ts';
import { inFull, inShort, withSection } from './report/report.ts';
import { type Row, rowOf } from './row.ts';
import { scenarios } from './scenarios/index.ts';
import { runShort } from './short.ts';

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const REPORT = new URL('./report.md', import.meta.url);

/** The rows of a plan, with their progress on the terminal. */
async function rowsOf(plan: readonly PlannedRow[]): Promise<readonly Row[]> {
  const cells = plan.flatMap(cellsOf);
  const startedAt = performance.now();
  const results = await runAll(cells, (done, { scenario, fleet, policy }) => {
    if (!process.stderr.isTTY && done % 50 !== 0 && done !== cells.length) return;
    const seconds = Math.round((performance.now() - startedAt) / 1_000);
    process.stderr.write(`${done} of ${cells.length} runs, ${seconds} s: ${scenario} ${fleet} ${policy}\n`);
  });
  let taken = 0;
  return plan.map(({ scenario, fleet, policy, seeds }) => {
    const own = results.slice(taken, taken + seeds);
    taken += seeds;
    return rowOf({ scenario: scenario.id, fleet, policy }, own);
  });
}

const only = options.only.split(',').filter((word) => word !== '');
const plan = planOf(scenarios, only);
if (plan.length === 0) throw new Error(`no row is of ${only.join(' and ')}: name scenarios, fleets and policies`);
const rows = options.short ? await runShort() : await rowsOf(plan);
if (options.json) console.log(JSON.stringify(rows));
else {
  const text = options.short ? inShort(rows) : inFull(rows, scenarios);
  console.log(text);
  // A part of the rows is no report.
  if (only.length === 0) {
    const report = withSection(readFileSync(REPORT, 'utf8'), options.short ? 'short' : 'full', text);
    writeFileSync(REPORT, report);
  }
}
