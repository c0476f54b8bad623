import { policies } from '../../engine/policies.ts';
import type { RunRecord } from '../../engine/types.ts';
import { metricValue, seconds } from '../view/format.ts';
import type { Window } from '../view/window.ts';
import { successChart, trafficChart, waitChart } from './charts.ts';
import { colours, tones } from './colours.ts';
import { clientLane, regionLane } from './lanes.ts';
import { element, label, type Section, stacked, title } from './svg.ts';
import { axis, frame } from './track.ts';

/**
 * A run's timeline as a picture that needs nothing else: its colours are its own, it refers to nothing outside, and it can
 * be read on paper.
 *
 * @param window what part of the run; all of it when absent
 */
export function timelineSvg(record: RunRecord, window: Window = { from: 0, span: record.durationMs }): string {
  const { svg, height } = stacked(
    [
      heading(record, window),
      axis(window),
      ...clientLane(record, window),
      ...record.regions.map((region) => regionLane(record, region, window)),
      trafficChart(record, window),
      waitChart(record, window),
      successChart(record, window),
      legend(),
    ],
    12,
  );
  const whole = { width: frame.width, height: height + frame.margin * 2 };
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      ...whole,
      viewBox: `0 0 ${whole.width} ${whole.height}`,
      role: 'img',
      'font-family': 'system-ui, -apple-system, Segoe UI, sans-serif',
      'font-size': 13,
      fill: colours.ink,
    },
    title(`${record.scenario.title}: the timeline of a run`),
    element('defs', {}, hatch('gap', tones.bad), hatch('back', tones.test)),
    element('rect', { ...whole, fill: colours.panel }),
    element('g', { transform: `translate(0 ${frame.margin})` }, svg),
  );
}

/** What was run, and what came of it. */
function heading(record: RunRecord, { from, span }: Window): Section {
  const { scenario, policy, metrics } = record;
  const by = policies.find(({ id }) => id === policy.id)?.label ?? policy.id;
  const facts = [
    by,
    `seed ${scenario.seed}`,
    `${(from / 1_000).toFixed(1)} – ${seconds(from + span)}`,
    `${metricValue(metrics.success)} ${metrics.success.label}`,
    `p95 ${metricValue(metrics.p95Ms)}`,
  ];
  return {
    height: 42,
    svg:
      label(scenario.title, { x: frame.margin, y: 16, 'font-size': 18, 'font-weight': 600 }) +
      label(facts.join(' · '), { x: frame.margin, y: 37, fill: colours.soft }),
  };
}

/** What is meant by what. */
function legend(): Section {
  const size = { width: 24, height: 10, y: 3 };
  const keys: readonly (readonly [look: Readonly<Record<string, string | number>>, text: string])[] = [
    [{ fill: colours.raised, stroke: colours.edge, rx: 3 }, 'a fault'],
    [{ fill: tones.bad }, 'what is so'],
    [{ fill: tones.bad, 'fill-opacity': 0.18, stroke: tones.bad }, 'what is believed'],
    [{ fill: 'url(#gap)', stroke: tones.bad }, 'the gap'],
    [{ fill: 'url(#back)', stroke: tones.test }, 'until it answers again'],
  ];
  const drawn = keys.map(([look, text], index) => {
    const x = frame.track + index * 160;
    return element('rect', { ...size, ...look, x }) + label(text, { x: x + 30, y: 12, fill: colours.soft });
  });
  const name = label('azure-openai-failover', { x: frame.margin, y: 12, 'font-size': 11, fill: colours.soft });
  return { height: 16, svg: name + drawn.join('') };
}

const hatch = (id: string, stroke: string): string =>
  element(
    'pattern',
    { id, width: 5, height: 5, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
    element('path', { d: 'M1 0v5', stroke, 'stroke-width': 2 }),
  );
