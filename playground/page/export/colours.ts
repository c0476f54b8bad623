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

/** In the order of the regions. */
export const regionColours = [
  '#005b8f',
  '#3a98cf',
  '#889900',
  '#770044',
  '#cc7777',
  '#443300',
  '#666611',
  '#995566',
] as const;

export const regionColour = (index: number): string => regionColours[index % regionColours.length] ?? colours.accent;
