import { batch } from '@preact/signals';
import { notice, tellProblem } from './notice.ts';
import { playhead, seek } from './playback.ts';
import { choose, rival, scenario } from './session.ts';

/** Shows what the page's address asks for. What reads it is loaded only where there is something to read. */
export async function openLink(location: Pick<Location, 'search' | 'hash'>): Promise<void> {
  if (!/[?&#](s|scenario)=/.test(location.search + location.hash)) return;
  try {
    const { readUrl } = await import('../../share/location.ts');
    const shared = await readUrl(location);
    if (!shared) return;
    batch(() => {
      choose(shared.scenario);
      if (shared.at !== undefined) seek(shared.at * 1_000);
      rival.value = shared.rival;
      notice.value = shared.note === undefined ? undefined : { text: shared.note, isProblem: false };
    });
  } catch (error) {
    tellProblem('The link cannot be opened', error);
  }
}

/** A link to what the page shows now. */
export async function currentLink(): Promise<string> {
  const { shareUrl } = await import('../../share/location.ts');
  const against = rival.peek();
  return shareUrl(location.href, {
    scenario: scenario.peek(),
    at: Math.round(playhead.peek() / 100) / 10,
    ...(against && { rival: against }),
  });
}
