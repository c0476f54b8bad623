import type { Figure } from '../row.ts';

const percent = (digits: number) => (value: number) => `${(value * 100).toFixed(digits)} %`;
const times = (value: number): string => `× ${value.toFixed(2)}`;
const count = (value: number): string => String(Number(value.toFixed(1)));
const seconds = (value: number): string => `${count(value / 1_000)} s`;

/** As a person reads it: `null` is a dash. */
const FORMATS: Readonly<Record<Figure, (value: number) => string>> = {
  success: percent(2),
  avoidableErrors: count,
  wasted: percent(2),
  regret: percent(1),
  amplificationPeak: times,
  amplificationAfter: times,
  failoverMs: seconds,
  failbackMs: seconds,
  recoveryPeak: times,
  falseTripsPer100k: count,
  p50Ms: (value) => value.toFixed(0),
  p99Ms: (value) => value.toFixed(0),
};

export const formatted = (figure: Figure, value: number | null): string =>
  value === null ? '–' : FORMATS[figure](value);

export const TITLES: Readonly<Record<Figure, string>> = {
  success: 'success',
  avoidableErrors: 'avoidable errors',
  wasted: 'wasted',
  regret: 'regret',
  amplificationPeak: 'load, peak',
  amplificationAfter: 'load, after',
  failoverMs: 'over in',
  failbackMs: 'back in',
  recoveryPeak: 'recovery peak',
  falseTripsPer100k: 'false trips',
  p50Ms: 'p50 ms',
  p99Ms: 'p99 ms',
};
