import type { RunRecord, Series } from '../../engine/types.ts';

// Paths of charts that are 100 high, have their zero at the bottom, and their x in ms.

/** Between one region and the next, so that no two colours touch. */
const SLIT = 0.015;

/** Where each step's attempts went, as parts of all: a path for each region, one on the other. */
export function trafficPaths({ regions, series: { stepMs, attempts } }: RunRecord): readonly TrafficPath[] {
  const totals = trafficTotals(regions, attempts);
  const floors = new Array<number>(totals.length).fill(0);
  return regions.map(({ id }) => {
    const path = totals
      .map((total, step) => {
        const share = total === 0 ? 0 : (attempts[id]?.[step] ?? 0) / total;
        const from = floors[step] ?? 0;
        const slit = from === 0 ? 0 : Math.min(SLIT, share / 2);
        floors[step] = from + share;
        return share === 0 ? '' : rectangle(step * stepMs, stepMs, from + slit, share - slit);
      })
      .join('');
    return { id, path, share: sum(totals) === 0 ? 0 : sum(attempts[id] ?? []) / sum(totals) };
  });
}

interface TrafficPath {
  readonly id: string;
  readonly path: string;
  /** Of the attempts of the whole run. */
  readonly share: number;
}

function trafficTotals(regions: RunRecord['regions'], attempts: Series['attempts']): readonly number[] {
  return regions.reduce<readonly number[]>((sums, { id }) => addLists(sums, attempts[id] ?? []), []);
}

const addLists = (a: readonly number[], b: readonly number[]): readonly number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, at) => (a[at] ?? 0) + (b[at] ?? 0));

const sum = (list: readonly number[]): number => list.reduce((all, n) => all + n, 0);

/** Of the calls that began in each step, how many were answered, and how many not, in a part of the height. */
export function successPaths({ stepMs, calls, ok }: Series, bottom = 0, height = 1): { good: string; bad: string } {
  const bars = (part: (share: number) => readonly [number, number]): string =>
    calls
      .map((begun, step) => {
        if (begun === 0) return '';
        const [from, size] = part((ok[step] ?? 0) / begun);
        return size === 0 ? '' : rectangle(step * stepMs, stepMs, bottom + from * height, size * height);
      })
      .join('');
  return { good: bars((share) => [0, share]), bad: bars((share) => [share, 1 - share]) };
}

/** The longest wait that a chart has room for, ms. */
export const mostWait = (...all: readonly Series[]): number =>
  Math.max(1_000, ...all.flatMap(({ p95Ms }) => p95Ms.map((ms) => ms ?? 0)));

/** How long calls waited, by the square root, so that the short waits can be told apart. Steps without calls are skipped. */
export function waitPath({ stepMs, ...series }: Series, of: 'p50Ms' | 'p95Ms', most: number): string {
  let path = '';
  series[of].forEach((ms, step) => {
    if (ms === null) return;
    const y = 98 - (Math.sqrt(ms) / Math.sqrt(most)) * 94;
    path += `${path === '' ? 'M' : 'L'}${(step + 0.5) * stepMs} ${y.toFixed(1)}`;
  });
  return path;
}

const rectangle = (from: number, width: number, bottom: number, height: number): string =>
  `M${from} ${(100 - bottom * 100).toFixed(1)}v${(-height * 100).toFixed(1)}h${width}v${(height * 100).toFixed(1)}z`;
