import type { BeliefSpan, ClientSpan, Detection, RegionRecord, RunRecord } from '../../engine/types.ts';
import { doubt, doubters } from './belief.ts';
import { percent, seconds } from './format.ts';
import { attemptMark, beliefMarks, type Mark, type Tone, truthMarks } from './marks.ts';

/** A stretch of a stripe. Times in ms, here and below. */
export interface LaneBlock {
  readonly from: number;
  readonly to: number;
  readonly mark: Mark;
  /** What it says; empty where that goes without saying. */
  readonly text: string;
  /** How many of the clients are of this mind, where not most. */
  readonly part?: number;
}

/** What is so. */
export const truthBlocks = ({ truth }: RegionRecord): readonly LaneBlock[] =>
  truth.map(({ from, to, state, share }) => {
    const mark = truthMarks[state];
    const text = share < 1 ? `${mark.word} ${percent(share)}` : mark.word;
    return { from, to, mark, text: state === 'up' ? '' : text };
  });

const troubled: Mark = { tone: 'calm', shape: '◆', word: 'in trouble' };

/** What befell the clients. */
export const clientBlocks = (spans: readonly ClientSpan[]): readonly LaneBlock[] =>
  spans.map(({ from, to, fault }) => ({ from, to, mark: troubled, text: fault }));

/** What is believed. */
export function beliefBlocks(spans: readonly BeliefSpan[]): readonly LaneBlock[] {
  const shown = merged(spans);
  return shown.map((span, at) => {
    const { from, to, state } = span;
    const part = doubt(span);
    const isMixed = state === 'closed' && part > 0;
    const mark = isMixed ? beliefMarks.open : beliefMarks[state];
    const text = state === 'closed' || isSaid(shown, at) ? '' : mark.word;
    return { from, to, mark, text, ...(isMixed && { part }) };
  });
}

/** Spans that are drawn alike are drawn as one. */
function merged(spans: readonly BeliefSpan[]): readonly BeliefSpan[] {
  const found: BeliefSpan[] = [];
  for (const span of spans) {
    const last = found.at(-1);
    if (last && last.state === span.state && (span.state !== 'closed' || doubt(last) === doubt(span))) {
      found[found.length - 1] = { ...last, to: span.to };
    } else found.push(span);
  }
  return found;
}

/** A region is left alone and tested by turns: each is said once, where there is most room. */
function isSaid(spans: readonly BeliefSpan[], at: number): boolean {
  const own = spans[at];
  if (!own || !takesTurns(own)) return false;
  const before = spans.slice(0, at).findLastIndex((span) => !takesTurns(span)) + 1;
  const after = spans.findIndex((span, index) => index > at && !takesTurns(span));
  const turns = spans.slice(before, after < 0 ? undefined : after).filter(({ state }) => state === own.state);
  return turns.some((span) => span !== own && span.to - span.from > own.to - own.from);
}

const takesTurns = ({ state }: BeliefSpan): boolean => state === 'open' || state === 'half-open';

/** How long it took to see what is so. */
export interface LaneGap {
  readonly from: number;
  readonly to: number;
  /** That the fault was over, and not that it had begun. */
  readonly isBack: boolean;
  /** `detected` or `back`. */
  readonly word: string;
  /** `+1.1 s`. */
  readonly took: string;
}

/** From when a fault was met until it was avoided, and from its end until the region answered again. */
export function gapsOf({ detections }: RunRecord, region: RegionRecord): readonly LaneGap[] {
  return detections.flatMap((one): readonly LaneGap[] => {
    const { metAt, skippedAt, to, recoveredAt } = one;
    if (one.region !== region.id || skippedAt === undefined || !isBelieved(region, one)) return [];
    const seen = { from: metAt, to: skippedAt, isBack: false, word: 'detected', took: took(metAt, skippedAt) };
    if (recoveredAt === undefined || recoveredAt <= to) return [seen];
    return [seen, { from: to, to: recoveredAt, isBack: true, word: 'back', took: took(to, recoveredAt) }];
  });
}

const took = (from: number, to: number): string => `+${seconds(to - from)}`;

/** Whether it was avoided for what is believed of it, and not only because another is preferred. */
const isBelieved = ({ belief = [] }: RegionRecord, { metAt, to }: Detection): boolean =>
  belief.some((span) => span.to > metAt && span.from < to && doubters(span) > 0);

const drawn = new WeakMap<RunRecord, Map<string, readonly (readonly [Tone, string])[]>>();

/**
 * A tick for each attempt, the good ones short and the others tall, as a path for each tone: 10 high, its x in ms. Drawn
 * once for each run.
 */
export function ticksOf(record: RunRecord, region: string): readonly (readonly [Tone, string])[] {
  const known = drawn.get(record)?.get(region);
  if (known) return known;
  const paths = new Map<Tone, string>();
  for (const { attempts } of record.calls) {
    for (const attempt of attempts) {
      if (attempt.region !== region) continue;
      const { tone } = attemptMark(attempt);
      const tick = `M${Math.round(attempt.sentAt)} ${tone === 'good' ? '5v5' : '0v10'}`;
      paths.set(tone, (paths.get(tone) ?? '') + tick);
    }
  }
  const made = [...paths];
  drawn.set(record, (drawn.get(record) ?? new Map()).set(region, made));
  return made;
}

/** A lane in a sentence. */
export function laneInWords(title: string, record: RunRecord, region: RegionRecord): string {
  const { truth } = region;
  const troubles = truth.filter(({ state }) => state !== 'up');
  if (troubles.length === 0) return `${title} is up all the time.`;
  const said = troubles
    .slice(0, 20)
    .map(
      ({ from, to, state, faults }) =>
        `${truthMarks[state].word} (${faults.join(', ')}) from ${seconds(from)} to ${seconds(to)}`,
    );
  const seen = gapsOf(record, region).map(
    ({ from, to, isBack }) => `${isBack ? 'back' : 'detected'} after ${seconds(to - from)}`,
  );
  return `${title}: ${[...said, ...seen].join('; ')}.`;
}
