import type { ScenarioFault } from '../../../src/simulator/index.ts';
import { bounds, moveFault } from '../state/fault-drag.ts';

interface Props {
  readonly fault: ScenarioFault;
  readonly part: 'from' | 'to';
  readonly label: string;
}

/** When a fault begins, or ends, s. */
export function FaultTime({ fault, part, label }: Props) {
  const [from, to] = fault;
  const value = part === 'from' ? from : to;
  const { earliest, latest } = bounds.value;
  return (
    <input
      type="number"
      aria-label={label}
      min={earliest}
      max={latest}
      step={0.1}
      value={value}
      disabled={value < earliest}
      onChange={({ currentTarget }) => {
        const wanted = currentTarget.valueAsNumber;
        const [movedFrom, movedTo] = Number.isFinite(wanted) ? moveFault(fault, part, wanted - value) : fault;
        // What is not possible is not left standing.
        currentTarget.valueAsNumber = part === 'from' ? movedFrom : movedTo;
      }}
    />
  );
}
