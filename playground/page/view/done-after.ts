import type { AttemptSeen, CallRecord } from '../../engine/types.ts';

/**
 * What was done when an attempt had its verdict, which says only what may be done: a region that lately failed is not asked
 * again. Absent where there was none, or it cannot be told.
 */
export function doneAfter(
  { number, region, verdict }: AttemptSeen,
  { attempts, fate }: CallRecord,
): string | undefined {
  if (!verdict) return undefined;
  if (verdict.action === 'return') return 'hand it over';
  // Of several that are under way at once, another may have gone on for reasons of its own.
  if (attempts.some(({ kind }) => kind === 'hedge')) return undefined;
  const next = attempts[number];
  if (next) return next.region === region ? 'the same region again' : 'another region';
  return fate === 'open' ? undefined : 'give up';
}
