import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { RunRecord } from '../../playground/engine/types.ts';

/** A preset that was run on sockets. */
export interface PresetRun {
  readonly record: RunRecord;
  /** The longest that the regions or the clients stood still, ms, as a machine with much else to do lets them. */
  readonly stalledMs: number;
}

/** Resolves with what was done, and the longest that this process stood still meanwhile, ms. */
export async function withStall<T>(work: Promise<T>): Promise<readonly [done: T, stalledMs: number]> {
  const delay = monitorEventLoopDelay();
  delay.enable();
  try {
    return [await work, delay.max / 1e6];
  } finally {
    delay.disable();
  }
}
