import type { Tone } from '../view/marks.ts';

export type Palette = Readonly<Record<Tone | 'ink' | 'line' | 'paper', string>>;

const names: readonly (keyof Palette)[] = [
  'good',
  'bad',
  'wait',
  'cut',
  'slow',
  'test',
  'calm',
  'ink',
  'line',
  'paper',
];

/** The style sheet's colours, as a canvas can use them. */
export function readPalette(element: Element): Palette {
  const probe = document.createElement('span');
  element.append(probe);
  const colours = names.map((name) => {
    probe.style.color = `var(--tone-${name})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(colours) as Palette;
}
