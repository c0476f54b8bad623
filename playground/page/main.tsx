import { render } from 'preact';
import { App } from './app.tsx';
import { loadAll } from './parts/lazy.tsx';
import { startAnnouncer } from './state/announce.ts';
import { startFaultDrag } from './state/fault-drag.ts';
import { startGuide } from './state/guide.ts';
import { startKeys } from './state/keys.ts';
import { startLinks } from './state/link.ts';
import { startLiveMode } from './state/live.ts';
import { liveLink } from './state/live-link.ts';
import { startMotion } from './state/motion.ts';
import { startPlayback } from './state/playback.ts';
import { choose, presets, startSession } from './state/session.ts';
import { startTheme } from './state/theme.ts';
import { startTimeline } from './state/timeline.ts';

/** By then the first run is shown, and what else may be wanted can be loaded while there is a network. */
const IDLE_MS = 1_500;

const root = document.querySelector('#page');
const [first] = presets;
if (!root || !first) throw new Error('the page has no place to be drawn in, or nothing to draw');

startTheme();
startMotion();
choose(first);
startLinks();
startPlayback();
startTimeline();
startFaultDrag();
startSession();
startLiveMode();
startAnnouncer();
startGuide();
startKeys();
render(<App />, root);
setTimeout(() => {
  loadAll();
  const rest = [
    import('../share/location.ts'),
    import('./state/journal.ts'),
    import('../../src/simulator/scenario.ts'),
    liveLink && import('../engine/live.ts'),
  ];
  // What cannot be loaded now is told of when somebody wants it.
  void Promise.allSettled(rest);
}, IDLE_MS);
