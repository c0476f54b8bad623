import type { ScenarioFault } from '../../../src/simulator/index.ts';

/** A fault, and the row in which it meets no other. */
export interface FaultPlace {
  readonly fault: ScenarioFault;
  /** From 0. */
  readonly row: number;
}

/**
 * What befalls a region, or the clients, each fault in the first row that has room for it.
 *
 * @param leastSeconds as wide as a fault is drawn at least.
 */
export function faultPlaces(
  faults: readonly ScenarioFault[],
  target: string,
  leastSeconds: number,
): readonly FaultPlace[] {
  const ends: number[] = [];
  const rows = new Map<ScenarioFault, number>();
  const own = faults.filter((fault) => concerns(fault, target));
  for (const fault of own.toSorted(([a], [b]) => a - b)) {
    const [from, to] = fault;
    const free = ends.findIndex((end) => end <= from);
    const row = free < 0 ? ends.length : free;
    ends[row] = Math.max(to, from + leastSeconds);
    rows.set(fault, row);
  }
  return own.map((fault) => ({ fault, row: rows.get(fault) ?? 0 }));
}

/** Whether a fault is of a region, or of the clients. What befalls everything befalls the regions. */
export const concerns = ([, , of]: ScenarioFault, target: string): boolean =>
  of === target || (of === '*' && target !== 'client');
