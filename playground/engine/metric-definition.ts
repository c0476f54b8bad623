import { percentile } from './numbers.ts';
import type { AttemptSeen, CallRecord, Metric, RunRecord } from './types.ts';

/** What is measured: all of a record that is there before its figures are. */
export type Measured = Pick<RunRecord, 'scenario' | 'durationMs' | 'regions' | 'client' | 'calls' | 'detections'>;

export type Measure = Pick<Metric, 'value' | 'numerator' | 'denominator'>;

/** What is said of a metric, and how it is had from a run. */
export interface Definition extends Pick<Metric, 'label' | 'unit' | 'of' | 'better'> {
  measure(run: Measured): Measure;
}

/** `null` of nothing. */
export const shareOf = (numerator: number, denominator: number): Measure => {
  return { value: denominator === 0 ? null : numerator / denominator, numerator, denominator };
};

export const countOf = (numerator: number, denominator: number): Measure => {
  return { value: numerator, numerator, denominator };
};

export const quantileOf = (values: readonly number[], part: number): Measure => {
  return { value: percentile(values, part), denominator: values.length };
};

export const attemptsOf = ({ calls }: Measured): readonly AttemptSeen[] => calls.flatMap(({ attempts }) => attempts);

export const ofFate = ({ calls }: Measured, fate: CallRecord['fate']): readonly CallRecord[] =>
  calls.filter((call) => call.fate === fate);
