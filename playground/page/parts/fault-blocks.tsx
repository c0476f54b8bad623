import type { ScenarioFault } from '../../../src/simulator/index.ts';
import { bounds, drag, selected } from '../state/fault-drag.ts';
import { scenario } from '../state/session.ts';
import { trackWidth } from '../state/timeline.ts';
import { faultPlaces } from '../view/fault-places.ts';
import type { Window } from '../view/window.ts';
import { FaultBlock } from './fault-block.tsx';

interface Props {
  /** A region's id, or `client`. */
  readonly lane: string;
  readonly title: string;
  readonly window: Window;
}

/** No block is drawn narrower than this, so that it can be hit; px. */
const LEAST_PX = 24;

/** What befalls a region, or the clients, to take hold of. */
export function FaultBlocks({ lane, title, window }: Props) {
  const { placed, now } = drag.value ?? {};
  const faults = scenario.value.faults.map((fault) => (now && fault === placed ? now : fault));
  const least = ((window.span / trackWidth.value) * LEAST_PX) / 1_000;
  const places = faultPlaces(faults, lane, least);
  if (places.length === 0) return null;
  const rows = Math.max(...places.map(({ row }) => row)) + 1;
  const chosen = now ?? (selected.value?.lane === lane ? selected.value.fault : undefined);
  return (
    <div class="faults" style={{ '--rows': rows }}>
      {places.map(({ fault, row }, index) => {
        if (!isSeen(fault, window)) return null;
        return (
          <FaultBlock
            // A block that is dragged is another fault at every step, and must stay the element that it is.
            key={index}
            {...{ fault, row, lane, title, window }}
            fixed={fixedUntil(fault, bounds.value.earliest)}
            isChosen={fault === chosen}
          />
        );
      })}
    </div>
  );
}

const isSeen = ([from, to]: ScenarioFault, window: Window): boolean =>
  to * 1_000 > window.from && from * 1_000 < window.from + window.span;

/** How much of a fault has happened, in a live run. */
function fixedUntil([from, to]: ScenarioFault, now: number): 'nothing' | 'start' | 'all' {
  if (to < now) return 'all';
  return from < now ? 'start' : 'nothing';
}
