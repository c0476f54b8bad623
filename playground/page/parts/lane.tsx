import type { ScenarioRegion } from '../../../src/simulator/index.ts';
import type { RunRecord } from '../../engine/types.ts';
import { scenario } from '../state/session.ts';
import { trackWidth } from '../state/timeline.ts';
import { concerns } from '../view/fault-places.ts';
import {
  beliefBlocks,
  clientBlocks,
  gapsOf,
  type LaneBlock,
  type LaneGap,
  laneInWords,
  ticksOf,
  truthBlocks,
} from '../view/lane.ts';
import { left, type Window, width } from '../view/window.ts';
import { regionTitle } from '../view/words.ts';
import { FaultBlocks } from './fault-blocks.tsx';
import { FaultEditing } from './fault-editing.tsx';

interface Props {
  readonly region: ScenarioRegion;
  readonly record: RunRecord | undefined;
  readonly window: Window;
}

/** One region over time: what was put on it, truth, belief, and between them how long it took to see. */
export function Lane({ region, record, window }: Props) {
  const { id } = region;
  const own = record?.regions.find((one) => one.id === id);
  const title = regionTitle(region);
  return (
    <div class="lane row" data-lane={id}>
      <div class="label">{title}</div>
      <div class="track">
        <FaultBlocks lane={id} title={title} window={window} />
        <div class="stripe truth">{own && <Blocks blocks={truthBlocks(own)} window={window} />}</div>
        <div class="gaps">{record && own && <Gaps gaps={gapsOf(record, own)} window={window} />}</div>
        {own?.belief && (
          <div class="stripe belief">
            <Blocks blocks={beliefBlocks(own.belief)} window={window} />
          </div>
        )}
        {record && <Ticks record={record} region={id} window={window} />}
      </div>
      <FaultEditing lane={id} title={title} />
      {record && own && <p class="sr-only">{laneInWords(title, record, own)}</p>}
    </div>
  );
}

/** What befell the clients themselves. */
export function ClientLane({ record, window }: Omit<Props, 'region'>) {
  const befell = record?.client ?? [];
  if (befell.length === 0 && !scenario.value.faults.some((fault) => concerns(fault, 'client'))) return null;
  return (
    <div class="lane row" data-lane="client">
      <div class="label">Clients</div>
      <div class="track">
        <FaultBlocks lane="client" title="the clients" window={window} />
        <div class="stripe truth">
          <Blocks blocks={clientBlocks(befell)} window={window} />
        </div>
      </div>
      <FaultEditing lane="client" title="the clients" />
    </div>
  );
}

const Blocks = ({ blocks, window }: { readonly blocks: readonly LaneBlock[]; readonly window: Window }) => (
  <>
    {blocks.map(({ from, to, mark, text, part }) => (
      <span
        key={`${from} ${text}`}
        class="block"
        data-tone={mark.tone}
        style={{ left: left(from, window), width: width(to - from, window), ...(part && { '--part': part }) }}
        {...(part && { 'data-part': '' })}
      >
        {text && `${mark.shape} ${text}`}
      </span>
    ))}
  </>
);

/** Room for the text of a gap, and for its figure alone, px. */
const TEXT_PX = 100;
const FIGURE_PX = 46;

function Gaps({ gaps, window }: { readonly gaps: readonly LaneGap[]; readonly window: Window }) {
  const pixelsPerMs = trackWidth.value / window.span;
  return gaps.map(({ from, to, isBack, word, took }, index) => {
    const room = ((gaps[index + 1]?.from ?? Number.POSITIVE_INFINITY) - to) * pixelsPerMs;
    return (
      <span
        key={`${from} ${word}`}
        class={`gap ${isBack ? 'back' : ''}`}
        style={{ left: left(from, window), width: width(to - from, window) }}
      >
        {room >= FIGURE_PX && <span>{room < TEXT_PX ? took : `${word} ${took}`}</span>}
      </span>
    );
  });
}

interface TicksProps {
  readonly record: RunRecord;
  readonly region: string;
  readonly window: Window;
}

const Ticks = ({ record, region, window }: TicksProps) => (
  <svg class="ticks" viewBox={`${window.from} 0 ${window.span} 10`} preserveAspectRatio="none" aria-hidden="true">
    {ticksOf(record, region).map(([tone, path]) => (
      <path key={tone} data-tone={tone} d={path} />
    ))}
  </svg>
);
