import { useRef } from 'preact/hooks';
import type { ScenarioFault } from '../../../src/simulator/index.ts';
import { bounds, cancelDrag, drag, dragFault, dropFault, moveFault, removeFault, select } from '../state/fault-drag.ts';
import { type FaultPart, stepFor } from '../state/moved-fault.ts';
import { reveal, trackWidth } from '../state/timeline.ts';
import { seconds } from '../view/format.ts';
import { left, type Window, width } from '../view/window.ts';

interface Props {
  readonly fault: ScenarioFault;
  readonly row: number;
  readonly lane: string;
  readonly title: string;
  readonly window: Window;
  /** What of it has happened, and so stays. */
  readonly fixed: 'nothing' | 'start' | 'all';
  readonly isChosen: boolean;
}

/** A fault as it was taken up. */
interface Grip {
  readonly fault: ScenarioFault;
  readonly part: FaultPart;
  readonly x: number;
  readonly secondsPerPixel: number;
  readonly hasMoved: boolean;
}

/** A hand that trembles does not drag, px. */
const TREMOR_PX = 3;
const STEP = 0.5;
const LEAP = 5;
const moves: Readonly<Record<string, number>> = {
  ArrowLeft: -STEP,
  ArrowDown: -STEP,
  ArrowRight: STEP,
  ArrowUp: STEP,
  PageDown: -LEAP,
  PageUp: LEAP,
};

/** A fault of the scenario, which can be moved and made longer or shorter: with a pointer, with keys, or by its figures. */
export function FaultBlock({ fault, row, lane, title, window, fixed, isChosen }: Props) {
  const grip = useRef<Grip | undefined>(undefined);
  const [from, to, target, what] = fault;
  const [start, end] = [from * 1_000, to * 1_000];
  const shownFrom = Math.max(start, window.from);
  const shownTo = Math.min(end, window.from + window.span);
  const letGo = (): void => {
    grip.current = undefined;
    cancelDrag();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || !act(event)) return;
    event.preventDefault();
  };
  /** Whether the key means something here. */
  const act = ({ key, shiftKey, altKey, currentTarget }: KeyboardEvent): boolean => {
    const by = moves[key];
    if (by !== undefined) {
      const part = shiftKey ? 'to' : altKey ? 'from' : 'all';
      const [movedFrom, movedTo] = moveFault(fault, part, by);
      // A block out of sight could not be moved back.
      reveal((part === 'to' ? movedTo : movedFrom) * 1_000);
    } else if (key === 'Enter') select({ fault, lane, byKey: true });
    else if (key === 'Delete' || key === 'Backspace') {
      if (currentTarget instanceof HTMLElement && currentTarget.nextElementSibling === null) focusBefore(currentTarget);
      removeFault(fault);
    } else if (key === 'Escape' && drag.peek()) letGo();
    else if (key === 'Escape' && isChosen) select(undefined);
    else return false;
    return true;
  };
  return (
    <div
      class="fault"
      role="slider"
      tabIndex={0}
      aria-label={`${what}, ${title}${target === '*' ? ' and all others' : ''}`}
      aria-valuemin={0}
      aria-valuemax={bounds.value.latest}
      aria-valuenow={from}
      aria-valuetext={`from ${seconds(start)} to ${seconds(end)}`}
      aria-keyshortcuts="Enter Delete Shift+ArrowLeft Shift+ArrowRight Alt+ArrowLeft Alt+ArrowRight"
      aria-disabled={fixed === 'all'}
      data-fixed={fixed}
      data-chosen={isChosen}
      title={`${what}: ${seconds(start)} to ${seconds(end)}`}
      style={{ '--row': row, left: left(shownFrom, window), width: width(shownTo - shownFrom, window) }}
      onPointerDown={({ button, clientX, pointerId, target, currentTarget }) => {
        if (button !== 0 || !(target instanceof HTMLElement)) return;
        currentTarget.setPointerCapture(pointerId);
        const secondsPerPixel = window.span / trackWidth.peek() / 1_000;
        grip.current = { fault, part: partOf(target), x: clientX, secondsPerPixel, hasMoved: false };
      }}
      onPointerMove={({ clientX }) => {
        if (!grip.current) return;
        const { fault: taken, part, x, secondsPerPixel, hasMoved } = grip.current;
        if (!hasMoved && Math.abs(clientX - x) < TREMOR_PX) return;
        grip.current = { ...grip.current, hasMoved: true };
        dragFault(taken, part, (clientX - x) * secondsPerPixel, stepFor(secondsPerPixel));
      }}
      onPointerUp={() => {
        if (!grip.current) return;
        const { hasMoved } = grip.current;
        grip.current = undefined;
        if (hasMoved) dropFault();
        else select({ fault, lane, byKey: false });
      }}
      onPointerCancel={letGo}
      onKeyDown={onKeyDown}
    >
      {fixed === 'nothing' && start >= window.from && <i data-edge="from" />}
      <span>{what}</span>
      {fixed !== 'all' && end <= window.from + window.span && <i data-edge="to" />}
    </div>
  );
}

const partOf = ({ dataset: { edge } }: HTMLElement): FaultPart => (edge === 'from' || edge === 'to' ? edge : 'all');

/** The last block of a lane is not there any more once its fault, or one before it, is gone. */
function focusBefore(block: HTMLElement): void {
  const before = block.previousElementSibling ?? document.querySelector('.slider');
  if (before instanceof HTMLElement) before.focus();
}
