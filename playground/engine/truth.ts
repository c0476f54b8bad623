import { nextChangeAt, standingAt } from '../../src/simulator/fault-phase.ts';
import { type Fault, parseFault, type Scenario } from '../../src/simulator/index.ts';
import { type Circumstances, severity, stateOf } from './fault-state.ts';
import type { TruthSpan } from './types.ts';

/** A region that changes more often than this is no scenario to play with. */
const mostChanges = 2_000;

/**
 * What is the matter with a region, from 0 to the end, as its faults have it. `*times` are not counted: the fault is on
 * until its end.
 *
 * @throws RangeError when its faults change more than 2,000 times.
 */
export function truthOf(scenario: Scenario, region: string, endMs: number): readonly TruthSpan[] {
  const { faults, duration } = scenario;
  const spans = faults
    .filter(([, , target]) => target === region || target === '*')
    .flatMap(([from, to, , text]) => spansOf(parseFault(text), text, from * 1_000, to * 1_000, scenario));
  const lastMs = Math.max(endMs, duration * 1_000);
  const edges = [...new Set([0, lastMs, ...spans.flatMap(({ from, to }) => [from, to])])].sort((a, b) => a - b);
  const truth: TruthSpan[] = [];
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const span = joined(from, edges[index + 1] ?? lastMs, spans);
    const last = truth.at(-1);
    const isSame = last?.state === span.state && last.share === span.share && `${last.faults}` === `${span.faults}`;
    if (last && isSame) truth[truth.length - 1] = { ...last, to: span.to };
    else truth.push(span);
  }
  return truth;
}

/** The span of a list without gaps that a moment falls into; the last one from its end on. */
export function spanAt<Span extends { readonly from: number; readonly to: number }>(
  spans: readonly Span[],
  at: number,
): Span | undefined {
  let low = 0;
  for (let high = spans.length - 1; low < high; ) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.to ?? 0) <= at) low = middle + 1;
    else high = middle;
  }
  return spans[low];
}

function spansOf(
  fault: Fault,
  text: string,
  from: number,
  to: number,
  circumstances: Circumstances,
): readonly TruthSpan[] {
  const spans: TruthSpan[] = [];
  const share = (fault.percent ?? 100) / 100;
  for (let at = from; at < to; ) {
    // By a millisecond at least: a turn may be so near that adding it changes nothing.
    const next = Math.min(to, Math.max(at + 1, nextChangeAt(fault, from, at) ?? to));
    const standing = standingAt(fault, from, at);
    if (standing) spans.push({ from: at, to: next, state: stateOf(standing, circumstances), faults: [text], share });
    if (spans.length > mostChanges) throw new RangeError(`fault "${text}" must change ${mostChanges} times at most`);
    at = next;
  }
  return spans;
}

/** All that is on between two moments between which nothing changes. */
function joined(from: number, to: number, spans: readonly TruthSpan[]): TruthSpan {
  const on = spans.filter((span) => span.from <= from && to <= span.to);
  const rank = ({ state }: TruthSpan): number => severity.indexOf(state);
  const worst = on.toSorted((a, b) => rank(a) - rank(b) || b.share - a.share)[0];
  const faults = [...new Set(on.flatMap((span) => span.faults))];
  return { from, to, state: worst?.state ?? 'up', faults, share: worst?.share ?? 1 };
}
