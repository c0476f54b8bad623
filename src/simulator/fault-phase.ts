import type { Fault } from './fault.ts';
import type { FaultShape, LastingShape } from './fault-shape.ts';

/** What of a fault stands at `now`; `undefined` where a `flap` is well, and where its time is up. Unix time, ms. */
export function standingAt(fault: Fault, since: number, now: number): LastingShape | undefined {
  if (isOver(fault, since, now)) return undefined;
  if (fault.kind !== 'flap') return lasting(fault);
  const { up, period } = flapMs(fault);
  return intoPeriod(since, now, period) < up ? undefined : fault.fault;
}

/** Whether its time is up. Unix time, ms. */
export function isOver({ ttlMs }: Fault, since: number, now: number): boolean {
  return ttlMs !== undefined && now >= since + ttlMs;
}

/** When that next changes by itself; `undefined` where it never does. Unix time, ms. */
export function nextChangeAt(fault: Fault, since: number, now: number): number | undefined {
  if (isOver(fault, since, now)) return undefined;
  const end = fault.ttlMs === undefined ? undefined : since + fault.ttlMs;
  if (fault.kind !== 'flap') return end;
  const { up, period } = flapMs(fault);
  const into = intoPeriod(since, now, period);
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

function lasting(fault: Fault & LastingShape): LastingShape {
  return fault;
}
