import type { Metric, MetricId, RunRecord } from '../../engine/types.ts';
import { record, rivalRecord } from '../state/session.ts';
import { areFiguresOpen } from '../state/view.ts';
import { isBetter } from '../view/compare.ts';
import { counted, metricValue } from '../view/format.ts';
import { Scroll } from './scroll.tsx';

const strip: readonly (readonly [id: MetricId, label: string])[] = [
  ['success', 'answered'],
  ['p95Ms', 'p95 wait'],
  ['attemptsPerCall', 'attempts / call'],
  ['failovers', 'failovers'],
  ['detectMs', 'time to detect'],
  ['failbackMs', 'time to recover'],
  ['earlyRetries', 'too early'],
  ['beliefAccuracy', 'belief = truth'],
];

/** Figures of the whole run, each with what it was counted from. */
export function MetricStrip() {
  const shown = record.value;
  return (
    <section class="metrics" aria-label="Figures of the whole run">
      <dl>
        {strip.map(([id, label]) => (
          <Figure key={id} label={label} metric={shown?.metrics[id]} rival={rivalRecord.value?.metrics[id]} />
        ))}
      </dl>
      <button
        type="button"
        class="quiet"
        aria-expanded={areFiguresOpen.value}
        onClick={() => {
          areFiguresOpen.value = !areFiguresOpen.value;
        }}
      >
        {areFiguresOpen.value ? 'Fewer figures' : 'All figures'}
      </button>
      {areFiguresOpen.value && shown && <AllFigures record={shown} />}
    </section>
  );
}

interface FigureProps {
  readonly label: string;
  readonly metric: Metric | undefined;
  readonly rival: Metric | undefined;
}

function Figure({ label, metric, rival }: FigureProps) {
  return (
    <div title={metric?.of}>
      <dt>{label}</dt>
      <dd>
        <span class="value">{metric ? metricValue(metric) : '–'}</span>
        <small>{metric ? counted(metric) : ''}</small>
        {metric && rival && (
          <small class="rival" data-better={isBetter(metric, rival)}>
            rival {metricValue(rival)}
          </small>
        )}
      </dd>
    </div>
  );
}

function AllFigures({ record }: { readonly record: RunRecord }) {
  return (
    <div class="all-figures">
      <Scroll label="All figures">
        <table>
          <thead>
            <tr>
              <th scope="col">figure</th>
              <th scope="col">value</th>
              <th scope="col">counted</th>
              <th scope="col">of what</th>
            </tr>
          </thead>
          <tbody>
            {Object.values(record.metrics).map((metric) => (
              <tr key={metric.id}>
                <th scope="row">{metric.label}</th>
                <td>{metricValue(metric)}</td>
                <td>{counted(metric)}</td>
                <td>{metric.of}</td>
              </tr>
            ))}
            {record.errorsByClass.map(({ name, calls }) => (
              <tr key={name}>
                <th scope="row">
                  failed with <code>{name}</code>
                </th>
                <td>{calls}</td>
                <td>
                  {calls} / {record.calls.length}
                </td>
                <td>calls</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {record.scorecard.length > 0 && (
        <ul class="scorecard" aria-label="What the scenario asserts">
          {record.scorecard.map(({ text, holds, measured, assert }) => (
            <li key={text} data-holds={holds}>
              <span aria-hidden="true">{holds ? '✓' : '✗'}</span> <code>{text}</code>{' '}
              <small>
                {holds ? 'holds' : 'does not hold'}:{' '}
                {metricValue({ ...record.metrics[assert.metric], value: measured })}
              </small>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
