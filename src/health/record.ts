import type { VerdictKind } from '../types.ts';
import { type Exclusion, isHeld } from './exclusion.ts';

/** Whether traffic is sent. */
export type Circuit =
  | { readonly state: 'closed' }
  | {
      readonly state: 'open';
      /** Unix time, ms. */
      readonly until: number;
      readonly cause: VerdictKind;
      /** Only others say so: the first test of one's own decides. */
      readonly hearsay?: true;
    }
  | {
      readonly state: 'half-open';
      readonly cause: VerdictKind;
      readonly hearsay?: true;
      /** Until when the one probe under way holds its place, Unix time in ms; 0 when there is none. */
      readonly probeUntil: number;
      readonly successes: number;
    }
  | { readonly state: 'ramping' /** Unix time, ms. */; readonly since: number; readonly overMs: number };

/** What is known of one scope: of a region, or of a deployment in a region. */
export interface HealthRecord {
  readonly circuit: Circuit;
  /** Counts the circuit's changes of state: results of attempts from before the last one teach nothing. */
  readonly generation: number;
  /** Evidence against it, as of `at`; fades with time, gone with a success. */
  readonly points: number;
  /** How many results there were lately, as of `at`, and how many of them were failures; both fade. */
  readonly results: number;
  readonly failures: number;
  /** Unix time, ms. */
  readonly at: number;
  /** The last lost connection that was counted, Unix times in ms. */
  readonly lost?: { readonly startedAt: number; readonly endedAt: number };
  /** How often it opened lately: each time for longer. */
  readonly opens: number;
  /** When it last closed, Unix time in ms. */
  readonly closedAt: number;
  /** The credential or the deployment is not accepted, or the service asked to be left alone. */
  readonly excluded?: Exclusion;
  /** When this was learned, here or elsewhere, if it is worth telling: a {@link LogicalClock}'s time; 0 when nothing is. */
  readonly learnedAt: number;
}

export const freshRecord: HealthRecord = {
  circuit: { state: 'closed' },
  generation: 0,
  points: 0,
  results: 0,
  failures: 0,
  at: 0,
  opens: 0,
  closedAt: 0,
  learnedAt: 0,
};

/** Names of deployments come from callers, and need not be few: so many are kept of each region. */
export const MOST_TARGETS = 100;

/** More openings than these make none longer. */
export const MOST_OPENS = 10;

/** The longest that one probe keeps all others away, ms. */
export const LONGEST_LEASE_MS = 600_000;

/** Traffic that a recovered region gets back at once. */
const LEAST_SHARE = 0.1;

/** Whether it is believed to be down, or is being tested. */
export const isDown = (circuit: Circuit): circuit is Circuit & { readonly state: 'open' | 'half-open' } =>
  circuit.state === 'open' || circuit.state === 'half-open';

/** Whether it is down because nothing came back. */
export const isUnreachable = (circuit: Circuit): boolean =>
  isDown(circuit) && (circuit.cause === 'connect' || circuit.cause === 'network' || circuit.cause === 'timeout');

/** The part of its traffic that a circuit lets through now, (0, 1]; 0 while it is open or its probe is under way. */
export function shareOf(circuit: Circuit, now: number): number {
  if (circuit.state !== 'ramping') return circuit.state === 'closed' ? 1 : 0;
  const passed = (now - circuit.since) / circuit.overMs;
  // A ramp that begins in the future comes from a clock that was moved: it is over.
  return passed < 0 || passed >= 1 ? 1 : Math.max(LEAST_SHARE, passed);
}

/** Whether something other than its health keeps it out now. */
export function isHeldNow({ excluded }: HealthRecord, now: number): boolean {
  return excluded !== undefined && isHeld(excluded, now);
}

/** What is believed about a region now. */
export type RegionStatus = {
  readonly region: string;
  /** Time to a good answer, ms, or to a stream's first event; absent before there was one. */
  readonly latencyMs?: number;
  readonly forced?: 'in' | 'out';
  /** What is held against single deployments, by their name as the caller says it. */
  readonly deployments: Readonly<Record<string, { readonly until: number; readonly cause: VerdictKind }>>;
} & (
  | { readonly state: 'closed' }
  | { readonly state: 'open' /** Unix time, ms. */; readonly until: number; readonly cause: VerdictKind }
  | { readonly state: 'half-open'; readonly cause: VerdictKind }
  | { readonly state: 'ramping' /** Share of its traffic it gets back now, (0, 1]. */; readonly share: number }
);

/** Records as people see them. A region whose every deployment is out shows what its deployments are. */
export function statusOf(
  known: {
    readonly region: string;
    readonly record: HealthRecord;
    readonly targets: ReadonlyMap<string, HealthRecord>;
    readonly latencyMs?: number | undefined;
    readonly forced?: 'in' | 'out' | undefined;
  },
  now: number,
): RegionStatus {
  const { region, record, targets, latencyMs, forced } = known;
  const deployments: Record<string, { until: number; cause: VerdictKind }> = {};
  for (const [name, { circuit, excluded }] of targets) {
    const open = circuit.state === 'open' && circuit.until > now ? circuit : undefined;
    const held = excluded && isHeld(excluded, now) ? excluded : undefined;
    const out = open && held ? (open.until > held.until ? open : held) : (open ?? held);
    if (out)
      Object.defineProperty(deployments, name, {
        value: { until: Math.ceil(out.until), cause: out.cause },
        enumerable: true,
      });
  }
  const common = {
    region,
    deployments,
    ...(latencyMs !== undefined && { latencyMs: Math.round(latencyMs) }),
    ...(forced && { forced }),
  };
  const { excluded } = record;
  if (excluded && isHeld(excluded, now))
    return { ...common, state: 'open', until: excluded.until, cause: excluded.cause };
  const circuits = record.circuit.state === 'closed' ? [...targets.values()].map(({ circuit }) => circuit) : [];
  const circuit = circuits.length > 0 && circuits.every((one) => shareOf(one, now) < 1) ? circuits[0] : record.circuit;
  return { ...common, ...standing(circuit ?? record.circuit, now) };
}

function standing(circuit: Circuit, now: number) {
  const share = shareOf(circuit, now);
  if (share === 1 || circuit.state === 'closed') return { state: 'closed' } as const;
  if (circuit.state === 'ramping') return { state: 'ramping', share } as const;
  const { cause } = circuit;
  return circuit.state === 'open' && circuit.until > now
    ? ({ state: 'open', until: Math.ceil(circuit.until), cause } as const)
    : ({ state: 'half-open', cause } as const);
}
