import type { Trace } from '../../src/index.ts';
import type { Journal } from '../../src/simulator/node/index.ts';
import type { Answer } from './ask.ts';
import { PRIMARY, REGIONS } from './scene.ts';

/** What `--json` prints. */
export interface Figures {
  readonly calls: number;
  /** Calls that threw, or whose answer was not the expected one. */
  readonly failed: number;
  /** Calls answered, by who answered. */
  readonly byRegion: Readonly<Record<string, number>>;
  /** How often a call went on to another region. */
  readonly failovers: number;
  /** From the primary's first failed attempt to the start of the first call that passed it by. */
  readonly detectMs: number | null;
  /** From the primary's return to its first answer after that. */
  readonly failbackMs: number | null;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly attemptsPerCall: number;
  /** Requests to a region that had asked for more patience. */
  readonly earlyRetries: number;
  /** Requests that showed one region's key to another. */
  readonly credentialLeaks: number;
}

/** What was seen of a run. */
export interface Seen {
  readonly answers: readonly Answer[];
  readonly traces: readonly Trace[];
  readonly failovers: number;
  /** When the primary came back, Unix time in ms. */
  readonly returnedAt: number;
  readonly journal: Journal;
}

export function figuresOf({ answers, traces, failovers, returnedAt, journal }: Seen): Figures {
  const arrivals = journal.entries();
  const durations = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const attempts = traces.reduce((sum, trace) => sum + trace.attempts.length, 0);
  return {
    calls: answers.length,
    failed: answers.filter(({ failure }) => failure !== undefined).length,
    byRegion: Object.fromEntries(
      REGIONS.map(({ name }) => [name, answers.filter(({ region }) => region === name).length]),
    ),
    failovers,
    detectMs: detectMs(traces),
    failbackMs: failbackMs(traces, returnedAt),
    p50Ms: rounded(percentile(durations, 0.5), 1),
    p99Ms: rounded(percentile(durations, 0.99), 1),
    attemptsPerCall: rounded(attempts / answers.length, 4),
    earlyRetries: arrivals.filter(({ earlyByMs }) => earlyByMs !== undefined).length,
    credentialLeaks: arrivals.filter(({ leak }) => leak).length,
  };
}

/** Whether the run is what it should be. */
export function isGood({ failed, failbackMs, earlyRetries, credentialLeaks }: Figures): boolean {
  return failed === 0 && failbackMs !== null && earlyRetries === 0 && credentialLeaks === 0;
}

function detectMs(traces: readonly Trace[]): number | null {
  const failedAt = earliest(
    traces.flatMap(({ attempts }) =>
      attempts.filter(({ region, verdict }) => region === PRIMARY && verdict.kind !== 'ok'),
    ),
  );
  const passedBy = earliest(
    traces
      .filter(({ attempts }) => attempts.every(({ region }) => region !== PRIMARY))
      .flatMap(({ attempts }) => attempts.filter(({ startedAt }) => startedAt >= failedAt)),
  );
  return failedAt < passedBy && passedBy !== Number.POSITIVE_INFINITY ? passedBy - failedAt : null;
}

function failbackMs(traces: readonly Trace[], returnedAt: number): number | null {
  const answeredAt = traces
    .flatMap(({ attempts }) => attempts)
    .filter(({ region, verdict }) => region === PRIMARY && verdict.kind === 'ok')
    .map(({ startedAt, durationMs }) => startedAt + durationMs)
    .filter((at) => at >= returnedAt);
  return answeredAt.length === 0 ? null : Math.min(...answeredAt) - returnedAt;
}

const earliest = (attempts: readonly { readonly startedAt: number }[]): number =>
  Math.min(...attempts.map(({ startedAt }) => startedAt));

const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
