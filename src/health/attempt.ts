import type { Call, Verdict } from '../types.ts';
import type { Choice } from './choose.ts';
import type { Effect } from './effects.ts';
import { weightOf } from './evidence.ts';
import type { HealthEvent } from './reduce.ts';

/** An attempt that is under way, and what was believed when it was sent. */
export interface Ticket {
  readonly region: string;
  readonly callId: string;
  /** As the caller says it. */
  readonly deployment: string;
  readonly stream: boolean;
  /** It holds the place of the region's, or the deployment's, only probe. */
  readonly probe: boolean;
  /** Of the region's record and of the deployment's. */
  readonly generations: readonly [region: number, deployment: number];
  /** Lets others test the region. */
  readonly release: (() => void) | undefined;
  /** What ends twice is heard once. */
  ended: boolean;
}

export function ticketOf(
  { region, as, release }: Choice,
  { id, operation: { deployment = '', stream } }: Call,
  generations: Ticket['generations'],
): Ticket {
  return {
    region: region.name,
    callId: id,
    deployment,
    stream,
    probe: as === 'probe',
    generations,
    release,
    ended: false,
  };
}

/** How one try in a region ended. Times are Unix time, ms. */
export interface Ending {
  readonly verdict: Verdict;
  readonly startedAt: number;
  readonly durationMs: number;
  readonly status?: number;
}

/** What an ending, if there was one, shows of one scope. */
export function eventOf(
  effect: Effect,
  attempted: { readonly generation: number; readonly probe: boolean },
  ending: Ending | undefined,
): HealthEvent {
  if (!ending || effect === 'release') return { type: 'release', ...attempted };
  const { verdict, startedAt, durationMs } = ending;
  const { kind, retryAfterMs } = verdict;
  switch (effect) {
    case 'failure': {
      const endedAt = startedAt + durationMs;
      return { type: 'failure', kind, points: weightOf(verdict), startedAt, endedAt, ...attempted };
    }
    case 'refusal':
      return { type: 'refusal', kind, retryAfterMs, startedAt, ...attempted };
    case 'alive':
      return { type: 'alive', ...attempted };
    case 'success':
      return { type: 'success', startedAt, ...attempted };
  }
}
