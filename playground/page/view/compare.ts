import type { Metric } from '../../engine/types.ts';

/** Which of two figures is the better one: `'same'` where they are equal or one is missing. */
export function isBetter({ value, better }: Metric, { value: other }: Metric): 'left' | 'right' | 'same' {
  if (value === null || other === null || value === other) return 'same';
  return value < other === (better === 'lower') ? 'left' : 'right';
}
