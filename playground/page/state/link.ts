import { batch } from '@preact/signals';
import { parseLiveLink } from '../../../src/cli/live-link.ts';
import { windowBetween } from '../view/window.ts';
import { notice, tellProblem } from './notice.ts';
import { playbackEnd, playhead, seek } from './playback.ts';
import { choose, rival, scenario } from './session.ts';
import { isZoomed, shownWindow, zoomIn, zoomOut } from './timeline.ts';

/** Opens the link that the page was opened with, and any that is put into its address later. */
export function startLinks(): void {
  void openLink(location);
  addEventListener('hashchange', () => {
    // Which simulator there is, a page finds out when it is loaded.
    if (parseLiveLink(location.hash)) location.reload();
    else void openLink(location);
  });
}

/** Shows what the page's address asks for. What reads it is loaded only where there is something to read. */
async function openLink(location: Pick<Location, 'search' | 'hash'>): Promise<void> {
  if (!/[?&#](s|scenario)=/.test(location.search + location.hash)) return;
  try {
    const { readUrl } = await import('../../share/location.ts');
    const shared = await readUrl(location);
    if (!shared) return;
    batch(() => {
      choose(shared.scenario);
      if (shared.zoom) zoomIn(windowBetween(shared.zoom.from * 1_000, shared.zoom.to * 1_000, playbackEnd.peek()));
      else zoomOut();
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
  const { from, span } = shownWindow.peek();
  const { duration } = scenario.peek();
  return shareUrl(location.href, {
    scenario: scenario.peek(),
    at: tenths(playhead.peek()),
    ...(isZoomed.peek() && { zoom: { from: tenths(from), to: Math.min(duration, tenths(from + span)) } }),
    ...(against && { rival: against }),
  });
}

/** Seconds, as exact as they are shown. */
const tenths = (ms: number): number => Math.round(ms / 100) / 10;
