import { useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { playhead } from '../state/playback.ts';
import { record, rivalRecord, scenario } from '../state/session.ts';
import { shownWindow } from '../state/timeline.ts';
import { zoom } from '../state/view.ts';
import { left, rulerTicks } from '../view/window.ts';
import { LatencyChart, SuccessChart, TrafficChart } from './charts.tsx';
import { ClientLane, Lane } from './lane.tsx';
import { Scrubber } from './scrubber.tsx';
import { SeriesTable } from './series-table.tsx';

const zooms: readonly (readonly [seconds: number, label: string])[] = [
  [0, 'whole run'],
  [60, '60 s'],
  [20, '20 s'],
  [5, '5 s'],
];

/** The whole run over one axis of time: what was so, what was believed, and what came of it. */
export function Timeline() {
  const body = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const { from, span } = shownWindow.value;
    body.current?.style.setProperty('--at', String((playhead.value - from) / span));
  });
  const shown = record.value;
  const window = shownWindow.value;
  return (
    <section class="timeline panel" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">Timeline</h2>
        <p class="legend" aria-hidden="true">
          <span class="key-truth" /> what is so <span class="key-belief" /> what is believed <span class="key-gap" />{' '}
          the gap
        </p>
        <label class="zoom">
          Show{' '}
          <select
            value={zoom.value}
            onChange={({ currentTarget }) => {
              zoom.value = Number(currentTarget.value);
            }}
          >
            {zooms.map(([seconds, label]) => (
              <option key={seconds} value={seconds}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </header>
      <div class="body" ref={body}>
        <div class="ruler row" aria-hidden="true">
          <div class="label" />
          <div class="track">
            {rulerTicks(window).map((at) => (
              <span key={at} style={{ left: left(at, window) }}>
                {at / 1_000}
                {at === 0 ? ' s' : ''}
              </span>
            ))}
          </div>
        </div>
        {shown && shown.client.length > 0 && <ClientLane record={shown} window={window} />}
        {scenario.value.regions.map((region) => (
          <Lane key={region.id} region={region} record={shown} window={window} />
        ))}
        {shown && <TrafficChart record={shown} window={window} />}
        {shown && <LatencyChart record={shown} rival={rivalRecord.value} window={window} />}
        {shown && <SuccessChart record={shown} rival={rivalRecord.value} window={window} />}
        <Scrubber />
      </div>
      {shown && <SeriesTable record={shown} />}
    </section>
  );
}
