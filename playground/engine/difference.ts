import type { CallRecord, Difference, RunRecord } from './types.ts';

/**
 * Where two runs with the same load part: the first call whose fate differs, else the first that another region answered;
 * `undefined` where there is none. Calls that were not made in both are left out.
 */
export function firstDifference(left: RunRecord, right: RunRecord): Difference | undefined {
  return find(left, right, 'fate', ({ fate }) => fate) ?? find(left, right, 'region', ({ region }) => region);
}

function find(
  left: RunRecord,
  right: RunRecord,
  what: Difference['what'],
  of: (call: CallRecord) => string | undefined,
): Difference | undefined {
  for (const [nth, one] of left.calls.entries()) {
    const other = right.calls[nth];
    if (!other || one.beganAt !== other.beganAt || of(one) === of(other)) continue;
    return { nth, what, left: one, right: other, leftText: inWords(one), rightText: inWords(other) };
  }
  return undefined;
}

const endings: Readonly<Record<CallRecord['fate'], string>> = {
  ok: 'answered',
  failed: 'failed',
  broken: 'broken off in the middle',
  truncated: 'cut short, and nobody said so',
  open: 'still under way',
};

/** What became of a call, and by which way: `answered by eastus2 in 0.93 s, after eastus (503)`. */
function inWords({ fate, region, status, error, attempts, beganAt, headersAt, endedAt }: CallRecord): string {
  const seconds = (((headersAt ?? endedAt) - beganAt) / 1_000).toFixed(2);
  const by = fate === 'ok' && region !== undefined ? ` by ${region}` : '';
  const why = fate === 'ok' ? undefined : (error?.code ?? error?.name ?? status);
  const before = attempts.slice(0, -1).map((one) => {
    return `${one.region} (${one.verdict?.kind ?? one.status ?? one.error?.code ?? 'no answer'})`;
  });
  const after = before.length === 0 ? '' : `, after ${before.join(', ')}`;
  return `${endings[fate]}${by}${why === undefined ? '' : ` (${why})`} in ${seconds} s${after}`;
}
