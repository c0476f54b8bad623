import { useComputed } from '@preact/signals';
import { memoryChoice } from '../state/memory-choice.ts';
import { mode } from '../state/mode.ts';
import { moment } from '../state/playback.ts';
import { record } from '../state/session.ts';
import { Beliefs } from './beliefs.tsx';
import { MemoryControls } from './memory-controls.tsx';
import { StoredTable } from './stored-table.tsx';

/** Who remembers what. */
const said = {
  virtual:
    'Every client keeps what it learned in a store of its own. Loaded again, it knows that; made to forget, it learns anew. In an app, a store is shared by tabs, visits and servers.',
  memory: 'Every client keeps what it learned in memory. When this page is loaded again, it is gone.',
  indexeddb:
    'All clients share the library’s store in this browser, as the tabs of an app do: what one learns, the others know, and so does this page when it is loaded again.',
} as const;

/** What each client has learned of each region, where it is kept, and what becomes of it. */
export function HealthTab() {
  const isKept = useComputed(() => mode.value === 'live' && memoryChoice.value === 'indexeddb');
  const hasCalled = useComputed(() => (record.value?.beliefs[0]?.at ?? Number.POSITIVE_INFINITY) <= moment.value);
  return (
    <>
      <MemoryControls />
      <p>{isKept.value ? said.indexeddb : mode.value === 'live' ? said.memory : said.virtual}</p>
      {isKept.value && <StoredTable />}
      {hasCalled.value ? <Beliefs /> : <p>No client has called yet.</p>}
    </>
  );
}
