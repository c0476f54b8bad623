import { type FaultMatch, printMatch, readMatch } from './fault-match.ts';
import { type Refuse, readNumber } from './fault-reader.ts';

/** When, how often and for whom a fault strikes; always and for all where nothing is said. */
export interface FaultSelection {
  /** Strikes only the requests that this fits. */
  readonly match?: FaultMatch;
  /** How many requests it lets pass before the first it strikes; none when absent. */
  readonly skip?: number;
  /** How many requests it strikes before it is over; all when absent. */
  readonly times?: number;
  /**
   * Counts, and draws lots, for each logical request by itself: for all attempts that bring the same
   * `x-ms-client-request-id`. Those that bring none are one. It is then not over when its times are used up.
   */
  readonly perRequest?: true;
  /** How many of 100 requests it strikes; all when absent. */
  readonly percent?: number;
  /** How long it waits before it is on, ms; not at all when absent. */
  readonly fromMs?: number;
  /** How long it takes until it ends by itself, ms, what it waits included; until it is ended when absent. */
  readonly ttlMs?: number;
}

/** The parts `[@match][+skip][*times][#request][%prob][~ttl]`, for a grammar. */
export const selectionPattern = [
  ['@', 'match'],
  ['\\+', 'skip'],
  ['\\*', 'times'],
  ['#', 'per'],
  ['%', 'percent'],
  ['~', 'ttl'],
]
  .map(([mark, name]) => `(?:${mark}(?<${name}>[^@+*#%~]+))?`)
  .join('');

export const selectionParts = ['match', 'skip', 'times', 'per', 'percent', 'ttl'] as const;
/** The groups of {@link selectionPattern}. */
export type SelectionText = { readonly [Part in (typeof selectionParts)[number]]?: string | undefined };

const most = 1e9;

export function readSelection(parts: SelectionText, refuse: Refuse): FaultSelection {
  const { match, skip, times, per, percent, ttl } = parts;
  return {
    ...(match !== undefined && { match: readMatch(match, refuse) }),
    ...(skip !== undefined && { skip: readNumber('skip', skip, refuse, { least: 1, most, whole: true }) }),
    ...(times !== undefined && { times: readNumber('times', times, refuse, { least: 1, most, whole: true }) }),
    ...(per !== undefined && { perRequest: readPer(per, refuse) }),
    ...(percent !== undefined && { percent: readNumber('prob', percent, refuse, { least: 0, most: 100 }) }),
    ...(ttl !== undefined && readWindow(ttl, refuse)),
  };
}

export function printSelection({ match, skip, times, perRequest, percent, fromMs, ttlMs }: FaultSelection): string {
  const end = ttlMs === undefined ? '' : printTime(ttlMs);
  return [
    match === undefined ? '' : `@${printMatch(match)}`,
    skip === undefined ? '' : `+${skip}`,
    times === undefined ? '' : `*${times}`,
    perRequest ? '#request' : '',
    percent === undefined ? '' : `%${percent}`,
    fromMs === undefined ? end && `~${end}` : `~${printTime(fromMs)}..${end}`,
  ].join('');
}

function readPer(text: string, refuse: Refuse): true {
  return text.trim() === 'request' || refuse('counts must be kept per #request', text);
}

function readWindow(text: string, refuse: Refuse): Pick<FaultSelection, 'fromMs' | 'ttlMs'> {
  const [, from, to] = /^(.*?)\.\.(.*)$/.exec(text.trim()) ?? [];
  if (from === undefined) return { ttlMs: readTime(text, refuse) };
  const fromMs = readTime(from, refuse);
  if (to === undefined || to.trim() === '') return { fromMs };
  const ttlMs = readTime(to, refuse);
  return fromMs < ttlMs ? { fromMs, ttlMs } : refuse('ttl must begin before it ends', text);
}

/** The longest delay that timers keep, ms; a longer one would fire at once. */
const longestMs = 2_147_483_647;

function readTime(text: string, refuse: Refuse): number {
  const rule = 'ttl must read ~30s, ~500ms, ~5s..30s or ~5s..';
  const [, amount, unit] = /^(.*?)(ms|s)$/.exec(text.trim()) ?? refuse(rule, text);
  const factor = unit === 's' ? 1000 : 1;
  return factor * readNumber('ttl', amount, refuse, { least: 1 / factor, most: Math.floor(longestMs / factor) });
}

function printTime(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}
