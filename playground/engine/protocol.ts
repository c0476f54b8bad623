import type { PolicyChoice, RunRecord } from './types.ts';

/** What the page asks of the worker. */
export interface RunRequest {
  readonly id: number;
  /** Of the requests of one lane, only the latest matters: those before are given up. */
  readonly lane: string;
  /** Whatever it is: the worker checks it. */
  readonly scenario: unknown;
  readonly policy: PolicyChoice;
}

/** What the worker says to it, once for each request. */
export type RunReply =
  | { readonly id: number; readonly type: 'done'; readonly record: RunRecord /** ms. */; readonly tookMs: number }
  | { readonly id: number; readonly type: 'superseded' }
  | { readonly id: number; readonly type: 'failed'; readonly name: string; readonly message: string };
