import { useComputed } from '@preact/signals';
import type { BeliefRecord } from '../../engine/types.ts';
import { MarkLabel } from '../parts/mark.tsx';
import { Scroll } from '../parts/scroll.tsx';
import { titles } from '../state/derived.ts';
import { moment } from '../state/playback.ts';
import { record } from '../state/session.ts';
import { duration, percent, seconds } from '../view/format.ts';
import { beliefMarks } from '../view/marks.ts';
import { verdictWords } from '../view/words.ts';

const MOST_CLIENTS = 12;

/** What `regions()` of each client says at the playhead. */
export function Beliefs() {
  const latest = useComputed(() => {
    const found = new Map<string, BeliefRecord>();
    for (const belief of record.value?.beliefs ?? []) {
      if (belief.at > moment.value) break;
      found.set(`${belief.status.region} ${belief.client}`, belief);
    }
    return found;
  });
  const regions = record.value?.regions ?? [];
  const clients = [...new Set([...latest.value.values()].map(({ client }) => client))].sort((a, b) => a - b);
  return (
    <>
      {regions.map(({ id }) => (
        <section key={id} class="health">
          <h3>{titles.value.get(id)}</h3>
          <Scroll label={`Health of ${titles.value.get(id)}`}>
            <table>
              <thead>
                <tr>
                  <th scope="col">client</th>
                  <th scope="col">believes, because</th>
                  <th scope="col">since</th>
                  <th scope="col">asked again</th>
                  <th scope="col">latency</th>
                </tr>
              </thead>
              <tbody>
                {clients.slice(0, MOST_CLIENTS).map((client) => {
                  const belief = latest.value.get(`${id} ${client}`);
                  return belief && <HealthRow key={client} belief={belief} />;
                })}
              </tbody>
            </table>
          </Scroll>
          {clients.length > MOST_CLIENTS && <p>and {clients.length - MOST_CLIENTS} clients more</p>}
        </section>
      ))}
    </>
  );
}

function HealthRow({ belief: { client, state, at, until, status } }: { readonly belief: BeliefRecord }) {
  const cooling = Object.entries(status.deployments);
  const cause = 'cause' in status ? status.cause : cooling[0]?.[1].cause;
  const share = status.state === 'ramping' ? ` to ${percent(status.share)}` : '';
  const names = cooling.length > 0 ? ` ${cooling.map(([name]) => name).join(', ')}` : '';
  return (
    <tr>
      <th scope="row">{client + 1}</th>
      <td>
        <MarkLabel mark={beliefMarks[state]} word={`${beliefMarks[state].word}${share}${names}`} />
        {cause && <p>{verdictWords(cause)}</p>}
      </td>
      <td>{seconds(at)}</td>
      <td>{until === undefined || until < moment.value ? '–' : `in ${seconds(until - moment.value, 0)}`}</td>
      <td>{status.latencyMs === undefined ? '–' : duration(status.latencyMs)}</td>
    </tr>
  );
}
