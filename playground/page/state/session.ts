import { batch, computed, effect, type Signal, signal } from '@preact/signals';
import type { Scenario } from '../../../src/simulator/index.ts';
import { scenarios } from '../../../src/simulator/scenarios.ts';
import { createEngine } from '../../engine/client.ts';
import type { PolicyChoice, PolicyId, RunRecord } from '../../engine/types.ts';
import { deeds } from './deeds.ts';
import { mode } from './mode.ts';
import { playbackEnd, seek } from './playback.ts';
import { selectedCall } from './view.ts';

/** Another policy; `ours` is the library without the options of the scenario. */
export type RivalId = PolicyId;

/** What the page opens with: a run in which nothing is wrong. */
const FIRST = 'calm';

/** In the order in which they are offered. */
export const presets: readonly Scenario[] = scenarios.toSorted(
  (a, b) => Number(b.id === FIRST) - Number(a.id === FIRST),
);

const [first] = presets;
if (!first) throw new Error('there are no scenarios');

export const scenario: Signal<Scenario> = signal(first);
/** As it was when it was opened. */
const opened: Signal<Scenario> = signal(first);
export const isTouched = computed(() => scenario.value !== opened.value);
/** The preset that the scenario is, or was made from. */
export const preset = computed(() => presets.find(({ id }) => id === scenario.value.id));
export const isEdited = computed(
  () => preset.value !== undefined && JSON.stringify(preset.value) !== JSON.stringify(scenario.value),
);
/** What it is called: once it was changed, no more by what it was made from alone. */
export const title = computed(() => `${scenario.value.title}${isEdited.value ? ' (changed)' : ''}`);

/** The last run that came to its end. */
export const record = signal<RunRecord | undefined>(undefined);
/** Why the scenario as it is now cannot be run. */
export const failure = signal<string | undefined>(undefined);
export const isRunning = signal(false);

/** Whom the library is compared with. */
export const rival = signal<RivalId | undefined>(undefined);
export const rivalRecord = signal<RunRecord | undefined>(undefined);

let recorded: RunRecord | undefined;

/** By then all clients have called, and what befalls the regions of most presets is two seconds away; ms. */
const START_MS = 8_000;

/** Compares, or does so no more. What is live happens but once. */
export function toggleRival(): void {
  if (mode.peek() === 'virtual') rival.value = rival.peek() ? undefined : 'plain';
}

export function choose(chosen: Scenario): void {
  batch(() => {
    scenario.value = chosen;
    opened.value = chosen;
    deeds.value = [];
    selectedCall.value = undefined;
    playbackEnd.value = chosen.duration * 1_000;
    seek(START_MS);
  });
}

/** Shows a run as it was recorded, until its scenario is changed. */
export function show(run: RunRecord): void {
  recorded = run;
  choose(run.scenario);
}

/** Makes the scenario another one; the playhead stays where it is. */
export function edit(change: (scenario: Scenario) => Scenario): void {
  scenario.value = change(scenario.peek());
}

/** Back to the preset as it comes. */
export function reset(): void {
  choose(preset.peek() ?? presets[0] ?? scenario.peek());
}

/** Runs the scenario anew whenever it, or the rival, changes; in Live mode, somebody else does. */
export function startSession(): void {
  const engine = createEngine();
  effect(() => {
    const wanted = scenario.value;
    if (mode.value === 'live') {
      isRunning.value = false;
      return;
    }
    playbackEnd.value = wanted.duration * 1_000;
    if (recorded?.scenario === wanted) {
      finish({ done: recorded });
      return;
    }
    const isWanted = (): boolean => scenario.peek() === wanted && mode.peek() === 'virtual';
    isRunning.value = true;
    engine.run(wanted, { id: 'ours' }, { lane: 'ours' }).then(
      ({ record: done }) => {
        if (isWanted()) finish({ done });
      },
      (error: unknown) => {
        if (isWanted() && !isSuperseded(error)) finish({ error });
      },
    );
  });
  effect(() => {
    const wanted = scenario.value;
    const against = rival.value;
    if (against === undefined) {
      rivalRecord.value = undefined;
      return;
    }
    engine.run(...rivalRun(wanted, against), { lane: 'rival' }).then(
      ({ record: done }) => {
        if (scenario.peek() === wanted && rival.peek() === against) rivalRecord.value = done;
      },
      // What is wrong with the scenario is said once, by the run of the library.
      () => {},
    );
  });
}

function finish({ done, error }: { readonly done?: RunRecord; readonly error?: unknown }): void {
  batch(() => {
    if (done) record.value = done;
    failure.value = done ? undefined : error instanceof Error ? error.message : String(error);
    isRunning.value = false;
  });
}

const isSuperseded = (error: unknown): boolean => error instanceof DOMException && error.name === 'AbortError';

const rivalRun = (scenario: Scenario, rival: RivalId): [Scenario, PolicyChoice] =>
  rival === 'ours' ? [{ ...scenario, client: {} }, { id: 'ours' }] : [scenario, { id: rival }];
