import type { Figure, Row } from '../row.ts';
import { formatted, TITLES } from './format.ts';

/** A row in which ours is neither first nor within 5 % of it. */
export interface Behind {
  readonly row: string;
  readonly figures: readonly Figure[];
  /** Of whom, and by how much. */
  readonly words: string;
}

/** What is small enough to be chance, whatever it is in per cent. */
const SLACK: Partial<Record<Figure, number>> = {
  wasted: 0.005,
  regret: 0,
  amplificationPeak: 0.05,
  amplificationAfter: 0.05,
  failoverMs: 5_000,
  failbackMs: 5_000,
  recoveryPeak: 0.05,
  falseTripsPer100k: 1,
  p50Ms: 0,
  p99Ms: 0,
};

/** What is good enough for anybody. A second in which as many calls come as chance has it, in a region that is warm: × 1.3. */
const ENOUGH: Partial<Record<Figure, number>> = { recoveryPeak: 1.3 };

/** Where ours is behind a policy that surfaces no more errors. */
export function behind(rows: readonly Row[]): readonly Behind[] {
  return rows
    .filter(({ policy }) => policy === 'ours')
    .flatMap((own) => {
      const { scenario, fleet } = own;
      const rivals = rows.filter(
        (row) =>
          row.scenario === scenario &&
          row.fleet === fleet &&
          !row.policy.startsWith('ours') &&
          (row.success ?? 0) >= (own.success ?? 0),
      );
      const lags = (Object.keys(SLACK) as Figure[]).flatMap((figure) => {
        const words = lag(own, rivals, figure);
        return words === undefined ? [] : [{ figure, words }];
      });
      if (lags.length === 0) return [];
      const words = lags.map((one) => one.words).join(', ');
      return [{ row: `${scenario}/${fleet}`, figures: lags.map(({ figure }) => figure), words }];
    });
}

function lag(own: Row, rivals: readonly Row[], figure: Figure): string | undefined {
  const mine = own[figure];
  if (mine === null) return undefined;
  const [first] = rivals
    // Who never left is back at once.
    .filter(({ wasted }) => figure !== 'failbackMs' || (wasted ?? 0) < 0.5)
    .flatMap((row) => (row[figure] === null ? [] : [{ policy: row.policy, value: row[figure] }]))
    .toSorted((a, b) => a.value - b.value);
  if (!first) return undefined;
  // Five per cent of what the oracle's calls cost, not of what they cost more.
  const whole = figure === 'regret' ? 1 : 0;
  const limit = Math.max((first.value + whole) * 1.05 - whole + (SLACK[figure] ?? 0), ENOUGH[figure] ?? -1);
  return mine <= limit
    ? undefined
    : `${TITLES[figure]} ${formatted(figure, mine)} (${first.policy}: ${formatted(figure, first.value)})`;
}
