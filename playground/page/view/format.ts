import type { Metric } from '../../engine/types.ts';

/** `12.4 s`. */
export const seconds = (ms: number, digits = 1): string => `${(ms / 1_000).toFixed(digits)} s`;

/** As short as it can be read exactly enough: `140 ms`, `1.24 s`, `12 s`, `2 min`, `1 day`. */
export function duration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 9_995) return `${(ms / 1_000).toFixed(2)} s`;
  if (ms < 100_000) return `${trimmed(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${trimmed(ms / 60_000)} min`;
  return ms < 172_800_000 ? `${trimmed(ms / 3_600_000)} h` : `${trimmed(ms / 86_400_000)} days`;
}

/** Never says 100 % of what is only nearly all, nor 0 % of what is not nothing. */
export function percent(share: number): string {
  if (share === 0 || share === 1) return `${share * 100} %`;
  const shown = Math.min(99.9, Math.max(0.1, share * 100));
  return `${shown < 10 || shown > 90 ? shown.toFixed(1) : Math.round(shown)} %`;
}

export function metricValue({ value, unit }: Pick<Metric, 'unit' | 'value'>): string {
  if (value === null) return '–';
  switch (unit) {
    case 'share':
      return percent(value);
    case 'ms':
      return duration(value);
    case 'ratio':
      return value.toFixed(2);
    case 'count':
      return String(value);
  }
}

/** What a figure was counted from: `12 / 13`, `of 13`; of a part of the time, `1784 s / 1800 s`. */
export function counted({ id, numerator, denominator }: Pick<Metric, 'id' | 'numerator' | 'denominator'>): string {
  const amount = id === 'beliefAccuracy' ? (ms: number) => seconds(ms, 0) : String;
  return numerator === undefined ? `of ${amount(denominator)}` : `${amount(numerator)} / ${amount(denominator)}`;
}

/** `3 calls`, `1 call`. */
export const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;

/** `a`, `a and b`, `a, b and c`. */
export const list = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

const trimmed = (value: number): string => (value < 10 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0));
