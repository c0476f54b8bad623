import { batch, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { spanAt } from '../view/find.ts';
import { type Deed, deeds } from './deeds.ts';
import { mode } from './mode.ts';
import { moment } from './playback.ts';
import { isTouched, record, rival, rivalRecord, scenario } from './session.ts';
import { openTab, selectedCall } from './view.ts';

/** A step of the guide. */
export interface Task {
  readonly id: string;
  readonly text: string;
  readonly more: string;
  readonly isDone: ReadonlySignal<boolean>;
}

interface Step extends Omit<Task, 'isDone'> {
  /** Whether it was done, and what it leads to can be seen at the playhead: not what only the rest of the run will bring. */
  readonly isSo: () => boolean;
  /** In Live mode it is left out. */
  readonly isVirtual?: true;
}

const home = (): string => scenario.value.regions[0]?.id ?? '';

const beliefOfHome = () => {
  const region = record.value?.regions.find(({ id }) => id === home());
  return region?.belief && spanAt(region.belief, moment.value);
};

const isStruck = (): boolean => scenario.value.faults.some(([, , target]) => target === home());

const hasDone = (isIt: (deed: Deed) => boolean): boolean => deeds.value.some(isIt);

/** Of fewer calls than these, a share says little. */
const ENOUGH_CALLS = 20;

/** Of the calls that were over at the playhead, the part that succeeded; all of too few to tell. */
function successSoFar(): number {
  const over = record.value?.calls.filter(({ endedAt }) => endedAt <= moment.value) ?? [];
  return over.length < ENOUGH_CALLS ? 1 : over.filter(({ fate }) => fate === 'ok').length / over.length;
}

const steps: readonly Step[] = [
  {
    id: 'refuse',
    text: 'Press Refuse on the first region.',
    more: 'Nobody listens there from now on. Watch where the dots turn to.',
    isSo: () => hasDone(({ target, fault }) => target === home() && fault === 'refused'),
  },
  {
    id: 'believed',
    text: 'Wait until all clients leave it alone.',
    more: 'Each client has to meet the outage itself; from the end of the hatched gap on, nearly all calls go elsewhere at once.',
    isSo: () => isStruck() && beliefOfHome()?.state === 'open' && beliefOfHome()?.clients.closed === 0,
  },
  {
    id: 'heal',
    text: 'Press Heal, and watch the calls come back.',
    more: 'One call tests the region first; then it gets its traffic back bit by bit, so that it is not run over.',
    isSo: () =>
      hasDone(({ target, fault }) => target === home() && fault === undefined) && beliefOfHome()?.state === 'ramping',
  },
  {
    id: 'waterfall',
    text: 'Open a call that had to move: Request, “Next that had to move”.',
    more: 'Each attempt, the verdict on it, whose fault it was, and what was done next.',
    isSo: () => {
      const selected = selectedCall.value === undefined ? undefined : record.value?.calls[selectedCall.value];
      return openTab.value === 'request' && selected !== undefined && selected.attempts.length > 1;
    },
  },
  {
    id: 'compare',
    text: 'Press Compare: the same outage with plain fetch.',
    more: 'The same calls, the same faults, the same chances; only the policy differs. In Virtual mode only.',
    isVirtual: true,
    isSo: () => rival.value !== undefined && isStruck() && rivalRecord.value !== undefined,
  },
  {
    id: 'break',
    text: 'Make less than 90 % of the calls succeed.',
    more: 'Hard, while one region is left. Try all of them, or a quota on the survivor.',
    isSo: () => isTouched.value && successSoFar() < 0.9,
  },
];

const flags = new Map<string, Signal<boolean>>(steps.map(({ id }) => [id, signal(false)]));

export const tasks: readonly Task[] = steps.map(({ id, text, more }) => ({
  id,
  text,
  more,
  isDone: flags.get(id) ?? signal(false),
}));

/** Ticks the first step that is not ticked yet when the page is as it asks: one after the other, as they are read. */
export function startGuide(): void {
  effect(() => {
    const next = steps.find(({ id, isVirtual }) => !flags.get(id)?.value && !(isVirtual && mode.value === 'live'));
    const flag = next && flags.get(next.id);
    if (next?.isSo() && flag) flag.value = true;
  });
}

export function restartGuide(): void {
  batch(() => {
    deeds.value = [];
    for (const flag of flags.values()) flag.value = false;
  });
}
