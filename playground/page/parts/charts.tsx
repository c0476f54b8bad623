import type { ComponentChildren } from 'preact';
import type { RunRecord, Series } from '../../engine/types.ts';
import { titles } from '../state/derived.ts';
import { duration, percent } from '../view/format.ts';
import type { Window } from '../view/window.ts';

interface ChartProps {
  readonly record: RunRecord;
  readonly window: Window;
}
interface ComparedProps extends ChartProps {
  readonly rival: RunRecord | undefined;
}

/** Where each second's attempts went, as parts of all. */
export function TrafficChart({ record, window }: ChartProps) {
  const { stepMs, attempts } = record.series;
  const regions = record.regions.map(({ id }) => id);
  const totals = regions.reduce<number[]>((sums, id) => addLists(sums, attempts[id] ?? []), []);
  const floors = new Array<number>(totals.length).fill(0);
  const bands = regions.map((id) => {
    const path = totals
      .map((total, step) => {
        const share = total === 0 ? 0 : (attempts[id]?.[step] ?? 0) / total;
        const from = floors[step] ?? 0;
        floors[step] = from + share;
        return share === 0 ? '' : rectangle(step * stepMs, stepMs, from, share);
      })
      .join('');
    return { id, path };
  });
  return (
    <Chart
      label={
        <>
          Traffic
          {regions.map((id, index) => (
            <span key={id} class="swatch" data-region-index={index}>
              {titles.value.get(id)}
            </span>
          ))}
        </>
      }
      summary={`Where attempts went: ${regions
        .map((id) => `${titles.value.get(id)} ${shareOf(attempts[id] ?? [], totals)}`)
        .join(', ')}.`}
      window={window}
      kind="traffic"
    >
      {bands.map(({ id, path }, index) => (
        <path key={id} d={path} data-region-index={index} />
      ))}
    </Chart>
  );
}

/** Until headers, or an error: what the caller waits. */
export function LatencyChart({ record, rival, window }: ComparedProps) {
  const { p95Ms } = record.series;
  const most = Math.max(1_000, ...p95Ms.map((ms) => ms ?? 0), ...(rival?.series.p95Ms.map((ms) => ms ?? 0) ?? []));
  const shown = record.metrics.p95Ms.value;
  return (
    <Chart
      label={
        <>
          Wait <small>p50, p95 to {duration(most)}</small>
        </>
      }
      summary={`Half of all calls had headers within ${duration(record.metrics.p50Ms.value ?? 0)}, 95 of 100 within ${duration(shown ?? 0)}.`}
      window={window}
      kind="latency"
    >
      {rival && <path class="rival" d={line(rival.series, 'p95Ms', most)} />}
      <path class="p95" d={line(record.series, 'p95Ms', most)} />
      <path class="p50" d={line(record.series, 'p50Ms', most)} />
    </Chart>
  );
}

/** Of the calls that began in each second, how many were answered. */
export function SuccessChart({ record, rival, window }: ComparedProps) {
  const summary = (run: RunRecord): string => percent(run.metrics.success.value ?? 0);
  return (
    <Chart
      label={
        <>
          Answered <small>{rival ? 'above: library, below: rival' : 'by when the call began'}</small>
        </>
      }
      summary={`${summary(record)} of all calls were answered${rival ? `; ${summary(rival)} with the rival` : ''}.`}
      window={window}
      kind="success"
    >
      <SuccessBars series={record.series} from={rival ? 0.52 : 0} height={rival ? 0.48 : 1} />
      {rival && <SuccessBars series={rival.series} from={0} height={0.48} />}
    </Chart>
  );
}

interface BarsProps {
  readonly series: Series;
  readonly from: number;
  readonly height: number;
}

function SuccessBars({ series: { stepMs, calls, ok }, from, height }: BarsProps) {
  const bars = (part: (share: number) => readonly [number, number]): string =>
    calls
      .map((begun, step) => {
        if (begun === 0) return '';
        const [bottom, size] = part((ok[step] ?? 0) / begun);
        return size === 0 ? '' : rectangle(step * stepMs, stepMs, from + bottom * height, size * height);
      })
      .join('');
  return (
    <>
      <path data-tone="good" d={bars((share) => [0, share])} />
      <path data-tone="bad" d={bars((share) => [share, 1 - share])} />
    </>
  );
}

interface FrameProps {
  readonly label: ComponentChildren;
  readonly summary: string;
  readonly window: Window;
  readonly kind: string;
  readonly children: ComponentChildren;
}

const Chart = ({ label, summary, window, kind, children }: FrameProps) => (
  <figure class={`chart row ${kind}`}>
    <figcaption class="label">
      <span aria-hidden="true">{label}</span>
      <span class="sr-only">{summary}</span>
    </figcaption>
    <div class="track">
      <svg viewBox={`${window.from} 0 ${window.span} 100`} preserveAspectRatio="none" aria-hidden="true">
        {children}
      </svg>
    </div>
  </figure>
);

/** A bar of a chart that is 100 high and has its zero at the bottom. */
const rectangle = (from: number, width: number, bottom: number, height: number): string =>
  `M${from} ${(100 - bottom * 100).toFixed(1)}v${(-height * 100).toFixed(1)}h${width}v${(height * 100).toFixed(1)}z`;

/** Steps are joined over those in which no call began. */
function line({ stepMs, ...series }: Series, of: 'p50Ms' | 'p95Ms', most: number): string {
  let path = '';
  series[of].forEach((ms, step) => {
    if (ms === null) return;
    const y = 98 - (Math.sqrt(ms) / Math.sqrt(most)) * 94;
    path += `${path === '' ? 'M' : 'L'}${(step + 0.5) * stepMs} ${y.toFixed(1)}`;
  });
  return path;
}

const addLists = (a: readonly number[], b: readonly number[]): number[] =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, at) => (a[at] ?? 0) + (b[at] ?? 0));

function shareOf(own: readonly number[], totals: readonly number[]): string {
  const sum = (list: readonly number[]): number => list.reduce((all, n) => all + n, 0);
  return percent(sum(totals) === 0 ? 0 : sum(own) / sum(totals));
}
