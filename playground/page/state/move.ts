import { stepTo } from './act.ts';
import { pause, playhead, seek } from './playback.ts';

/** Arrow keys go from event to event; with Shift, a second at a time. Whether the key was one of these. */
export function moveByKey({ key, shiftKey, altKey, ctrlKey, metaKey }: KeyboardEvent): boolean {
  const move = moves[key];
  if (!move || altKey || ctrlKey || metaKey) return false;
  move(shiftKey);
  return true;
}

const step =
  (direction: 1 | -1) =>
  (shift: boolean): void =>
    shift ? jump(direction * 1_000) : stepTo(direction);

const moves: Readonly<Record<string, (shift: boolean) => void>> = {
  ArrowLeft: step(-1),
  ArrowDown: step(-1),
  ArrowRight: step(1),
  ArrowUp: step(1),
  PageDown: () => jump(-10_000),
  PageUp: () => jump(10_000),
  Home: () => jump(Number.NEGATIVE_INFINITY),
  End: () => jump(Number.POSITIVE_INFINITY),
};

function jump(ms: number): void {
  pause();
  seek(playhead.peek() + ms);
}
