import type { ActiveFaults } from './active-faults.ts';
import { isOpening, openingKinds } from './connection-shape.ts';
import { chance } from './hash.ts';

/**
 * What becomes of a new connection. `serve`: requests are read from it. `hold`: nothing ever is. `reset`, `close`: it ends
 * at once, abruptly or in order. `hang-up`: it ends in order as soon as the client says something.
 */
export type Opening = 'serve' | 'hold' | 'reset' | 'close' | 'hang-up';

/** A connection, as it is made. */
export interface Knock {
  readonly seed: number;
  readonly region: string;
  /** Which connection of this region it is, from 1. */
  readonly nth: number;
  /** Unix time, ms. */
  readonly now: number;
  /** How many others are open. */
  readonly open: number;
}

/** Decides about a connection that somebody listens for. Counts the `*times` of the faults. */
export function decideConnection(faults: ActiveFaults, { seed, region, nth, now, open }: Knock): Opening {
  const target = { now, draw: ({ text }: { readonly text: string }) => chance('connection', seed, region, nth, text) };
  const by = faults.take(
    openingKinds,
    target,
    (shape) => isOpening(shape) && (shape.kind !== 'conn-limit' || shape.connections <= open),
  );
  switch (by?.shape.kind) {
    case undefined:
      return 'serve';
    case 'noread':
      return 'hold';
    case 'tls':
      return 'hang-up';
    case 'fin':
      return 'close';
    case 'rst':
    case 'conn-limit':
      return 'reset';
  }
}
