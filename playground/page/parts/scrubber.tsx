import { useComputed } from '@preact/signals';
import { moveByKey } from '../state/move.ts';
import { pause, playbackEnd, playhead, seek } from '../state/playback.ts';
import { playheadText, shownWindow } from '../state/timeline.ts';

/** Lies over all lanes: a click or a drag anywhere on them moves the playhead. */
export function Scrubber() {
  const now = useComputed(() => Math.round(playhead.value / 100) / 10);
  const seekTo = ({ clientX, currentTarget }: PointerEvent): void => {
    if (!(currentTarget instanceof HTMLElement)) return;
    const { left, width } = currentTarget.getBoundingClientRect();
    const { from, span } = shownWindow.peek();
    seek(from + (Math.min(width, Math.max(0, clientX - left)) / width) * span);
  };
  return (
    <div class="scrubber">
      <div class="future" />
      <div class="playhead" />
      <div
        class="slider"
        role="slider"
        tabIndex={0}
        aria-label="Moment of the run"
        aria-valuemin={0}
        aria-valuemax={playbackEnd.value / 1_000}
        aria-valuenow={now.value}
        aria-valuetext={playheadText.value}
        aria-keyshortcuts="ArrowLeft ArrowRight Home End"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          pause();
          event.currentTarget.setPointerCapture(event.pointerId);
          seekTo(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) seekTo(event);
        }}
        onKeyDown={(event) => {
          if (moveByKey(event)) {
            event.preventDefault();
            event.stopPropagation();
          }
        }}
      />
    </div>
  );
}
