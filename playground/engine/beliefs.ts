import type { RegionStatus, VerdictKind } from '../../src/index.ts';
import type { Believed, Observed } from './observed.ts';
import type { BeliefRecord, BeliefSpan, BeliefState } from './types.ts';

/** From the one that lets no call through to the one that lets all. */
const strictness: readonly BeliefState[] = ['open', 'half-open', 'cooling', 'ramping', 'closed'];

/** What clients believed, in the words of the record. */
export function beliefsOf({ believed, startedAt }: Observed): readonly BeliefRecord[] {
  return believed.map(({ at, client, status, aheadMs }: Believed) => {
    const until = untilOf(status);
    return {
      at: at - startedAt,
      client,
      state: stateOf(status),
      ...(until !== undefined && { until: until - aheadMs - startedAt }),
      status,
    };
  });
}

/** What all clients believe of one region, from 0 to the end: each from when it first called. */
export function beliefSpans(beliefs: readonly BeliefRecord[], region: string, endMs: number): readonly BeliefSpan[] {
  const current = new Map<number, BeliefRecord>();
  const clients = { open: 0, 'half-open': 0, cooling: 0, ramping: 0, closed: 0 };
  const causes = new Map<VerdictKind, number>();
  const count = ({ state, status }: BeliefRecord, by: 1 | -1): void => {
    clients[state] += by;
    const cause = causeOf(status);
    if (cause) causes.set(cause, (causes.get(cause) ?? 0) + by);
  };
  const spans: BeliefSpan[] = [];
  let from = 0;
  const until = (to: number): void => {
    if (to <= from) return;
    const span = spanOf(from, to, { ...clients }, causes);
    const last = spans.at(-1);
    if (last && alike(last, span)) spans[spans.length - 1] = { ...last, to };
    else spans.push(span);
    from = to;
  };
  for (const belief of beliefs) {
    if (belief.status.region !== region) continue;
    until(belief.at);
    const before = current.get(belief.client);
    if (before) count(before, -1);
    count(belief, 1);
    current.set(belief.client, belief);
  }
  until(endMs);
  return spans;
}

function spanOf(
  from: number,
  to: number,
  clients: BeliefSpan['clients'],
  causes: ReadonlyMap<VerdictKind, number>,
): BeliefSpan {
  const most = Math.max(...Object.values(clients));
  const state = most === 0 ? 'closed' : strictness.find((one) => clients[one] === most);
  const [cause] = [...causes].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a)[0] ?? [];
  return { from, to, state: state ?? 'closed', clients, ...(cause && { cause }) };
}

function alike(a: BeliefSpan, b: BeliefSpan): boolean {
  return a.state === b.state && a.cause === b.cause && strictness.every((one) => a.clients[one] === b.clients[one]);
}

function stateOf(status: RegionStatus): BeliefState {
  return status.state === 'closed' && Object.keys(status.deployments).length > 0 ? 'cooling' : status.state;
}

function untilOf(status: RegionStatus): number | undefined {
  if (status.state === 'open') return status.until;
  const times = Object.values(status.deployments).map(({ until }) => until);
  return times.length > 0 ? Math.max(...times) : undefined;
}

function causeOf(status: RegionStatus): VerdictKind | undefined {
  return 'cause' in status ? status.cause : Object.values(status.deployments)[0]?.cause;
}
