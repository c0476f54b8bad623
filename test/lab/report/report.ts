import { FIGURES, type Row } from '../row.ts';
import type { Scenario } from '../scenario.ts';
import { formatted, TITLES } from './format.ts';
import { behind } from './ranking.ts';
import { reasonFor } from './reasons.ts';
import { table } from './table.ts';
import { checkTargets } from './targets.ts';

/** The whole report, for a person. */
export function inFull(rows: readonly Row[], scenarios: readonly Scenario[]): string {
  const groups = scenarios.flatMap(({ id, about, fleets }) =>
    fleets.flatMap((fleet) => {
      const own = rows.filter((row) => row.scenario === id && row.fleet === fleet);
      return own.length === 0 ? [] : [`### ${id}, ${fleet}\n\n${capital(about)}.\n\n${figures(own)}`];
    }),
  );
  return [...groups, promises(rows), losses(rows)].join('\n\n');
}

/** The short form. */
export const inShort = (rows: readonly Row[]): string =>
  table(
    [
      ['scenario', 'policy', ...FIGURES.map((figure) => TITLES[figure])],
      ...rows.map((row) => [row.scenario, row.policy, ...FIGURES.map((figure) => formatted(figure, row[figure]))]),
    ],
    2,
  );

const figures = (rows: readonly Row[]): string =>
  table(
    [
      ['policy', 'seeds', ...FIGURES.map((figure) => TITLES[figure])],
      ...rows.map((row) => [row.policy, String(row.seeds), ...FIGURES.map((figure) => formatted(figure, row[figure]))]),
    ],
    1,
  );

function promises(rows: readonly Row[]): string {
  const checked = checkTargets(rows).filter(({ met }) => met !== undefined);
  const lines = checked.map(({ promise, found, met }) => [promise, found, met ? 'yes' : '**no**']);
  const kept = checked.filter(({ met }) => met).length;
  return `### What was promised\n\n${kept} of ${checked.length} are kept.\n\n${table([['promise', 'found', 'kept'], ...lines], 3)}`;
}

function losses(rows: readonly Row[]): string {
  const lines = behind(rows).map(({ row, figures, words }) => [row, words, reasonFor(row, figures)]);
  const body = lines.length === 0 ? 'None.' : table([['row', 'behind in', 'reason'], ...lines], 3);
  return `### Where ours is not first\n\nRows in which another policy that surfaces no more errors is better by more than 5 %.\n\n${body}`;
}

/** A report with one of its sections replaced. */
export function withSection(report: string, name: 'full' | 'short', text: string): string {
  const [begin, end] = marks(name);
  const [head, rest] = [report.split(begin)[0], report.split(end)[1]];
  if (head === undefined || rest === undefined) throw new Error(`the report has no section "${name}"`);
  return `${head}${begin}\n\n${text}\n\n${end}${rest}`;
}

/** One of a report's sections. */
export function sectionOf(report: string, name: 'full' | 'short'): string {
  const [begin, end] = marks(name);
  return report.split(begin)[1]?.split(end)[0]?.trim() ?? '';
}

const marks = (name: string): readonly [string, string] => [`<!-- ${name} -->`, `<!-- end of ${name} -->`];

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
