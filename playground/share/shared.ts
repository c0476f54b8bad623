import type { Scenario } from '../../src/simulator/index.ts';
import type { PolicyId } from '../engine/types.ts';

/** What a link brings back. */
export interface Shared {
  readonly scenario: Scenario;
  /** The moment that is looked at, s from the start. */
  readonly at?: number;
  /** What part of the run the timeline shows, s from the start. @default all of it */
  readonly zoom?: Zoom;
  /** Whom the library is compared with. */
  readonly rival?: PolicyId;
}

export interface Zoom {
  readonly from: number;
  readonly to: number;
}

/** What came with a link, and what is to be said of it. */
export interface Received extends Shared {
  /** For the reader: the scenario that the link builds on is no longer what it was. */
  readonly note?: string;
}
