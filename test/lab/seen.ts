import type { Truth } from './truth.ts';

/** A call as its caller sees it. Times are from the start of the run, ms. */
export interface CallSeen {
  readonly beganAt: number;
  /** When its headers came, or its error. */
  readonly endedAt: number;
  /** Answered as it should be: well, or with the caller's own mistake. */
  readonly ok: boolean;
  readonly client: number;
  readonly deployment: string;
  /** What its answer takes where that is no model's work, ms. */
  readonly bestMs?: number;
}

/** A request for an answer that was sent to a region: whether it is alive is not asked for an answer. */
export interface AttemptSeen {
  readonly sentAt: number;
  /** Its place in the list of preference, from 0. */
  readonly region: number;
  /** Which call it is for: its place in the list of calls. */
  readonly call: number;
  /** The call's first. */
  readonly first: boolean;
}

/** A client took a region out of rotation. */
export interface TripSeen {
  readonly at: number;
  readonly region: number;
}

/** The time that a row's figures are about. */
export interface Window {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** All that was seen of one run. */
export interface Seen {
  /** Calls a second of the whole fleet. */
  readonly perSecond: number;
  /** When the last calls began. */
  readonly endMs: number;
  readonly outage?: Window;
  /** The preferred region was never without load, or never lost what it had warmed up. */
  readonly warm: boolean;
  readonly truth: Truth;
  readonly calls: readonly CallSeen[];
  /** In the order of sending. */
  readonly attempts: readonly AttemptSeen[];
  /** Absent where the policy believes nothing about regions. */
  readonly trips?: readonly TripSeen[];
}
