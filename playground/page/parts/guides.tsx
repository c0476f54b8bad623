import { brush } from '../state/brush.ts';
import { drag, selected } from '../state/fault-drag.ts';
import { shownWindow } from '../state/timeline.ts';
import { seconds } from '../view/format.ts';
import { isWithin, left, width } from '../view/window.ts';

/** Where what is dragged, or was selected, begins and ends: a line through all lanes each, and both moments in figures. */
export function Guides() {
  const window = shownWindow.value;
  const fault = drag.value?.now ?? selected.value?.fault;
  const { began = 0, now = 0 } = brush.value ?? {};
  const ends = brush.value ? [began, now].sort((a, b) => a - b) : fault && [fault[0] * 1_000, fault[1] * 1_000];
  const [from, to] = ends ?? [];
  if (from === undefined || to === undefined) return null;
  return (
    <div class="guides" aria-hidden="true">
      {brush.value && <div class="brush" style={{ left: left(from, window), width: width(to - from, window) }} />}
      {[from, to].map((at, index) =>
        isWithin(at, window) ? <div key={index} style={{ left: left(at, window) }} /> : null,
      )}
      <output style={{ '--middle': left((from + to) / 2, window) }}>
        {seconds(from).replace(' s', '')} – {seconds(to)}
      </output>
    </div>
  );
}
