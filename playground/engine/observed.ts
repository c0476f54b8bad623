import type { FailoverEvent, RegionStatus, Trace } from '../../src/index.ts';
import type { Arrival } from './arrival.ts';
import type { Answer } from './read-answer.ts';
import type { Sent } from './tap.ts';
import type { CallError } from './types.ts';

/** A call, as it was made. Times are Unix time, ms, of the world. */
export interface Made {
  /** Counts from 0. */
  readonly nth: number;
  readonly arrival: Arrival;
  readonly beganAt: number;
  readonly sent: Sent[];
  headersAt?: number;
  endedAt?: number;
  status?: number;
  /** The service's own name for the request whose response the caller got. */
  requestId?: string;
  answer?: Answer;
  /** What the caller got instead of a response. */
  error?: CallError;
  /** The library's; its attempts may still grow while the run goes on. */
  trace?: Trace | undefined;
}

/** Something that the library said. */
export interface Heard {
  readonly at: number;
  readonly client: number;
  /** By how much its clock was ahead of the world's, ms. */
  readonly aheadMs: number;
  readonly event: FailoverEvent;
}

/** What a client believed of a region from some time on. */
export interface Believed {
  readonly at: number;
  readonly client: number;
  readonly status: RegionStatus;
  /** By how much its clock was ahead of the world's, ms. */
  readonly aheadMs: number;
}

/** All that was seen of a run. Times are Unix time, ms, of the world. */
export interface Observed {
  readonly startedAt: number;
  readonly endedAt: number;
  readonly clients: number;
  readonly calls: readonly Made[];
  readonly heard: readonly Heard[];
  readonly believed: readonly Believed[];
}
