import { batch, computed, effect, signal } from '@preact/signals';
import type { Scenario, ScenarioFault } from '../../../src/simulator/index.ts';
import { mode } from './mode.ts';
import { type Bounds, type FaultPart, movedFault } from './moved-fault.ts';
import { liveEdge } from './playback.ts';
import { edit, isRunning, scenario } from './session.ts';

/** A fault that is being dragged. */
interface Drag {
  /** As it was taken up. */
  readonly taken: ScenarioFault;
  /** As the scenario has it: that of the last run that was asked for. */
  readonly placed: ScenarioFault;
  readonly now: ScenarioFault;
}

export const drag = signal<Drag | undefined>(undefined);

interface Selection {
  readonly fault: ScenarioFault;
  /** The region in whose lane it was selected, or `client`. */
  readonly lane: string;
  /** With the keyboard, which then goes on in the figures. */
  readonly byKey: boolean;
}

const selection = signal<Selection | undefined>(undefined);

/** The fault whose figures are shown: until it is gone, or is another one's. */
export const selected = computed(() =>
  selection.value && scenario.value.faults.includes(selection.value.fault) ? selection.value : undefined,
);

export function select(chosen: Selection | undefined): void {
  selection.value = chosen;
}

/** What has happened in a live run cannot be made to have happened otherwise. */
export const bounds = computed<Bounds>(() => ({
  earliest: liveEdge.value === undefined ? 0 : Math.ceil(liveEdge.value / 100) / 10,
  latest: scenario.value.duration,
}));

/** Moves a fault that the pointer has taken up, by so many seconds from where it was. */
export function dragFault(taken: ScenarioFault, part: FaultPart, by: number, step: number): void {
  const going = drag.peek();
  // One at a time, however many fingers there are.
  if (going && going.taken !== taken) return;
  const now = movedFault(taken, part, by, bounds.peek(), step);
  drag.value = { taken, placed: going?.placed ?? taken, now };
}

export function dropFault(): void {
  settle();
  drag.value = undefined;
}

/** Puts what is dragged back to where it was taken up. */
export function cancelDrag(): void {
  const going = drag.peek();
  if (!going) return;
  drag.value = undefined;
  replaceFault(going.placed, going.taken);
}

/** Moves a fault at once, and says where it is then. */
export function moveFault(fault: ScenarioFault, part: FaultPart, by: number): ScenarioFault {
  const moved = movedFault(fault, part, by, bounds.peek());
  replaceFault(fault, moved);
  return moved;
}

/** Takes a fault away; one that has begun in a live run ends. */
export function removeFault(fault: ScenarioFault): void {
  // One that is being dragged is removed from where it is now.
  settle();
  const [from, to, target, what] = fault;
  const { earliest } = bounds.peek();
  replaceFault(fault, from < earliest ? [from, Math.min(to, earliest), target, what] : undefined);
}

/** Asks for a run with what is dragged whenever the one before has come to its end. Live, it is asked for once it is dropped. */
export function startFaultDrag(): void {
  effect(() => {
    const going = drag.value;
    if (!going) return;
    // A key, or another scenario, may do away with what a pointer holds.
    if (!scenario.value.faults.includes(going.placed)) drag.value = undefined;
    else if (!isRunning.value && mode.value === 'virtual') settle();
  });
}

function settle(): void {
  const going = drag.peek();
  if (!going || isSame(going.placed, going.now)) return;
  batch(() => {
    replaceFault(going.placed, going.now);
    drag.value = { ...going, placed: going.now };
  });
}

function replaceFault(was: ScenarioFault, next: ScenarioFault | undefined): void {
  if (next && isSame(was, next)) return;
  batch(() => {
    const isSelected = selection.peek()?.fault === was;
    edit((scenario) => withFault(scenario, was, next));
    const chosen = selection.peek();
    if (isSelected && chosen) selection.value = next && { ...chosen, fault: next };
  });
}

const withFault = (scenario: Scenario, was: ScenarioFault, next: ScenarioFault | undefined): Scenario => ({
  ...scenario,
  faults: scenario.faults.flatMap((fault) => (fault !== was ? [fault] : next ? [next] : [])),
});

const isSame = ([from, to]: ScenarioFault, [otherFrom, otherTo]: ScenarioFault): boolean =>
  from === otherFrom && to === otherTo;
