import { rulerTicks, type Window } from '../view/window.ts';
import { colours } from './colours.ts';
import { element, label, type Section } from './svg.ts';

/** Where everything is, px. */
export const frame = { width: 1_000, margin: 16, track: 150 } as const;
const trackWidth = frame.width - frame.margin - frame.track;

/** A row: its name on the left, and on the right what happened over time. */
export const row = (name: string, height: number, svg: string): string =>
  label(name, { x: frame.margin, y: height / 2 + 4, 'font-weight': 600 }) + svg;

/** Where a moment is, px. */
export const x = (at: number, { from, span }: Window): number => frame.track + ((at - from) / span) * trackWidth;

/** A box over a stretch of time, and the text that fits into it; nothing where it is out of sight. Sizes in px. */
export function box(
  { from, to, window }: { readonly from: number; readonly to: number; readonly window: Window },
  { y, height }: { readonly y: number; readonly height: number },
  look: Readonly<Record<string, string | number>>,
  inner = '',
): string {
  const left = Math.max(x(from, window), frame.track);
  const width = Math.min(x(to, window), frame.track + trackWidth) - left;
  if (width <= 0) return '';
  const size = { x: left, y, width: Math.max(1, width), height };
  return element('rect', { ...size, ...look }) + (inner && element('svg', size, inner));
}

/** Paths whose x is ms, and whose y is from 0 to `tall`, over the whole track. */
export function drawing(window: Window, at: { y: number; height: number; tall: number }, ...paths: readonly string[]) {
  const { y, height, tall } = at;
  return element(
    'svg',
    {
      x: frame.track,
      y,
      width: trackWidth,
      height,
      viewBox: `${window.from} 0 ${window.span} ${tall}`,
      preserveAspectRatio: 'none',
    },
    ...paths,
  );
}

/** The axis of time. */
export function axis(window: Window): Section {
  const marks = rulerTicks(window).flatMap((at) => [
    element('path', { d: `M${x(at, window).toFixed(1)} 18v5`, stroke: colours.edge }),
    label(at === 0 ? '0 s' : String(at / 1_000), {
      x: x(at, window),
      y: 13,
      'text-anchor': 'middle',
      fill: colours.soft,
    }),
  ]);
  const line = element('path', { d: `M${frame.track} 22.5h${trackWidth}`, stroke: colours.line });
  return { height: 24, svg: line + marks.join('') };
}
