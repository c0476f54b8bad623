import type { FaultShape, LastingShape, WellShape } from './fault-shape.ts';

/** What is wrong with connections, whatever is asked on them. */
export type ConnectionShape = ClosingShape | OpeningShape | CarryingShape;

/** Nobody can connect. */
export interface ClosingShape {
  readonly kind: (typeof closingKinds)[number];
}

/** Something happens to a connection before a request is read from it. */
export type OpeningShape =
  | { readonly kind: 'noread' | 'tls' }
  | { readonly kind: 'rst' | 'fin'; readonly moment: 'accept' }
  | { readonly kind: 'conn-limit'; readonly connections: number };

/** Something happens to a connection once a request was read from it: to any, or to one that had carried another. */
export type CarryingShape =
  | { readonly kind: 'silence' | 'garbage' }
  | { readonly kind: 'rst' | 'fin'; readonly moment: 'request' | 'reuse' };

export const closingKinds = ['refused', 'dns', 'blackhole'] as const;
export const openingKinds = ['noread', 'tls', 'rst', 'fin', 'conn-limit'] as const;
export const carryingKinds = ['silence', 'garbage', 'rst', 'fin'] as const;

/** Whether it is, or comes and goes as, a fault of the connection, and not of the service behind it. */
export function isConnectionShape(shape: FaultShape): boolean {
  return partsOf(shape).some((part) => isClosing(part) || isOpening(part) || isCarrying(part));
}

/** Whether nobody can connect while it stands. */
export function closesListener(shape: FaultShape): boolean {
  return partsOf(shape).some(isClosing);
}

/** Whether it strikes before there is a request to tell apart from others. */
export function precedesRequests(shape: FaultShape): boolean {
  return partsOf(shape).some((part) => isClosing(part) || isOpening(part));
}

/** Whether it ends connections that are used again. */
export function cutsReused(shape: FaultShape): boolean {
  return partsOf(shape).some((part) => 'moment' in part && part.moment === 'reuse');
}

export function isClosing(shape: LastingShape | WellShape): shape is ClosingShape {
  return closingKinds.some((kind) => kind === shape.kind);
}

export function isOpening(shape: LastingShape | WellShape): shape is OpeningShape {
  if (shape.kind === 'rst' || shape.kind === 'fin') return shape.moment === 'accept';
  return openingKinds.some((kind) => kind === shape.kind);
}

export function isCarrying(shape: LastingShape | WellShape): shape is CarryingShape {
  // The others cut a response that has begun, and are nothing to a connection without one.
  if (shape.kind === 'rst' || shape.kind === 'fin') return shape.moment === 'request' || shape.moment === 'reuse';
  return carryingKinds.some((kind) => kind === shape.kind);
}

/** All that it is by turns. */
export function partsOf(shape: FaultShape): readonly (LastingShape | WellShape)[] {
  switch (shape.kind) {
    case 'flap':
      return [shape.fault];
    case 'sequence':
      return shape.faults;
    default:
      return [shape];
  }
}
