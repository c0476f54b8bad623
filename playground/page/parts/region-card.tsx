import { useComputed } from '@preact/signals';
import type { ScenarioRegion } from '../../../src/simulator/index.ts';
import type { BeliefSpan } from '../../engine/types.ts';
import { healNow, toggleFault } from '../state/act.ts';
import { sent } from '../state/derived.ts';
import { faultsAt } from '../state/edit-faults.ts';
import { oneClickFaults } from '../state/one-click-faults.ts';
import { moment } from '../state/playback.ts';
import { record, scenario } from '../state/session.ts';
import { openSheet } from '../state/view.ts';
import { avoiders, doubters, total } from '../view/belief.ts';
import { duration, percent, seconds } from '../view/format.ts';
import { beliefMarks, truthMarks } from '../view/marks.ts';
import { regionAt } from '../view/region-at.ts';
import { faultWords, regionTitle, verdictWords } from '../view/words.ts';
import { lazy } from './lazy.tsx';
import { MarkLabel } from './mark.tsx';

const FaultSheet = lazy(() => import('./fault-sheet.tsx').then((module) => module.FaultSheet));

interface Props {
  readonly region: ScenarioRegion;
  /** Counts from 1: its place in the order of preference, and its key. */
  readonly place: number;
}

/** One region: what is so, what is believed of it, and everything that can be done to it. */
export function RegionCard({ region, place }: Props) {
  const { id } = region;
  const now = useComputed(() => record.value && regionAt(record.value, sent.value, id, moment.value));
  const active = useComputed(() => faultsAt(scenario.value, id, moment.value / 1_000));
  const title = regionTitle(region);
  const truth = now.value?.truth;
  return (
    <li
      class="card"
      data-region={id}
      data-truth={truth?.state ?? 'up'}
      data-tone={truthMarks[truth?.state ?? 'up'].tone}
    >
      <header>
        <h3 id={`region-${id}`} tabIndex={-1}>
          <kbd>{place}</kbd> {title}
        </h3>
        <Figures now={now.value} />
        <button type="button" class="heal" disabled={active.value.length === 0} onClick={() => healNow(id)}>
          Heal
        </button>
        <button
          type="button"
          class="quiet open-sheet"
          aria-expanded={openSheet.value === id}
          onClick={() => {
            openSheet.value = openSheet.value === id ? undefined : id;
          }}
        >
          More…
        </button>
      </header>
      <Chips now={now.value} />
      <fieldset class="faults" aria-label={`What happens to ${title}`}>
        {oneClickFaults.map(({ id: name, label, fault, hint, key }) => (
          <button
            key={name}
            type="button"
            title={key ? `${hint} (${place} then ${key})` : hint}
            aria-pressed={active.value.includes(fault)}
            onClick={() => toggleFault(id, fault)}
          >
            {label}
          </button>
        ))}
      </fieldset>
      {openSheet.value === id && <FaultSheet region={id} title={title} />}
    </li>
  );
}

type Now = ReturnType<typeof regionAt> | undefined;

/** Truth against belief, side by side: the gap between them is what the library is about. */
function Chips({ now }: { readonly now: Now }) {
  const truth = now?.truth;
  const belief = now?.belief;
  const state = truth?.state ?? 'up';
  return (
    <dl class="chips">
      <div>
        <dt>Is</dt>
        <dd>
          <MarkLabel mark={truthMarks[state]} />
        </dd>
        {truth && state !== 'up' && <Why text={truth.faults.map(faultWords).join(', ')} />}
      </div>
      <div>
        <dt>Believed</dt>
        {belief ? <Belief belief={belief} now={now} /> : <dd class="soft">nothing is remembered</dd>}
      </div>
    </dl>
  );
}

function Belief({ belief, now }: { readonly belief: BeliefSpan; readonly now: Now }) {
  const again = now?.askedAgainAt;
  const facts = [because(belief), again !== undefined && `test in ${seconds(again - moment.value, 0)}`].filter(Boolean);
  return (
    <>
      <dd>
        <MarkLabel mark={beliefMarks[belief.state]} /> <span class="soft">{agreement(belief)}</span>
      </dd>
      {facts.length > 0 && <Why text={facts.join(' · ')} />}
    </>
  );
}

/** In one line, whatever there is to say: what is below it keeps its place. */
const Why = ({ text }: { readonly text: string }) => (
  <dd class="why soft" title={text}>
    {text}
  </dd>
);

/** How many of the clients think so. */
function agreement(belief: BeliefSpan): string | undefined {
  const all = total(belief.clients);
  if (all < 2) return undefined;
  return `by ${belief.state === 'open' ? avoiders(belief) : belief.clients[belief.state]} of ${all}`;
}

/** What is held against it, and by how many where most trust it. */
function because(belief: BeliefSpan): string | undefined {
  const cause = belief.cause && verdictWords(belief.cause);
  if (belief.state !== 'closed' || doubters(belief) === 0) return cause;
  return [`not by ${doubters(belief)}`, cause].filter(Boolean).join(': ');
}

function Figures({ now }: { readonly now: Now }) {
  return (
    <dl class="figures">
      <div title="Of the calls answered in the last 10 s">
        <dt>share</dt>
        <dd>{now?.share === undefined ? '–' : percent(now.share)}</dd>
      </div>
      <div title="Until the headers of a good answer, median of the last 10 s">
        <dt>p50</dt>
        <dd>{now?.p50Ms == null ? '–' : duration(now.p50Ms)}</dd>
      </div>
      <div title="Attempts under way">
        <dt>in flight</dt>
        <dd>{now?.inFlight ?? '–'}</dd>
      </div>
    </dl>
  );
}
