import type { RegionRecord, RunRecord } from '../../engine/types.ts';
import { faultPlaces } from '../view/fault-places.ts';
import {
  beliefBlocks,
  clientBlocks,
  gapsOf,
  type LaneBlock,
  type LaneGap,
  ticksOf,
  truthBlocks,
} from '../view/lane.ts';
import type { Window } from '../view/window.ts';
import { regionTitle } from '../view/words.ts';
import { colours, tones } from './colours.ts';
import { element, label, type Section } from './svg.ts';
import { box, drawing, frame, row, x } from './track.ts';

const FAULT = 20;
const STRIPE = 16;
const GAPS = 14;
const TICKS = 10;
/** Room for the longest text of a gap, px. */
const GAP_TEXT = 120;
/** Room for the text of the smallest fault that has any, as a part of what is shown. */
const LEAST = 0.02;

/** What befell the clients, where anything did. */
export function clientLane(record: RunRecord, window: Window): readonly Section[] {
  const faults = faultBoxes(record, 'client', window);
  if (faults.height === 0) return [];
  const height = faults.height + STRIPE;
  const stripe = clientBlocks(record.client).map((block) => truthBox(block, window, faults.height));
  return [{ height, svg: row('Clients', height, faults.svg + stripe.join('')) }];
}

/** One region: what was put on it, what was so, what was believed, and how long it took to see. */
export function regionLane(record: RunRecord, region: RegionRecord, window: Window): Section {
  const faults = faultBoxes(record, region.id, window);
  const truth = faults.height;
  const gaps = truth + STRIPE;
  const belief = gaps + GAPS;
  const ticks = belief + (region.belief ? STRIPE + 2 : 0);
  const options = record.scenario.regions.find(({ id }) => id === region.id);
  const svg = [
    faults.svg,
    ...truthBlocks(region).map((block) => truthBox(block, window, truth)),
    ...gapsOf(record, region).map((gap) => gapBox(gap, window, gaps)),
    ...(region.belief ? beliefBlocks(region.belief).map((block) => beliefBox(block, window, belief)) : []),
    drawing(
      window,
      { y: ticks, height: TICKS, tall: 10 },
      ...ticksOf(record, region.id).map(([tone, d]) =>
        element('path', { d, stroke: tones[tone], 'vector-effect': 'non-scaling-stroke' }),
      ),
    ),
  ].join('');
  const height = ticks + TICKS;
  return { height, svg: row(options ? regionTitle(options) : region.id, height, svg) };
}

function faultBoxes({ scenario }: RunRecord, target: string, window: Window): Section {
  const places = faultPlaces(scenario.faults, target, (window.span * LEAST) / 1_000);
  const boxes = places.map(({ fault: [from, to, , what], row }) =>
    box(
      { from: from * 1_000, to: to * 1_000, window },
      { y: row * FAULT, height: FAULT - 3 },
      { fill: colours.raised, stroke: colours.edge, rx: 4 },
      label(what, { x: 6, y: 12, 'font-size': 11, 'font-family': 'ui-monospace, Menlo, monospace' }),
    ),
  );
  return { height: Math.max(0, ...places.map(({ row }) => row + 1)) * FAULT, svg: boxes.join('') };
}

const truthBox = ({ from, to, mark, text }: LaneBlock, window: Window, y: number): string =>
  box(
    { from, to, window },
    { y, height: STRIPE },
    { fill: tones[mark.tone], 'fill-opacity': mark.tone === 'good' ? 0.3 : 1, rx: 2 },
    text && blockText(`${mark.shape} ${text}`, colours.panel),
  );

function beliefBox({ from, to, mark, text, part }: LaneBlock, window: Window, y: number): string {
  const stretch = { from, to, window };
  if (part !== undefined) {
    const height = STRIPE * part;
    return box(stretch, { y: y + STRIPE - height, height }, { fill: tones[mark.tone], 'fill-opacity': 0.45 });
  }
  const isTrusted = mark.tone === 'good';
  const look = {
    fill: isTrusted ? 'none' : tones[mark.tone],
    'fill-opacity': 0.18,
    stroke: tones[mark.tone],
    'stroke-opacity': isTrusted ? 0.45 : 1,
  };
  return box(
    stretch,
    { y: y + 0.5, height: STRIPE - 1 },
    look,
    text && blockText(`${mark.shape} ${text}`, colours.ink),
  );
}

function gapBox({ from, to, isBack, word, took }: LaneGap, window: Window, y: number): string {
  const end = Math.max(to, from + window.span / 400);
  const look = isBack ? { fill: 'url(#back)', stroke: tones.test } : { fill: 'url(#gap)', stroke: tones.bad };
  const hatched = box({ from, to: end, window }, { y: y + 1, height: GAPS - 2 }, look);
  if (!hatched || to > window.from + window.span) return hatched;
  const font = { y: y + 11, 'font-size': 11, 'font-weight': 600 };
  const hasRoom = x(end, window) + GAP_TEXT < frame.width;
  const place = hasRoom ? { x: x(end, window) + 5 } : { x: x(from, window) - 5, 'text-anchor': 'end' };
  return hatched + label(`${word} ${took}`, { ...font, ...place });
}

const blockText = (text: string, fill: string): string =>
  label(text, { x: 4, y: 12, 'font-size': 11, 'font-weight': 600, fill });
