import { firstDifference } from '../../engine/difference.ts';
import { policies } from '../../engine/policies.ts';
import type { Metric, MetricId, RunRecord } from '../../engine/types.ts';
import { pause, seek } from '../state/playback.ts';
import { type RivalId, record, rival, rivalRecord } from '../state/session.ts';
import { openTab, selectedCall } from '../state/view.ts';
import { isBetter } from '../view/compare.ts';
import { metricValue, seconds } from '../view/format.ts';
import { Scroll } from './scroll.tsx';

const rivals: readonly { readonly id: RivalId; readonly label: string; readonly about: string }[] = [
  ...policies.flatMap(({ id, label, about }) => (id === 'ours' ? [] : [{ id, label, about }])),
  { id: 'ours', label: 'this library, as it comes', about: 'without the options of the scenario, or yours' },
];

const shown: readonly MetricId[] = [
  'success',
  'errors',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'attemptsPerCall',
  'failovers',
  'wastedAttempts',
  'earlyRetries',
  'truncatedSilent',
];

/** The same seed and the same faults, decided by another policy. */
export function Comparison() {
  const chosen = rivals.find(({ id }) => id === rival.value);
  const left = record.value;
  const right = rivalRecord.value;
  return (
    <section class="compare panel" aria-labelledby="compare-title">
      <header>
        <h2 id="compare-title">This library against</h2>
        <label>
          <span class="sr-only">Rival</span>
          <select
            value={rival.value}
            onChange={({ currentTarget }) => {
              rival.value = rivals.find(({ id }) => id === currentTarget.value)?.id;
            }}
          >
            {rivals.map(({ id, label }) => (
              <option key={id} value={id}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <p class="about">{chosen?.about}</p>
        <button
          type="button"
          class="quiet"
          onClick={() => {
            rival.value = undefined;
          }}
        >
          Close
        </button>
      </header>
      {left && right && <Deltas left={left} right={right} label={chosen?.label ?? ''} />}
      {left && right && <Explained left={left} right={right} label={chosen?.label ?? ''} />}
    </section>
  );
}

interface Sides {
  readonly left: RunRecord;
  readonly right: RunRecord;
  readonly label: string;
}

function Deltas({ left, right, label }: Sides) {
  const rows = shown.map((id) => ({ id, ours: left.metrics[id], theirs: right.metrics[id] }));
  return (
    <Scroll label="Both policies in figures">
      <table>
        <thead>
          <tr>
            <td />
            {rows.map(({ id, ours }) => (
              <th key={id} scope="col" title={ours.of}>
                {ours.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">this library</th>
            {rows.map(({ id, ours }) => (
              <td key={id}>{metricValue(ours)}</td>
            ))}
          </tr>
          <tr>
            <th scope="row">{label}</th>
            {rows.map(({ id, theirs }) => (
              <td key={id}>{metricValue(theirs)}</td>
            ))}
          </tr>
          <tr class="delta">
            <th scope="row">difference</th>
            {rows.map(({ id, ours, theirs }) => (
              <Delta key={id} ours={ours} theirs={theirs} />
            ))}
          </tr>
        </tbody>
      </table>
    </Scroll>
  );
}

function Delta({ ours, theirs }: { readonly ours: Metric; readonly theirs: Metric }) {
  const better = isBetter(ours, theirs);
  if (ours.value === null || theirs.value === null || better === 'same') return <td data-better="same">=</td>;
  const by = Math.abs(ours.value - theirs.value);
  const sign = ours.value > theirs.value ? '+' : '−';
  const size = ours.unit === 'share' ? `${(by * 100).toFixed(1)} pp` : metricValue({ unit: ours.unit, value: by });
  return (
    <td data-better={better}>
      {sign}
      {size} <span aria-hidden="true">{better === 'left' ? '✓' : '✗'}</span>
      <span class="sr-only">{better === 'left' ? 'better' : 'worse'}</span>
    </td>
  );
}

function Explained({ left, right, label }: Sides) {
  const found = firstDifference(left, right);
  if (!found) return <p>Every call had the same fate, and the same region, under both.</p>;
  return (
    <div class="explained">
      <p>
        <strong>Where they part:</strong> call {found.nth + 1}, at {seconds(found.left.beganAt)}.
      </p>
      <ul>
        <li>This library: {found.leftText}.</li>
        <li>
          {label}: {found.rightText}.
        </li>
      </ul>
      <button
        type="button"
        onClick={() => {
          pause();
          seek(found.left.endedAt);
          selectedCall.value = found.nth;
          openTab.value = 'request';
        }}
      >
        Explain the difference
      </button>
    </div>
  );
}
