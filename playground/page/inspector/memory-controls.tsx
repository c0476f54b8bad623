import { strikeNow } from '../state/act.ts';
import { forget, reload } from '../state/client-faults.ts';
import { currentLink } from '../state/link.ts';
import { forgetAtRest } from '../state/live-memory.ts';
import { memoryChoice } from '../state/memory-choice.ts';
import { mode } from '../state/mode.ts';
import { tellProblem } from '../state/notice.ts';
import { liveEdge } from '../state/playback.ts';

const stores = [
  {
    id: 'memory',
    label: 'Memory',
    hint: 'Each client learns by itself, and knows nothing when the page is loaded again',
  },
  {
    id: 'indexeddb',
    label: 'IndexedDB',
    hint: 'The clients learn together, and know it when the page is loaded again',
  },
] as const;

/** What puts to the test what clients remember. */
export function MemoryControls() {
  const isLive = mode.value === 'live';
  const isGoing = liveEdge.value !== undefined;
  const isKept = memoryChoice.value === 'indexeddb';
  return (
    <div class="pager">
      <button type="button" title={isLive ? 'This page, as it is, is loaded again' : reload.hint} onClick={reloadPage}>
        Reload the page
      </button>
      <button type="button" title={forget.hint} disabled={isLive && !isGoing && !isKept} onClick={forgetAll}>
        {forget.label}
      </button>
      {isLive && (
        <fieldset class="choice" aria-label="Where clients keep what they learn">
          {stores.map(({ id, label, hint }) => (
            <button
              key={id}
              type="button"
              title={hint}
              // A run keeps to the store that it began with.
              disabled={isGoing}
              aria-pressed={memoryChoice.value === id}
              onClick={() => {
                memoryChoice.value = id;
              }}
            >
              {label}
            </button>
          ))}
        </fieldset>
      )}
    </div>
  );
}

/** In Live mode it is this very page, with the scenario as it is now. */
async function reloadPage(): Promise<void> {
  if (mode.peek() === 'virtual') {
    strikeNow('client', reload.fault, reload.seconds);
    return;
  }
  // One that is too long for a link is not kept.
  const link = await currentLink().catch(() => location.href);
  history.replaceState(history.state, '', link);
  location.reload();
}

async function forgetAll(): Promise<void> {
  if (mode.peek() === 'virtual' || liveEdge.peek() !== undefined) {
    strikeNow('client', forget.fault, forget.seconds);
    return;
  }
  try {
    await forgetAtRest();
  } catch (error) {
    tellProblem('What was learned cannot be deleted', error);
  }
}
