import type { VerdictKind } from '../types.ts';

/** Whether a region takes traffic. */
export type Circuit =
  | { readonly state: 'closed' }
  | { readonly state: 'open' /** Unix time, ms. */; readonly until: number; readonly cause: VerdictKind }
  | {
      readonly state: 'half-open';
      readonly cause: VerdictKind;
      /** Until when the one probe under way holds its place, Unix time in ms; 0 when there is none. */
      readonly probeUntil: number;
      readonly successes: number;
    };

/** Kept out for a time that says nothing of the region's health: throttling, a refused credential, a missing deployment. */
export interface Exclusion {
  /** Unix time, ms. */
  readonly until: number;
  readonly cause: VerdictKind;
  /** How often in a row, without a success between: unhinted cool-downs grow with it. */
  readonly streak: number;
  /** When it was made, Unix time in ms; absent when another session made it. */
  readonly since?: number;
}

/** The service itself asked to be left alone: before that time is over, asking again makes it longer. */
export function isCoolDown(cause: VerdictKind): boolean {
  return cause === 'throttled' || cause === 'no-capacity' || cause === 'blocked';
}

/** The longest that one probe keeps all others away, ms. */
export const LONGEST_LEASE_MS = 600_000;

/**
 * Hints can be absurd (a day); what is held against a region ends here, and its next refusal renews it. Ten minutes, and
 * what jitter adds, ms.
 */
export const LONGEST_EXCLUSION_MS = 600_000;
const LONGEST_JITTER_MS = 1_000;

/** Whether an exclusion holds. One that ends later than any is ever set comes from a clock that was moved: it is over. */
export function isHeld({ until }: Exclusion, now: number): boolean {
  return until > now && until <= now + LONGEST_EXCLUSION_MS + LONGEST_JITTER_MS;
}

/** What is known of one region. */
export interface RegionRecord {
  readonly circuit: Circuit;
  /** Counts the circuit's changes of state: results of attempts from before the last one teach nothing. */
  readonly generation: number;
  /** Evidence against the region, as of `at`; fades with time, gone with a success. */
  readonly points: number;
  /** Unix time, ms. */
  readonly at: number;
  /** How often it opened lately: each time for longer. */
  readonly opens: number;
  /** When it last closed, Unix time in ms. */
  readonly closedAt: number;
  /** The credential is not accepted there, or the resource is blocked. */
  readonly excluded?: Exclusion;
  /** By deployment name, as the caller says it; calls that name none share the empty name. */
  readonly deployments: Readonly<Record<string, Exclusion>>;
}

export const freshRecord: RegionRecord = {
  circuit: { state: 'closed' },
  generation: 0,
  points: 0,
  at: 0,
  opens: 0,
  closedAt: 0,
  deployments: {},
};

/** What is believed about a region now. */
export type RegionStatus = {
  readonly region: string;
  readonly forced?: 'in' | 'out';
  readonly deployments: Readonly<Record<string, { readonly until: number; readonly cause: VerdictKind }>>;
} & (
  | { readonly state: 'closed' }
  | { readonly state: 'open' /** Unix time, ms. */; readonly until: number; readonly cause: VerdictKind }
  | { readonly state: 'half-open'; readonly cause: VerdictKind }
);

/** A record as people see it. */
export function statusOf(region: string, record: RegionRecord, now: number, forced?: 'in' | 'out'): RegionStatus {
  const { circuit, excluded } = record;
  const deployments: Record<string, { until: number; cause: VerdictKind }> = {};
  for (const [name, held] of Object.entries(record.deployments)) {
    if (isHeld(held, now)) deployments[name] = { until: held.until, cause: held.cause };
  }
  const common = { region, deployments, ...(forced && { forced }) };
  if (excluded && isHeld(excluded, now))
    return { ...common, state: 'open', until: excluded.until, cause: excluded.cause };
  if (circuit.state === 'closed') return { ...common, state: 'closed' };
  if (circuit.state === 'open' && circuit.until > now) return { ...common, ...circuit };
  return { ...common, state: 'half-open', cause: circuit.cause };
}
