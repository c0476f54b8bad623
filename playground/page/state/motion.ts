import { computed, signal } from '@preact/signals';
import { stored } from './stored.ts';

const wantsLess = signal(false);

/** `system`: as the system says. */
export const motionChoice = stored('motion', ['system', 'full', 'none'] as const, 'system');

/** Whether dots may fly; what they show is said in words in any case. */
export const isMoving = computed(
  () => motionChoice.value === 'full' || (motionChoice.value === 'system' && !wantsLess.value),
);

export function startMotion(): void {
  const query = matchMedia('(prefers-reduced-motion: reduce)');
  wantsLess.value = query.matches;
  query.addEventListener('change', () => {
    wantsLess.value = query.matches;
  });
}
