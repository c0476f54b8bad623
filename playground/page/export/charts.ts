import type { RunRecord } from '../../engine/types.ts';
import { duration } from '../view/format.ts';
import { titlesOf } from '../view/headline.ts';
import { mostWait, successPaths, trafficPaths, waitPath } from '../view/series-paths.ts';
import type { Window } from '../view/window.ts';
import { colours, regionColour, tones } from './colours.ts';
import { element, label, type Section } from './svg.ts';
import { drawing, frame } from './track.ts';

const HEIGHT = 40;
const LINE = 14;

/** Where attempts went, as parts of all. */
export function trafficChart(record: RunRecord, window: Window): Section {
  const titles = titlesOf(record);
  const regions = trafficPaths(record);
  const swatches = regions.map(({ id }, index) => {
    const y = LINE * (index + 1);
    const square = { x: frame.margin, y: y + 3, width: 9, height: 9 };
    return (
      element('rect', { ...square, fill: regionColour(index) }) +
      label(titles.get(id) ?? id, { x: frame.margin + 14, y: y + 11, 'font-size': 11, fill: colours.soft })
    );
  });
  const bands = regions.map(({ path: d }, index) => element('path', { d, fill: regionColour(index) }));
  const { height, svg } = chart('Traffic', [], window, bands, Math.max(HEIGHT, LINE * (regions.length + 1)));
  return { height, svg: svg + swatches.join('') };
}

/** How long callers waited, half of them and 95 of 100. */
export function waitChart({ series }: RunRecord, window: Window): Section {
  const most = mostWait(series);
  const line = { fill: 'none', 'vector-effect': 'non-scaling-stroke' };
  return chart('Wait', [`p50, p95 to ${duration(most)}`], window, [
    element('path', { ...line, d: waitPath(series, 'p95Ms', most), stroke: colours.soft, 'stroke-width': 1.25 }),
    element('path', { ...line, d: waitPath(series, 'p50Ms', most), stroke: colours.accent, 'stroke-width': 1.75 }),
  ]);
}

/** How many of the calls were answered. */
export function successChart({ series }: RunRecord, window: Window): Section {
  const { good, bad } = successPaths(series);
  return chart('Answered', ['by when the call began'], window, [
    element('path', { d: good, fill: tones.good, 'fill-opacity': 0.45 }),
    element('path', { d: bad, fill: tones.bad }),
  ]);
}

function chart(
  name: string,
  notes: readonly string[],
  window: Window,
  paths: readonly string[],
  height = HEIGHT,
): Section {
  const texts = [
    label(name, { x: frame.margin, y: 11, 'font-weight': 600 }),
    ...notes.map((note, index) =>
      label(note, { x: frame.margin, y: 11 + LINE * (index + 1), 'font-size': 11, fill: colours.soft }),
    ),
  ];
  return { height, svg: texts.join('') + drawing(window, { y: 0, height, tall: 100 }, ...paths) };
}
