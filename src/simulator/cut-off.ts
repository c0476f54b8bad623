import type { ActiveFaults } from './active-faults.ts';
import { carryingKinds, closingKinds, isCarrying, isClosing } from './connection-shape.ts';
import type { Strike, Target } from './fault-entry.ts';

/** What becomes of a request whose connection does not hold. */
export type CutAction =
  /** Nothing is ever sent, the connection stays. */
  | { readonly kind: 'silence' }
  /** The connection ends at once: abruptly, or in order; because it was used again, or whatever it was used for. */
  | { readonly kind: 'reset' | 'close'; readonly reuse: boolean }
  /** What comes is not HTTP. */
  | { readonly kind: 'garbage' };

const kinds = [...closingKinds, ...carryingKinds] as const;
type Shape = Strike<(typeof kinds)[number]>['shape'];

/**
 * Takes the fault of the connection that strikes a request.
 *
 * @param reused whether its connection had carried another.
 */
export function cutOff(
  faults: ActiveFaults,
  target: Target,
  reused: boolean,
): { readonly by: Strike; readonly action: CutAction } | undefined {
  const by = faults.take(
    kinds,
    target,
    (shape) => isClosing(shape) || (isCarrying(shape) && (reused || !isOfReuse(shape))),
  );
  return by && { by, action: actionOf(by.shape) };
}

function actionOf(shape: Shape): CutAction {
  switch (shape.kind) {
    case 'silence':
    case 'garbage':
      return { kind: shape.kind };
    case 'fin':
      return { kind: 'close', reuse: isOfReuse(shape) };
    // Who got in before the listener closed is reset with it.
    default:
      return { kind: 'reset', reuse: isOfReuse(shape) };
  }
}

function isOfReuse(shape: Shape): boolean {
  return 'moment' in shape && shape.moment === 'reuse';
}
