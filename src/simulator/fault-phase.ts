import type { Fault } from './fault.ts';
import type { FaultShape, LastingShape, SequenceShape } from './fault-shape.ts';

/** What a fault is when it does not pause. */
export type StandingShape = LastingShape | SequenceShape;

/** What of a fault stands at `now`; `undefined` where it waits, where a `flap` is well, and where its time is up. Unix time, ms. */
export function standingAt(fault: Fault, since: number, now: number): StandingShape | undefined {
  const begun = beginsAt(fault, since);
  if (now < begun || isOver(fault, since, now)) return undefined;
  if (fault.kind !== 'flap') return steady(fault);
  const { up, period } = flapMs(fault);
  return intoPeriod(begun, now, period) < up ? undefined : fault.fault;
}

/** When it is on for the first time. Unix time, ms. */
export function beginsAt({ fromMs = 0 }: Fault, since: number): number {
  return since + fromMs;
}

/** Whether its time is up. Unix time, ms. */
export function isOver({ ttlMs }: Fault, since: number, now: number): boolean {
  return ttlMs !== undefined && now >= since + ttlMs;
}

/** When that next changes by itself; `undefined` where it never does. Unix time, ms. */
export function nextChangeAt(fault: Fault, since: number, now: number): number | undefined {
  if (isOver(fault, since, now)) return undefined;
  const begun = beginsAt(fault, since);
  if (now < begun) return begun;
  const end = fault.ttlMs === undefined ? undefined : since + fault.ttlMs;
  if (fault.kind !== 'flap') return end;
  const { up, period } = flapMs(fault);
  const into = intoPeriod(begun, now, period);
  const turn = now + (into < up ? up : period) - into;
  return end === undefined ? turn : Math.min(turn, end);
}

function flapMs({ up, down }: FaultShape & { readonly kind: 'flap' }): {
  readonly up: number;
  readonly period: number;
} {
  return { up: up * 1000, period: (up + down) * 1000 };
}

function intoPeriod(since: number, now: number, period: number): number {
  return Math.max(0, now - since) % period;
}

function steady(fault: Fault & StandingShape): StandingShape {
  return fault;
}
