import type { BeliefSpan, RegionRecord, RunRecord, TruthSpan } from '../../engine/types.ts';
import { avoiders, doubters, total } from './belief.ts';
import { spanAt } from './find.ts';
import { count, list } from './format.ts';
import type { Tone } from './marks.ts';
import { pendingCalls, recentCalls } from './recent.ts';
import { clientFaultWords, faultWords, regionTitle, verdictWords } from './words.ts';

/** What a moment of a run comes to, in three sentences. */
export interface Headline {
  readonly tone: Tone;
  /** What is so. */
  readonly truth: string;
  /** What is believed, and why. */
  readonly belief: string;
  /** What becomes of the calls. */
  readonly effect: string;
}

/** Regions that a sentence has room for. */
const MOST_NAMED = 2;
/** Calls that began in so many ms are what goes on now. */
const NOW_MS = 2_000;

export function headlineAt(record: RunRecord, at: number): Headline {
  const titles = titlesOf(record);
  const troubled = record.regions.flatMap((region) => {
    const span = spanAt(region.truth, at);
    return span && span.state !== 'up' ? [{ region, span }] : [];
  });
  const { failed } = recentCalls(record, at, NOW_MS);
  return {
    tone: failed.length > 0 ? 'bad' : troubled.length > 0 ? 'wait' : 'good',
    truth: truthSentence(record, troubled, titles, at),
    belief: beliefSentence(record, titles, at),
    effect: effectSentence(record, titles, at),
  };
}

export const titlesOf = ({ scenario }: RunRecord): ReadonlyMap<string, string> =>
  new Map(scenario.regions.map((region) => [region.id, regionTitle(region)]));

interface Troubled {
  readonly region: RegionRecord;
  readonly span: TruthSpan;
}

function truthSentence(
  { regions, client }: RunRecord,
  troubled: readonly Troubled[],
  titles: ReadonlyMap<string, string>,
  at: number,
): string {
  const clients = client.find(({ from, to }) => from <= at && at < to);
  if (clients) return `The clients ${clientFaultWords(clients.fault)}.`;
  if (troubled.length === 0) return regions.length === 1 ? 'The region is up.' : 'All regions are up.';
  const [first] = troubled;
  const alike = troubled.every(({ span }) => span.faults.join() === first?.span.faults.join());
  if (alike && first && troubled.length === regions.length && troubled.length > 1) {
    return `Every region ${first.span.faults.map(faultWords).join(' and ')}.`;
  }
  const [named, more] = namedOf(troubled);
  const clauses = named.map(
    ({ region, span }) => `${titles.get(region.id)} ${span.faults.map(faultWords).join(' and ')}`,
  );
  return `${list(more === 0 ? clauses : [...clauses, `${more} regions more are in trouble`])}.`;
}

/** The first of many, and how many there are besides: none or several. */
function namedOf<T>(all: readonly T[]): readonly [named: readonly T[], more: number] {
  const named = all.length > MOST_NAMED ? all.slice(0, MOST_NAMED - 1) : all;
  return [named, all.length - named.length];
}

function beliefSentence({ regions, policy }: RunRecord, titles: ReadonlyMap<string, string>, at: number): string {
  if (policy.id !== 'ours') return 'This policy remembers nothing of a region.';
  const doubted = regions.flatMap((region) => {
    const span = region.belief && spanAt(region.belief, at);
    return span && doubters(span) > 0 ? [{ region, span }] : [];
  });
  const unseen = regions.filter((region) => {
    const isDoubted = doubted.some((one) => one.region === region);
    return !isDoubted && spanAt(region.truth, at)?.state === 'down';
  });
  if (doubted.length === 0) {
    if (unseen.length === regions.length) return 'None is left alone while no other answers.';
    return unseen.length > 0 ? 'No client has noticed yet.' : 'Every client trusts every region.';
  }
  const [named, more] = namedOf(doubted);
  const sentences = named.map(
    ({ region, span }) => `${beliefClause(span)} ${titles.get(region.id)}${whyClause(span)}.`,
  );
  return (more === 0 ? sentences : [...sentences, `${more} regions more are doubted.`]).join(' ');
}

function beliefClause(span: BeliefSpan): string {
  const all = total(span.clients);
  const some = (n: number): string =>
    n === all ? (all === 1 ? 'The client' : `All ${all} clients`) : `${n} of ${all} clients`;
  const many = (n: number, verb: string): string => `${some(n)} ${n === 1 ? `${verb}s` : verb}`;
  if (span.clients.open > 0) return `${some(avoiders(span))} now ${avoiders(span) === 1 ? 'avoids' : 'avoid'}`;
  if (span.clients['half-open'] > 0) return `${some(span.clients['half-open'])} will test`;
  if (span.clients.cooling > 0) return `${many(span.clients.cooling, 'let')} a deployment cool down in`;
  return `${some(span.clients.ramping)} ${span.clients.ramping === 1 ? 'gives' : 'give'} calls back to`;
}

const whyClause = ({ cause }: BeliefSpan): string => (cause === undefined ? '' : ` (${verdictWords(cause)})`);

function effectSentence(record: RunRecord, titles: ReadonlyMap<string, string>, at: number): string {
  const { calls, answeredBy, failed, moved } = recentCalls(record, at, NOW_MS);
  if (calls.length === 0) {
    const waiting = pendingCalls(record, at).length;
    return waiting > 0 ? `No new calls: ${waiting} still under way.` : 'No calls are made now.';
  }
  const ranked = [...answeredBy].sort(([, a], [, b]) => b - a);
  const answered = ranked.reduce((sum, [, n]) => sum + n, 0);
  const main = ranked.filter(([, n]) => n >= answered * 0.25).map(([region]) => titles.get(region) ?? region);
  const where =
    main.length === 0 ? (failed.length > 0 ? 'No answers came' : 'No answers yet') : `Calls go to ${list(main)}`;
  const fate =
    failed.length > 0
      ? `${count(failed.length, 'call')} of the last ${calls.length} failed`
      : moved.length > 0
        ? `${count(moved.length, 'call')} had to move, none failed`
        : 'none failed';
  return `${where}: ${fate}.`;
}
