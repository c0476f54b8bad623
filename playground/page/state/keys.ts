import { healNow, toggleFault } from './act.ts';
import { announce, isMuted } from './announce.ts';
import { brush, cancelBrush } from './brush.ts';
import { select, selected } from './fault-drag.ts';
import { moveByKey } from './move.ts';
import { oneClickFaults } from './one-click-faults.ts';
import { togglePlay } from './play.ts';
import { changeSpeed } from './playback.ts';
import { scenario, toggleRival } from './session.ts';
import { toggleLoop, zoomOut } from './timeline.ts';
import { isHelpOpen, openTab } from './view.ts';

/** The region that a digit has named. */
let named: string | undefined;

function withNamed(act: (region: string) => void): void {
  const region = scenario.peek().regions.find(({ id }) => id === named);
  if (region) act(region.id);
}

/** What was begun last is given up first. */
function stepBack(): void {
  if (brush.peek()) cancelBrush();
  else if (selected.peek()) select(undefined);
  else zoomOut();
}

const keys: Readonly<Record<string, () => void>> = {
  ' ': togglePlay,
  ',': () => changeSpeed(-1),
  '.': () => changeSpeed(1),
  '0': () => withNamed(healNow),
  '?': () => {
    isHelpOpen.value = true;
  },
  Escape: stepBack,
  a: toggleRival,
  c: () => {
    openTab.value = 'code';
  },
  g: () => {
    openTab.value = 'log';
  },
  m: () => {
    isMuted.value = !isMuted.peek();
    announce(isMuted.peek() ? 'Announcements are off.' : 'Announcements are on.');
  },
  o: toggleLoop,
  ...Object.fromEntries(
    oneClickFaults.flatMap(({ key, fault }) =>
      key ? [[key.toLowerCase(), () => withNamed((region) => toggleFault(region, fault))]] : [],
    ),
  ),
};

/** Hears keys that nothing else on the page wants. */
export function startKeys(): void {
  document.addEventListener('keydown', (event) => {
    const { key, target, altKey, ctrlKey, metaKey, defaultPrevented } = event;
    if (defaultPrevented || altKey || ctrlKey || metaKey || isHelpOpen.peek() || isTakenBy(target, key)) return;
    const region = /^[1-9]$/.test(key) ? scenario.peek().regions[Number(key) - 1] : undefined;
    if (region) {
      named = region.id;
      document.getElementById(`region-${region.id}`)?.focus();
      event.preventDefault();
      return;
    }
    const act = keys[key.length === 1 ? key.toLowerCase() : key];
    if (act) act();
    else if (!moveByKey(event)) return;
    event.preventDefault();
  });
}

/** Whether a key means something to the element that has the focus. */
function isTakenBy(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('input, select, textarea, [contenteditable]')) return true;
  if (target.closest('.scroll, [role="tablist"]') && key.length > 1) return true;
  return key === ' ' && target.closest('button, summary, a') !== null;
}
