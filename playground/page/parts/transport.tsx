import { stepTo } from '../state/act.ts';
import { mode } from '../state/mode.ts';
import { togglePlay } from '../state/play.ts';
import { isPlaying, liveEdge, moment, playbackEnd, speed, speeds } from '../state/playback.ts';

/** Play, step and speed. */
export function Transport() {
  const isLive = mode.value === 'live';
  const isGoing = liveEdge.value !== undefined;
  const pause = isLive ? { shape: '■', word: 'Stop' } : { shape: '❚❚', word: 'Pause' };
  const { shape, word } = isPlaying.value ? pause : { shape: '▶', word: 'Play' };
  return (
    <fieldset class="transport" aria-label="Playback">
      <button
        type="button"
        class="icon back"
        disabled={isGoing}
        aria-label="Event before"
        title="Event before (←)"
        onClick={() => stepTo(-1)}
      >
        <StepIcon />
      </button>
      <button
        type="button"
        class="play"
        aria-keyshortcuts="Space"
        title={isLive ? 'Play or stop (space)' : 'Play or pause (space)'}
        onClick={togglePlay}
      >
        <span aria-hidden="true">{shape}</span> {word}
      </button>
      <button
        type="button"
        class="icon"
        disabled={isGoing}
        aria-label="Next event"
        title="Next event (→)"
        onClick={() => stepTo(1)}
      >
        <StepIcon />
      </button>
      <output class="clock" aria-label="Moment">
        {(moment.value / 1_000).toFixed(1)} <span>/ {playbackEnd.value / 1_000} s</span>
      </output>
      <label title="Run time per real time (, and .)">
        <span class="sr-only">Speed</span>
        <select
          value={speed.value}
          disabled={isLive}
          onChange={({ currentTarget }) => {
            speed.value = Number(currentTarget.value);
          }}
        >
          {speeds.map((times) => (
            <option key={times} value={times}>
              {times === 0.25 ? '¼' : times === 0.5 ? '½' : times}×
            </option>
          ))}
        </select>
      </label>
    </fieldset>
  );
}

const StepIcon = () => (
  <svg class="step" viewBox="0 0 12 12" aria-hidden="true">
    <path d="M2 2l6 4-6 4zM9 2h1.5v8H9z" />
  </svg>
);
