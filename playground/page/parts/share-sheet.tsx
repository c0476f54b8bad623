import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { copy } from '../state/copy.ts';
import { openFile, saveJournal, saveScenario } from '../state/files.ts';
import { currentLink } from '../state/link.ts';
import { savePng, saveSvg } from '../state/pictures.ts';
import { isPlaying, moment } from '../state/playback.ts';
import { record, rival, scenario } from '../state/session.ts';
import { shownWindow } from '../state/timeline.ts';

/** A link, and files. */
export function ShareSheet() {
  const link = useSignal('');
  const problem = useSignal('');
  useSignalEffect(() => {
    scenario.value;
    rival.value;
    shownWindow.value;
    // While it plays, the moment changes all the time: the link is to the one at which it was asked for.
    if (!isPlaying.value) moment.value;
    let isWanted = true;
    const show = (made: string, wrong: string): void => {
      if (!isWanted) return;
      link.value = made;
      problem.value = wrong;
    };
    currentLink().then(
      (made) => show(made, ''),
      // A link to what was shown before must not be taken for this one.
      (error: unknown) => show('', error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isWanted = false;
    };
  });
  useEffect(() => document.getElementById('share-link')?.focus(), []);
  return (
    <section class="share panel" aria-label="Share">
      <label for="share-link">A link to this run, at this moment</label>
      <input
        id="share-link"
        type="text"
        readOnly
        value={link.value}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <button type="button" disabled={!link.value} onClick={() => void copy(link.value, 'The link')}>
        Copy link
      </button>
      <button type="button" onClick={() => saveScenario(scenario.peek())}>
        Scenario as JSON
      </button>
      <button type="button" disabled={!record.value} onClick={() => record.value && saveJournal(record.value)}>
        Journal as JSON
      </button>
      <button type="button" disabled={!record.value} onClick={() => record.value && saveSvg(record.value)}>
        Timeline as SVG
      </button>
      <button type="button" disabled={!record.value} onClick={() => record.value && void savePng(record.value)}>
        Timeline as PNG
      </button>
      <label class="file">
        Open a file{' '}
        <input
          type="file"
          accept="application/json,.json"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? [];
            if (file) void openFile(file);
            // So that the same one can be opened again.
            currentTarget.value = '';
          }}
        />
      </label>
      <p>The scenario is in the part of the link that is never sent to a server. It holds no endpoints and no keys.</p>
      {problem.value && (
        <p class="problem" role="alert">
          {problem.value}
        </p>
      )}
    </section>
  );
}
