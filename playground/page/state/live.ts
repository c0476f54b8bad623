import { batch, effect } from '@preact/signals';
import type { LiveLink } from '../../../src/cli/live-link.ts';
import type { Scenario } from '../../../src/simulator/index.ts';
import type { LiveRun } from '../../engine/live.ts';
import type { Memory } from '../../engine/memory.ts';
import type { RunRecord } from '../../engine/types.ts';
import { liveLink } from './live-link.ts';
import { memoryChoice } from './memory-choice.ts';
import { mode } from './mode.ts';
import { notice, tellProblem } from './notice.ts';
import { isPlaying, liveEdge, playbackEnd, playhead, speed } from './playback.ts';
import { failure, record, rival, scenario } from './session.ts';
import { selectedCall } from './view.ts';

/** A run, from when it was asked for. */
interface Asked {
  /** What befalls the regions in it; all else is as it was when it began. */
  scenario: Scenario;
  run?: LiveRun;
}

let going: Asked | undefined;
/** One run after the other: each leaves the regions as they were before the next begins. */
let last: Promise<void> = Promise.resolve();

/** Ends what goes on in one mode, and begins the other. */
export function changeMode(wanted: 'virtual' | 'live'): void {
  if (wanted === mode.peek()) return;
  stopLive();
  batch(() => {
    isPlaying.value = false;
    speed.value = 1;
    clear();
    mode.value = wanted;
  });
}

/** Runs the scenario on the regions of the simulator that opened the page. */
export function playLive(): void {
  if (!liveLink || going) return;
  const link = liveLink;
  const mine: Asked = { scenario: scenario.peek() };
  going = mine;
  batch(() => {
    clear();
    notice.value = undefined;
    liveEdge.value = 0;
    isPlaying.value = true;
  });
  last = last.then(() => run(mine, link));
}

/** Resolves when the run is over, however it ended. */
async function run(mine: Asked, link: LiveLink): Promise<void> {
  if (going !== mine) return;
  try {
    const [{ startLive }, memory] = await Promise.all([import('../../engine/live.ts'), chosenMemory()]);
    if (going !== mine) return;
    const first = mine.scenario;
    const onProgress = (seen: RunRecord, at: number): void => {
      if (going !== mine) return;
      batch(() => {
        record.value = seen;
        liveEdge.value = at;
      });
    };
    const started = await startLive(first, { id: 'ours' }, link, onProgress, memory);
    mine.run = started;
    if (going !== mine) started.stop();
    else if (mine.scenario !== first) follow(mine, started);
    const done = await started.done;
    if (going !== mine) return;
    stopLive();
    batch(() => {
      record.value = done;
      playhead.value = playbackEnd.peek();
    });
  } catch (error) {
    if (going === mine) giveUp(error);
  }
}

/** Ends the run; what was seen of it stays. */
export function stopLive(): void {
  going?.run?.stop();
  going = undefined;
  batch(() => {
    liveEdge.value = undefined;
    isPlaying.value = false;
  });
}

async function chosenMemory(): Promise<Memory | undefined> {
  if (memoryChoice.peek() === 'memory') return undefined;
  const { liveMemory } = await import('./live-memory.ts');
  return liveMemory;
}

/** A page that is loaded again asks for its simulator, so that it says at once where that is gone. */
async function rejoin(link: LiveLink): Promise<void> {
  try {
    const { controlClient } = await import('../../engine/control.ts');
    await controlClient(link).sites();
  } catch (error) {
    // A run that has begun meanwhile finds out by itself.
    if (mode.peek() === 'live' && !going) giveUp(error);
  }
}

/** Lets changes of the scenario, and the page being hidden, have their effect on a run. */
export function startLiveMode(): void {
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden || !going) return;
    stopLive();
    notice.value = { text: 'The live run was stopped while the page was hidden.', isProblem: false };
  });
  effect(() => {
    const wanted = scenario.value;
    if (mode.value !== 'live' || wanted === going?.scenario) return;
    if (going && hasSameLoad(wanted, going.scenario)) {
      going.scenario = wanted;
      if (going.run) follow(going, going.run);
      return;
    }
    // What is shown would be another scenario's.
    stopLive();
    clear();
  });
  if (mode.peek() === 'live' && liveLink) void rejoin(liveLink);
}

function follow(mine: Asked, run: LiveRun): void {
  run.follow(mine.scenario).then(
    () => {
      if (going === mine) failure.value = undefined;
    },
    (error: unknown) => {
      if (going !== mine) return;
      // What is wrong with a fault is said where it was typed, and the regions stay as they are.
      if (error instanceof TypeError) failure.value = error.message;
      else giveUp(error);
    },
  );
}

/** What is wrong with the scenario can be put right. Where the regions are not to be had, it is back to those of the page. */
function giveUp(error: unknown): void {
  if (error instanceof TypeError) {
    stopLive();
    failure.value = error.message;
    return;
  }
  changeMode('virtual');
  tellProblem('Live has ended', error);
}

function clear(): void {
  batch(() => {
    // What is live happens but once.
    rival.value = undefined;
    record.value = undefined;
    failure.value = undefined;
    selectedCall.value = undefined;
    playhead.value = 0;
    playbackEnd.value = scenario.peek().duration * 1_000;
  });
}

const hasSameLoad = (one: Scenario, other: Scenario): boolean => withoutFaults(one) === withoutFaults(other);

const withoutFaults = (scenario: Scenario): string => JSON.stringify({ ...scenario, faults: [] });
