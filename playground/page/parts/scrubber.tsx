import { useComputed } from '@preact/signals';
import { beginBrush, brush, cancelBrush, endBrush, moveBrush } from '../state/brush.ts';
import { moveByKey } from '../state/move.ts';
import { pause, playbackEnd, playhead, seek } from '../state/playback.ts';
import { playheadText, shownWindow, zoomOut } from '../state/timeline.ts';

/**
 * Lies over all lanes: a click or a drag anywhere on them moves the playhead, and a drag over the ruler, or with Shift,
 * chooses a stretch to zoom in on.
 */
export function Scrubber() {
  const now = useComputed(() => Math.round(playhead.value / 100) / 10);
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
          event.currentTarget.setPointerCapture(event.pointerId);
          if (event.shiftKey) {
            beginBrush(momentAt(event));
            return;
          }
          pause();
          seek(momentAt(event));
        }}
        onPointerMove={(event) => {
          if (brush.peek()) moveBrush(momentAt(event));
          else if (event.currentTarget.hasPointerCapture(event.pointerId)) seek(momentAt(event));
        }}
        onPointerUp={endBrush}
        onPointerCancel={cancelBrush}
        onDblClick={zoomOut}
        onKeyDown={(event) => {
          if (moveByKey(event)) {
            event.preventDefault();
            event.stopPropagation();
          }
        }}
      />
      <div
        class="brush-zone"
        aria-hidden="true"
        title="Drag to zoom in, double click for the whole run"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          beginBrush(momentAt(event));
        }}
        onPointerMove={(event) => moveBrush(momentAt(event))}
        onPointerUp={endBrush}
        onPointerCancel={cancelBrush}
        onDblClick={zoomOut}
      />
    </div>
  );
}

/** The moment under the pointer, ms; outside of what is shown, its end. */
function momentAt({ clientX, currentTarget }: PointerEvent): number {
  const { from, span } = shownWindow.peek();
  if (!(currentTarget instanceof HTMLElement)) return from;
  const { left, width } = currentTarget.getBoundingClientRect();
  return from + (Math.min(width, Math.max(0, clientX - left)) / width) * span;
}
