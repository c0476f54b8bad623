import { parseClientFault, type Scenario } from '../../src/simulator/index.ts';

/** When clients sleep, ms from the start of the run. */
export interface Sleep {
  readonly fromMs: number;
  readonly toMs: number;
}

/** In the order of time. */
export function sleepsOf({ faults }: Scenario): readonly Sleep[] {
  return faults
    .flatMap(([from, to, target, text]) => {
      if (target !== 'client' || parseClientFault(text).kind !== 'sleep') return [];
      return [{ fromMs: from * 1_000, toMs: to * 1_000 }];
    })
    .sort((a, b) => a.fromMs - b.fromMs);
}

export function isAsleep(sleeps: readonly Sleep[], atMs: number): boolean {
  return sleeps.some(({ fromMs, toMs }) => fromMs <= atMs && atMs < toMs);
}

/** When who sets out at a moment will have been awake for so long. */
export function awakeFor(sleeps: readonly Sleep[], ms: number, sinceMs: number): number {
  let at = sinceMs;
  let left = ms;
  for (const { fromMs, toMs } of sleeps) {
    if (toMs <= at) continue;
    if (at + left < fromMs) break;
    left -= Math.max(0, fromMs - at);
    at = toMs;
  }
  return at + left;
}
