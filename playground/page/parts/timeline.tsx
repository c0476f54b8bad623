import { useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { playhead } from '../state/playback.ts';
import { record, rivalRecord, scenario } from '../state/session.ts';
import { isZoomed, pan, shownWindow, trackWidth } from '../state/timeline.ts';
import { left, rulerTicks } from '../view/window.ts';
import { LatencyChart, SuccessChart, TrafficChart } from './charts.tsx';
import { Guides } from './guides.tsx';
import { ClientLane, Lane } from './lane.tsx';
import { Scrubber } from './scrubber.tsx';
import { SeriesTable } from './series-table.tsx';
import { Zoom } from './zoom.tsx';

/** Room for the longest figure of the ruler, px. */
const FIGURE_PX = 40;

/** The run over one axis of time: what was so, what was believed, and what came of it. */
export function Timeline() {
  const body = useRef<HTMLDivElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  useSignalEffect(() => {
    const { from, span } = shownWindow.value;
    body.current?.style.setProperty('--at', String((playhead.value - from) / span));
  });
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      if (entry && entry.contentRect.width > 0) trackWidth.value = entry.contentRect.width;
    });
    if (ruler.current) observer.observe(ruler.current);
    return () => observer.disconnect();
  }, []);
  const shown = record.value;
  const window = shownWindow.value;
  return (
    <section class="timeline panel" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">Timeline</h2>
        <p class="legend" aria-hidden="true">
          <span class="key-fault" /> a fault <span class="key-truth" /> what is so <span class="key-belief" /> what is
          believed <span class="key-gap" /> the gap
        </p>
        <Zoom />
      </header>
      <div
        class="body"
        ref={body}
        onWheel={(event) => {
          const { deltaX, deltaY, shiftKey } = event;
          const isAside = shiftKey || Math.abs(deltaX) > Math.abs(deltaY);
          if (!isZoomed.peek() || !isAside) return;
          event.preventDefault();
          pan(((deltaX || deltaY) / trackWidth.peek()) * window.span);
        }}
      >
        <div class="ruler row" aria-hidden="true">
          <div class="label" />
          <div class="track" ref={ruler}>
            {rulerTicks(window, Math.min(13, trackWidth.value / FIGURE_PX)).map((at) => (
              <span key={at} style={{ left: left(at, window) }}>
                {at / 1_000}
                {at === 0 ? ' s' : ''}
              </span>
            ))}
          </div>
        </div>
        <ClientLane record={shown} window={window} />
        {scenario.value.regions.map((region) => (
          <Lane key={region.id} region={region} record={shown} window={window} />
        ))}
        {shown && <TrafficChart record={shown} window={window} />}
        {shown && <LatencyChart record={shown} rival={rivalRecord.value} window={window} />}
        {shown && <SuccessChart record={shown} rival={rivalRecord.value} window={window} />}
        <Scrubber />
        <Guides />
      </div>
      {shown && <SeriesTable record={shown} />}
    </section>
  );
}
