import type { ScenarioRegion } from '../../../src/simulator/index.ts';
import type { BeliefSpan, Detection, RegionRecord, RunRecord } from '../../engine/types.ts';
import { doubt, doubters } from '../view/belief.ts';
import { seconds } from '../view/format.ts';
import { attemptMark, beliefMarks, type Mark, type Tone, truthMarks } from '../view/marks.ts';
import { left, type Window, width } from '../view/window.ts';
import { regionTitle } from '../view/words.ts';

interface Props {
  readonly region: ScenarioRegion;
  readonly record: RunRecord | undefined;
  readonly window: Window;
}

/** One region over time: truth above, belief below, and between them how long it took to see. */
export function Lane({ region, record, window }: Props) {
  const own = record?.regions.find(({ id }) => id === region.id);
  const title = regionTitle(region);
  return (
    <div class="lane row" data-lane={region.id}>
      <div class="label">{title}</div>
      <div class="track">
        <div class="stripe truth">
          {own?.truth.map(({ from, to, state, faults }) => (
            <Block
              key={from}
              {...{ from, to, window }}
              mark={truthMarks[state]}
              text={state === 'up' ? '' : faults.join(' ')}
            />
          ))}
        </div>
        <div class="gaps">
          {record?.detections
            .filter((one) => one.region === region.id && isBelieved(own, one))
            .map((one) => (
              <Gap key={`${one.from} ${one.fault}`} detection={one} window={window} />
            ))}
        </div>
        {own?.belief && <BeliefStripe spans={own.belief} window={window} />}
        {record && <Ticks record={record} region={region.id} window={window} />}
      </div>
      {own && <p class="sr-only">{laneInWords(title, own, record?.detections ?? [])}</p>}
    </div>
  );
}

/** Whether it was avoided for what is believed of it, and not only because another is preferred. */
const isBelieved = (own: RegionRecord | undefined, { metAt, to }: Detection): boolean =>
  own?.belief?.some((span) => span.to > metAt && span.from < to && doubters(span) > 0) ?? false;

/** What befell the clients themselves. */
export function ClientLane({ record, window }: { readonly record: RunRecord; readonly window: Window }) {
  return (
    <div class="lane row">
      <div class="label">Clients</div>
      <div class="track">
        <div class="stripe truth">
          {record.client.map(({ from, to, fault }) => (
            <Block key={`${from} ${fault}`} {...{ from, to, window }} mark={troubled} text={fault} />
          ))}
        </div>
      </div>
    </div>
  );
}

const troubled: Mark = { tone: 'calm', shape: '◆', word: 'in trouble' };

function BeliefStripe({ spans, window }: { readonly spans: readonly BeliefSpan[]; readonly window: Window }) {
  const shown = merged(spans);
  return (
    <div class="stripe belief">
      {shown.map((span, at) => {
        const { from, to, state } = span;
        const part = doubt(span);
        const mixed = state === 'closed' && part > 0;
        const mark = mixed ? beliefMarks.open : beliefMarks[state];
        return (
          <Block
            key={from}
            {...{ from, to, window }}
            mark={mark}
            text={state === 'closed' || isSaid(shown, at) ? '' : mark.word}
            {...(mixed && { part })}
          />
        );
      })}
    </div>
  );
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

interface BlockProps {
  readonly from: number;
  readonly to: number;
  readonly window: Window;
  readonly mark: Mark;
  readonly text: string;
  /** How many of the clients are of this mind, where not most. */
  readonly part?: number;
}

const Block = ({ from, to, window, mark, text, part }: BlockProps) => (
  <span
    class="block"
    data-tone={mark.tone}
    style={{ left: left(from, window), width: width(to - from, window), ...(part && { '--part': part }) }}
    {...(part && { 'data-part': '' })}
  >
    {text && `${mark.shape} ${text}`}
  </span>
);

/** From when a fault was met until it was avoided, and from its end until the region answered again. */
function Gap({ detection, window }: { readonly detection: Detection; readonly window: Window }) {
  const { metAt, skippedAt, to, recoveredAt } = detection;
  return (
    <>
      {skippedAt !== undefined && (
        <span class="gap" style={{ left: left(metAt, window), width: width(skippedAt - metAt, window) }}>
          <span>detected +{seconds(skippedAt - metAt)}</span>
        </span>
      )}
      {skippedAt !== undefined && recoveredAt !== undefined && recoveredAt > to && (
        <span class="gap back" style={{ left: left(to, window), width: width(recoveredAt - to, window) }}>
          <span>back +{seconds(recoveredAt - to)}</span>
        </span>
      )}
    </>
  );
}

function Ticks({
  record,
  region,
  window,
}: {
  readonly record: RunRecord;
  readonly region: string;
  readonly window: Window;
}) {
  return (
    <svg class="ticks" viewBox={`${window.from} 0 ${window.span} 10`} preserveAspectRatio="none" aria-hidden="true">
      {ticksOf(record, region).map(([tone, path]) => (
        <path key={tone} data-tone={tone} d={path} />
      ))}
    </svg>
  );
}

const drawn = new WeakMap<RunRecord, Map<string, readonly (readonly [Tone, string])[]>>();

/** A tick for each attempt, the good ones short and the others tall. Drawn once for each run. */
function ticksOf(record: RunRecord, region: string): readonly (readonly [Tone, string])[] {
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

function laneInWords(title: string, { id, truth }: RegionRecord, detections: readonly Detection[]): string {
  const troubles = truth.filter(({ state }) => state !== 'up');
  if (troubles.length === 0) return `${title} is up all the time.`;
  const said = troubles
    .slice(0, 20)
    .map(
      ({ from, to, state, faults }) =>
        `${truthMarks[state].word} (${faults.join(', ')}) from ${seconds(from)} to ${seconds(to)}`,
    );
  const seen = detections
    .filter(({ region, skippedAt }) => region === id && skippedAt !== undefined)
    .map(({ metAt, skippedAt = metAt }) => `detected after ${seconds(skippedAt - metAt)}`);
  return `${title}: ${[...said, ...seen].join('; ')}.`;
}
