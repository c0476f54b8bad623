import type { Figure, Row } from '../row.ts';
import { formatted } from './format.ts';

/** A promise, what became of it, and whether it is kept; `undefined` where its row was not run. */
export interface Checked {
  readonly promise: string;
  readonly found: string;
  readonly met: boolean | undefined;
}

interface Of {
  readonly scenario: string;
  readonly fleet: string;
  readonly policy?: string;
}

export function checkTargets(rows: readonly Row[]): readonly Checked[] {
  const find = ({ scenario, fleet, policy = 'ours' }: Of): Row | undefined =>
    rows.find((row) => row.scenario === scenario && row.fleet === fleet && row.policy === policy);
  const most = (of: Of, figure: Figure, limit: number): Checked => {
    const promise = `${of.scenario}, ${of.fleet}${of.policy ? `, ${of.policy}` : ''}: ${figure} ≤ ${formatted(figure, limit)}`;
    const value = find(of)?.[figure];
    return { promise, found: formatted(figure, value ?? null), met: value == null ? undefined : value <= limit };
  };
  const counted = (of: Of, what: keyof Row['worst'], limit: number, words: string): Checked => {
    const value = find(of)?.worst[what];
    const promise = `${of.scenario}, ${of.fleet}${of.policy ? `, ${of.policy}` : ''}: ${words}, in any run`;
    return { promise, found: value == null ? '–' : String(value), met: value == null ? undefined : value <= limit };
  };
  const wholly = (of: Of, words: string): Checked => {
    const row = find(of);
    const [typical, worst] = [row?.typical.homeAfter ?? null, row?.worst.homeAfter ?? null];
    return {
      promise: `${of.scenario}, ${of.fleet}: ${words}, in any run`,
      found: `${formatted('success', typical)}; ${formatted('success', worst)} in the worst run`,
      met: worst === null ? undefined : worst === 1,
    };
  };
  /** No worse than any rival: within the 5 % that are chance. */
  const noWorse = (of: Of, figure: Figure): Checked => {
    const own = find(of)?.[figure];
    const others = rows
      .filter(
        ({ scenario, fleet, policy }) => scenario === of.scenario && fleet === of.fleet && !policy.startsWith('ours'),
      )
      .flatMap((row) => row[figure] ?? []);
    const best = Math.min(...others);
    return {
      promise: `${of.scenario}, ${of.fleet}: ${figure} no worse than any rival’s`,
      found: `${formatted(figure, own ?? null)}; best of the others ${formatted(figure, others.length > 0 ? best : null)}`,
      met: own == null || others.length === 0 ? undefined : own <= best * 1.05,
    };
  };

  const servers = (scenario: string, policy?: string): Of => ({
    scenario,
    fleet: 'servers',
    ...(policy && { policy }),
  });
  const outages = ['refused', 'fast-503', 'black-hole', 'brownout-50'];
  const downs = ['all-down-refused', 'all-down-503', 'all-down-black-hole'];
  const alone = ['server', 'tab'];
  return [
    ...outages.flatMap((id) => {
      const wasted = { 'black-hole': 0.04, 'brownout-50': 0.06 }[id] ?? 0.015;
      return [
        most(servers(id), 'avoidableErrors', 0),
        most(servers(id), 'wasted', wasted),
        most(servers(id), 'failoverMs', id === 'brownout-50' ? 60_000 : 10_000),
        most(servers(id), 'failbackMs', 150_000),
        most(servers(id), 'recoveryPeak', 1.6),
        most(servers(id), 'amplificationPeak', 2),
        most(servers(id), 'amplificationAfter', 1.2),
        most(servers(id), 'regret', 0.1),
      ];
    }),
    ...outages.flatMap((scenario) => [
      most({ scenario, fleet: 'tabs-in-tens' }, 'avoidableErrors', 0),
      most({ scenario, fleet: 'tabs-in-tens' }, 'wasted', 0.06),
      most({ scenario, fleet: 'servers-sharing' }, 'avoidableErrors', 0),
      most({ scenario, fleet: 'servers-sharing' }, 'wasted', 0.01),
    ]),
    ...downs.flatMap((id) => [
      most(servers(id), 'amplificationAfter', 1.2),
      noWorse(servers(id), 'amplificationAfter'),
    ]),
    most(servers('black-hole'), 'p99Ms', 6_000),
    counted(servers('black-hole'), 'paidTwice', 0, 'no call paid for twice'),
    most(servers('black-hole', 'ours-hedged'), 'p99Ms', 4_500),
    most(servers('noise-2'), 'falseTripsPer100k', 1),
    most({ scenario: 'noise-2', fleet: 'calm-servers' }, 'falseTripsPer100k', 1),
    ...['refused', 'fast-503', 'black-hole'].map((scenario): Checked => {
      const row = find({ scenario, fleet: 'tab' });
      return {
        promise: `${scenario}, tab: at most 2 calls go to the dead region first`,
        found: row ? `${row.typical.lostFirst}; ${row.worst.lostFirst} in the worst run` : '–',
        met: row && row.typical.lostFirst <= 2,
      };
    }),
    ...['offline-30', 'sleep-1h', 'clock-forward', 'clock-back'].flatMap((scenario) =>
      alone.flatMap((fleet) => [
        counted({ scenario, fleet }, 'blamed', 0, 'no region is blamed'),
        wholly({ scenario, fleet }, 'the next call goes to the right region'),
      ]),
    ),
    counted({ scenario: 'two-in-flight', fleet: 'scripted' }, 'failed', 0, 'both calls succeed'),
    counted({ scenario: 'burst-429', fleet: 'scripted' }, 'earlyRetries', 0, 'no early retry'),
    counted({ scenario: 'burst-429-all', fleet: 'scripted' }, 'earlyRetries', 0, 'no early retry'),
  ];
}
