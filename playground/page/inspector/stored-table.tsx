import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { Scroll } from '../parts/scroll.tsx';
import { liveMemory, timesForgotten } from '../state/live-memory.ts';
import { moment } from '../state/playback.ts';
import { duration } from '../view/format.ts';

/** A fact, as it lies in the database. */
interface Fact {
  readonly key: string;
  readonly text: string;
  readonly ageMs: number;
}

/** What this browser keeps of what was learned. */
export function StoredTable() {
  const facts = useSignal<readonly Fact[] | undefined>(undefined);
  const problem = useSignal('');
  const second = useComputed(() => Math.floor(moment.value / 1_000));
  useSignalEffect(() => {
    second.value;
    timesForgotten.value;
    readFacts().then(
      (found) => {
        facts.value = found;
        problem.value = '';
      },
      (error: unknown) => {
        problem.value = error instanceof Error ? error.message : String(error);
      },
    );
  });
  return (
    <section class="health">
      <h3>Stored in this browser</h3>
      {problem.value && <p class="problem">{problem.value}</p>}
      {facts.value?.length === 0 && <p>Nothing is stored.</p>}
      {facts.value && facts.value.length > 0 && (
        <Scroll label="Stored in this browser">
          <table class="stored">
            <thead>
              <tr>
                <th scope="col">key</th>
                <th scope="col">fact</th>
                <th scope="col">age</th>
              </tr>
            </thead>
            <tbody>
              {facts.value.map(({ key, text, ageMs }) => (
                <tr key={key}>
                  <th scope="row">{key}</th>
                  <td>
                    <code>{text}</code>
                  </td>
                  <td>{duration(ageMs)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
    </section>
  );
}

async function readFacts(): Promise<readonly Fact[]> {
  const snapshot = await liveMemory.load();
  const now = Date.now();
  return Object.entries(snapshot?.records ?? {})
    .map(([key, fact]) => ({ key, text: JSON.stringify(fact), ageMs: Math.max(0, now - learnedAt(fact)) }))
    .toSorted((a, b) => (a.key < b.key ? -1 : 1));
}

/** Every fact says when it was learned, Unix time in ms. */
const learnedAt = (fact: unknown): number => (fact as { readonly at: number }).at;
