import { expect, test } from 'vitest';
import { FIGURES, type Figures, type Row } from '../row.ts';
import { formatted } from './format.ts';
import { behind } from './ranking.ts';
import { table } from './table.ts';
import { checkTargets } from './targets.ts';

const NOTHING = { calls: 1, paidTwice: 0, earlyRetries: 0, blamed: 0, lostFirst: 0, failed: 0, homeAfter: null };
const NONE = Object.fromEntries(FIGURES.map((figure) => [figure, null])) as Figures;
const row = (more: Partial<Row>): Row => ({
  scenario: 'refused',
  fleet: 'servers',
  policy: 'ours',
  seeds: 1,
  ...NONE,
  success: 1,
  worst: NOTHING,
  typical: NOTHING,
  ...more,
});

test('the columns of a table line up', () => {
  expect(
    table(
      [
        ['policy', 'ms'],
        ['ours', '1'],
        ['another', '12'],
      ],
      1,
    ),
  ).toBe(['| policy  |  ms |', '| ------- | --: |', '| ours    |   1 |', '| another |  12 |'].join('\n'));
});

test('figures are written for a person', () => {
  expect(formatted('success', 0.99987)).toBe('99.99 %');
  expect(formatted('failoverMs', 5_000)).toBe('5 s');
  expect(formatted('recoveryPeak', 1.337)).toBe('× 1.34');
  expect(formatted('p99Ms', null)).toBe('–');
});

test.each<[string, Partial<Row>, Partial<Row>, string[]]>([
  ['five per cent are nothing', { p99Ms: 1_050 }, { p99Ms: 1_000 }, []],
  ['more are', { p99Ms: 1_051 }, { p99Ms: 1_000 }, ['p99 ms 1051 (envoy: 1000)']],
  ['unless the other surfaces more errors', { p99Ms: 1_051 }, { p99Ms: 1_000, success: 0.99 }, []],
  ['regret is of what the calls cost', { regret: 0.04 }, { regret: 0 }, []],
  ['a figure without a meaning is not behind', { regret: null }, { regret: 0 }, []],
  ['nor behind one without', { regret: 9 }, { regret: null }, []],
  ['who never left is not back first', { failbackMs: 90_000 }, { failbackMs: 5_000, wasted: 1 }, []],
])('ours is behind where another is better: %s', (_, own, other, figures) => {
  const rows = [row(own), row({ policy: 'envoy', ...other }), row({ policy: 'ours-hedged', p99Ms: 1 })];
  expect(behind(rows).map(({ words }) => words)).toEqual(figures);
});

test('promises are checked where their row was run', () => {
  const checked = (rows: readonly Row[]) => checkTargets(rows).filter(({ met }) => met !== undefined);
  expect(checked([])).toEqual([]);
  expect(checked([row({ wasted: 0.015, regret: 0.11 })])).toMatchObject([
    { promise: 'refused, servers: wasted ≤ 1.50 %', found: '1.50 %', met: true },
    { promise: 'refused, servers: regret ≤ 10.0 %', found: '11.0 %', met: false },
  ]);
  const tab = row({ fleet: 'tab', typical: { ...NOTHING, lostFirst: 2 }, worst: { ...NOTHING, lostFirst: 3 } });
  expect(checked([tab])).toMatchObject([{ found: '2; 3 in the worst run', met: true }]);
  const down = row({ scenario: 'all-down-503', amplificationAfter: 1.06 });
  const rival = { ...down, policy: 'envoy', amplificationAfter: 1 } as const;
  expect(checked([down, rival]).map(({ met }) => met)).toEqual([true, false]);
});
