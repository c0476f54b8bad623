import type { Tone } from '../view/marks.ts';

// The light ones of `tokens.css`: a picture is looked at where there is no style sheet.

export const tones: Readonly<Record<Tone, string>> = {
  good: '#007a59',
  bad: '#c24a00',
  wait: '#a86b00',
  cut: '#a5487f',
  slow: '#827500',
  test: '#0a6ea8',
  calm: '#6b685f',
};

export const colours = {
  panel: '#fffefb',
  raised: '#ffffff',
  line: '#dcd9d0',
  edge: '#8b877b',
  ink: '#1d1d1b',
  soft: '#5d5b54',
  accent: '#005b8f',
} as const;

/** How much of the accent a region has in the chart of traffic, in the order of the regions. */
export const depthOf = (index: number): number => [0.85, 0.45, 0.2][index] ?? 0.1;
