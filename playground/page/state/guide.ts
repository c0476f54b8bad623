import { effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import { spanAt } from '../view/find.ts';
import { moment } from './playback.ts';
import { record, rival, rivalRecord, scenario } from './session.ts';
import { openTab, selectedCall } from './view.ts';

/** A step of the guide. */
export interface Task {
  readonly id: string;
  readonly text: string;
  readonly more: string;
  readonly isDone: ReadonlySignal<boolean>;
}

interface Step extends Omit<Task, 'isDone'> {
  /** Whether the page is in the state that the step asks for. */
  readonly isSo: () => boolean;
}

const home = (): string => scenario.value.regions[0]?.id ?? '';

const beliefOfHome = () => {
  const region = record.value?.regions.find(({ id }) => id === home());
  return region?.belief && spanAt(region.belief, moment.value);
};

const isStruck = (): boolean => scenario.value.faults.some(([, , target]) => target === home());

const steps: readonly Step[] = [
  {
    id: 'refuse',
    text: 'Press Refuse on the first region.',
    more: 'Nobody listens there from now on. Watch where the dots turn to.',
    isSo: () => scenario.value.faults.some(([, , target, fault]) => target === home() && fault === 'refused'),
  },
  {
    id: 'believed',
    text: 'Wait until all clients leave it alone.',
    more: 'The hatched gap in the timeline is how long that took. A call that fails in the meantime is sent on at once.',
    isSo: () => isStruck() && beliefOfHome()?.state === 'open' && beliefOfHome()?.clients.closed === 0,
  },
  {
    id: 'heal',
    text: 'Press Heal, and watch the calls come back.',
    more: 'One call tests the region first; then it gets its traffic back bit by bit, so that it is not run over.',
    isSo: () => beliefOfHome()?.state === 'ramping',
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
    more: 'The same calls, the same faults, the same chances; only the policy differs.',
    isSo: () => rival.value !== undefined && isStruck() && rivalRecord.value !== undefined,
  },
  {
    id: 'break',
    text: 'Make less than 90 % of the calls succeed.',
    more: 'Hard, while one region is left. Try all of them, or a quota on the survivor.',
    isSo: () => (record.value?.metrics.success.value ?? 1) < 0.9,
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
    const next = steps.find(({ id }) => !flags.get(id)?.value);
    const flag = next && flags.get(next.id);
    if (next?.isSo() && flag) flag.value = true;
  });
}

export function restartGuide(): void {
  for (const flag of flags.values()) flag.value = false;
}
