import type { ScenarioFault } from '../../../src/simulator/index.ts';

/** Its start, its end, or both at the same time. */
export type FaultPart = 'from' | 'to' | 'all';

/** Between which moments a fault can be moved, s. */
export interface Bounds {
  /** What began before has happened: of that, only the end can be moved. */
  readonly earliest: number;
  readonly latest: number;
}

/** No fault is made shorter than this, s. */
const SHORTEST = 0.1;

/**
 * A fault, or an edge of it, moved by some seconds: to the next multiple of `step`, and as far as the bounds allow. The
 * same one where nothing of that can be moved.
 */
export function movedFault(
  fault: ScenarioFault,
  part: FaultPart,
  by: number,
  { earliest, latest }: Bounds,
  step = 0.1,
): ScenarioFault {
  const [from, to, target, what] = fault;
  const stepped = (seconds: number): number => Math.round(seconds / step) * step;
  const isPast = (part === 'to' ? to : from) < earliest;
  if (isPast) return fault;
  switch (part) {
    case 'from':
      return [exact(between(earliest, stepped(from + by), to - SHORTEST)), to, target, what];
    case 'to':
      return [from, exact(between(Math.max(earliest, from + SHORTEST), stepped(to + by), latest)), target, what];
    case 'all': {
      const start = between(earliest, stepped(from + by), latest - (to - from));
      return [exact(start), exact(start + to - from), target, what];
    }
  }
}

/** Steps that can be told apart where a pixel is so many seconds. */
export const stepFor = (secondsPerPixel: number): number =>
  [0.1, 0.2, 0.5, 1, 2].find((step) => step >= secondsPerPixel * 2) ?? 5;

const between = (least: number, value: number, most: number): number => Math.max(least, Math.min(most, value));

/** Without what adding fractions leaves behind. */
const exact = (seconds: number): number => Math.round(seconds * 1_000) / 1_000;
