import { type Refuse, readDeployment, readNumber } from './fault-reader.ts';

/** When, how often and for whom a fault strikes; always and for all where nothing is said. */
export interface FaultSelection {
  /** Strikes only the requests that this fits. */
  readonly match?: FaultMatch;
  /** How many requests it strikes before it is over; all when absent. */
  readonly times?: number;
  /** How many of 100 requests it strikes; all when absent. */
  readonly percent?: number;
  /** How long it is on, ms, before it ends by itself; until it is ended when absent. */
  readonly ttlMs?: number;
}

/** Which requests. */
export interface FaultMatch {
  readonly deployment: string;
}

/** The parts `[@match][*times][%prob][~ttl]`, for a grammar. */
export const selectionPattern =
  '(?:@(?<match>[^*%~]+))?(?:\\*(?<times>[^*%~]+))?(?:%(?<percent>[^*%~]+))?(?:~(?<ttl>[^*%~]+))?';

/** The groups of {@link selectionPattern}. */
export type SelectionText = { readonly [Part in 'match' | 'times' | 'percent' | 'ttl']?: string | undefined };

export function readSelection({ match, times, percent, ttl }: SelectionText, refuse: Refuse): FaultSelection {
  return {
    ...(match !== undefined && { match: readMatch(match, refuse) }),
    ...(times !== undefined && { times: readNumber('times', times, refuse, { least: 1, most: 1e9, whole: true }) }),
    ...(percent !== undefined && { percent: readNumber('prob', percent, refuse, { least: 0, most: 100 }) }),
    ...(ttl !== undefined && { ttlMs: readTtl(ttl, refuse) }),
  };
}

export function printSelection({ match, times, percent, ttlMs }: FaultSelection): string {
  return [
    match === undefined ? '' : `@deployment=${match.deployment}`,
    times === undefined ? '' : `*${times}`,
    percent === undefined ? '' : `%${percent}`,
    ttlMs === undefined ? '' : `~${ttlMs % 1000 === 0 ? `${ttlMs / 1000}s` : `${ttlMs}ms`}`,
  ].join('');
}

function readMatch(text: string, refuse: Refuse): FaultMatch {
  const [, deployment] = /^deployment=(.*)$/.exec(text.trim()) ?? refuse('match must read @deployment=name', text);
  return { deployment: readDeployment(deployment, refuse) };
}

/** The longest delay that timers keep, ms; a longer one would fire at once. */
const longestMs = 2_147_483_647;

function readTtl(text: string, refuse: Refuse): number {
  const [, amount, unit] = /^(.*?)(ms|s)$/.exec(text.trim()) ?? refuse('ttl must read ~30s or ~500ms', text);
  const factor = unit === 's' ? 1000 : 1;
  return factor * readNumber('ttl', amount, refuse, { least: 1 / factor, most: Math.floor(longestMs / factor) });
}
