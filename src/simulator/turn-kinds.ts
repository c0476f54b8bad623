import { precedesRequests } from './connection-shape.ts';
import { printLasting, readLasting } from './fault-kinds.ts';
import { type Refuse, readNumber, type ShapeText } from './fault-reader.ts';
import type { FaultShape, LastingShape, SequenceShape } from './fault-shape.ts';

/** The longest that a timer waits, in whole seconds. */
const longestSeconds = 2_147_483;

/** @param inner reads a fault that `flap` alternates with, or that takes its turn in a `sequence`. */
export function readShape(text: ShapeText, refuse: Refuse, inner: (text: string) => FaultShape): FaultShape {
  const { kind, args, moment } = text;
  if (kind !== 'flap' && kind !== 'sequence') return readLasting(text, refuse);
  if (moment !== undefined) refuse(`${kind} takes no moment`, moment);
  const lasting = (fault: string): LastingShape => {
    const read = inner(fault);
    return read.kind === 'flap' || read.kind === 'sequence'
      ? refuse(`fault of ${kind} must not be a ${read.kind}`, fault)
      : read;
  };
  return kind === 'flap' ? readFlap(args, refuse, lasting) : readSequence(args, refuse, lasting);
}

function readFlap(args: readonly string[], refuse: Refuse, lasting: (fault: string) => LastingShape): FaultShape {
  const [up, down, fault, ...more] = args;
  if (more.length > 0) refuse('flap takes 3 argument(s) at most', args.join(','));
  const seconds = { least: 0.001, most: longestSeconds };
  return {
    kind: 'flap',
    fault: fault === undefined ? { kind: 'refused' } : lasting(fault),
    up: readNumber('up', up, refuse, seconds),
    down: readNumber('down', down, refuse, seconds),
  };
}

function readSequence(
  args: readonly string[],
  refuse: Refuse,
  lasting: (fault: string) => LastingShape,
): SequenceShape {
  if (args.length === 0) refuse('sequence takes one fault or more', undefined);
  const faults = args.map((fault) => {
    if (fault === 'ok') return { kind: 'ok' } as const;
    const shape = lasting(fault);
    const isOfOne = !precedesRequests(shape) && shape.kind !== 'capacity' && shape.kind !== 'quota';
    return isOfOne ? shape : refuse('fault of sequence must be about one request', fault);
  });
  return { kind: 'sequence', faults };
}

/** What stands between the parentheses; none where there is nothing to say. */
export function printArgs(shape: FaultShape, inner: (shape: FaultShape) => string): readonly (string | number)[] {
  switch (shape.kind) {
    case 'flap': {
      const { up, down, fault } = shape;
      return fault.kind === 'refused' ? [up, down] : [up, down, inner(fault)];
    }
    case 'sequence':
      return shape.faults.map((fault) => (fault.kind === 'ok' ? fault.kind : inner(fault)));
    default:
      return printLasting(shape);
  }
}
