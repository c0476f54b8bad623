import { cellsOf, planOf } from './plan.ts';
import type { PolicyName } from './policies/policy.ts';
import { type Result, type Row, rowOf } from './row.ts';
import { runCell } from './run-cell.ts';
import type { Scenario } from './scenario.ts';
import { scenarios } from './scenarios/index.ts';

/** What the short form is about: what says most, with fewer calls than in full. */
const SHORT: Readonly<Record<string, readonly PolicyName[]>> = {
  dns: ['ours', 'plain', 'openai-sdk', 'fixed-fallback', 'envoy', 'opossum'],
  'slow-503': ['ours', 'envoy'],
  'slowdown-10x': ['ours', 'ours-hedged'],
  'brownout-20': ['ours', 'opossum'],
  'throttle-spike': ['ours', 'openai-sdk'],
  'all-down-503': ['ours', 'envoy'],
  'flakes-1': ['ours'],
};

const shortened: readonly Scenario[] = scenarios.flatMap((scenario) => {
  const policies = SHORT[scenario.id];
  return policies ? [{ ...scenario, policies, fleets: ['calm-servers'], seeds: 1 }] : [];
});

/** Runs the short form, one cell after the other. */
export async function runShort(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const planned of planOf(shortened)) {
    const results: Result[] = [];
    for (const cell of cellsOf(planned)) results.push(await runCell(shortened, cell));
    const { scenario, fleet, policy } = planned;
    rows.push(rowOf({ scenario: scenario.id, fleet, policy }, results));
  }
  return rows;
}
