import type { ComponentChildren } from 'preact';
import type { RunRecord, Series } from '../../engine/types.ts';
import { titles } from '../state/derived.ts';
import { duration, percent } from '../view/format.ts';
import { mostWait, successPaths, trafficPaths, waitPath } from '../view/series-paths.ts';
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
  const regions = trafficPaths(record);
  return (
    <Chart
      label={
        <>
          Traffic
          {regions.map(({ id }, index) => (
            <span key={id} class="swatch" style={colourOf(index)}>
              {titles.value.get(id)}
            </span>
          ))}
        </>
      }
      summary={`Where attempts went: ${regions
        .map(({ id, share }) => `${titles.value.get(id)} ${percent(share)}`)
        .join(', ')}.`}
      window={window}
      kind="traffic"
    >
      {regions.map(({ id, path }, index) => (
        <path key={id} d={path} style={colourOf(index)} />
      ))}
    </Chart>
  );
}

/** The style sheet has eight colours for regions; their order, which is that of the legend, tells more apart. */
const colourOf = (index: number) => ({ '--region': `var(--region-${(index % 8) + 1})` });

/** Until headers, or an error: what the caller waits. */
export function LatencyChart({ record, rival, window }: ComparedProps) {
  const most = mostWait(record.series, ...(rival ? [rival.series] : []));
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
      {rival && <path class="rival" d={waitPath(rival.series, 'p95Ms', most)} />}
      <path class="p95" d={waitPath(record.series, 'p95Ms', most)} />
      <path class="p50" d={waitPath(record.series, 'p50Ms', most)} />
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

function SuccessBars({ series, from, height }: BarsProps) {
  const { good, bad } = successPaths(series, from, height);
  return (
    <>
      <path data-tone="good" d={good} />
      <path data-tone="bad" d={bad} />
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
