import { mode } from '../state/mode.ts';
import { loop, playbackEnd } from '../state/playback.ts';
import { isZoomed, shownWindow, toggleLoop, zoomIn, zoomOut, zoomTo } from '../state/timeline.ts';
import { windowBetween } from '../view/window.ts';

const spans: readonly number[] = [60, 20, 5];

/** What part of the run is shown, and whether it is played again and again. */
export function Zoom() {
  const { from, span } = shownWindow.value;
  const known = isZoomed.value ? spans.find((seconds) => seconds * 1_000 === span) : 0;
  return (
    <fieldset class="zoom" aria-label="What part of the run is shown">
      <label>
        Show{' '}
        <select
          value={known ?? ''}
          onChange={({ currentTarget }) => {
            if (currentTarget.value === '0') zoomOut();
            else zoomTo(Number(currentTarget.value) * 1_000);
          }}
        >
          {known === undefined && <option value="">a stretch</option>}
          <option value={0}>whole run</option>
          {spans.map((seconds) => (
            <option key={seconds} value={seconds}>
              {seconds} s
            </option>
          ))}
        </select>
      </label>
      {isZoomed.value && (
        <span>
          <End
            label="from"
            value={from}
            onChange={(at) => zoomIn(windowBetween(at, from + span, playbackEnd.peek()))}
          />{' '}
          <End label="to" value={from + span} onChange={(at) => zoomIn(windowBetween(from, at, playbackEnd.peek()))} />
        </span>
      )}
      <button
        type="button"
        aria-pressed={loop.value !== undefined}
        disabled={mode.value === 'live'}
        aria-keyshortcuts="o"
        title="What is shown is played again and again (o)"
        onClick={toggleLoop}
      >
        <span aria-hidden="true">⟲</span> Loop
      </button>
    </fieldset>
  );
}

interface EndProps {
  readonly label: string;
  /** ms. */
  readonly value: number;
  readonly onChange: (at: number) => void;
}

function End({ label, value, onChange }: EndProps) {
  const shown = Math.round(value / 100) / 10;
  return (
    <label>
      {label}{' '}
      <input
        type="number"
        min={0}
        max={playbackEnd.value / 1_000}
        step={0.1}
        value={shown}
        onChange={({ currentTarget }) => {
          if (Number.isFinite(currentTarget.valueAsNumber)) onChange(currentTarget.valueAsNumber * 1_000);
          // What is not possible is not left standing.
          else currentTarget.valueAsNumber = shown;
        }}
      />
    </label>
  );
}
