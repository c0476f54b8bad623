import type { FailoverEvent, RegionStatus, VerdictKind } from '../../src/index.ts';
import type { JsonValue, Scenario } from '../../src/simulator/index.ts';
import type { CallRecord } from './call-record.ts';
import type { Detection, Metric, MetricId, Score, Series } from './figures.ts';

export type * from './call-record.ts';
export type * from './figures.ts';

/** Who decides where a call goes. */
export type PolicyId = 'ours' | 'plain' | 'openai-sdk' | 'fixed-fallback';

/** A policy, and what is changed about it. */
export interface PolicyChoice {
  readonly id: PolicyId;
  /** Of `ours` only: options as in a scenario's `client`, laid over those of the scenario. @default none */
  readonly client?: ClientOptions;
}

/** Options of the library as far as they are JSON: `retry`, `timeouts`, `breaker`, `hedge`, and `strategy` by its name. */
export type ClientOptions = Readonly<Record<string, JsonValue>>;

/**
 * All that is to be known of one run, as JSON. The same scenario and policy give the same record, to the byte, on every
 * platform. Unless they say otherwise, times are ms from the start of the run, in the world's time (clients may have
 * their own), and lists are in the order of time.
 */
export interface RunRecord {
  /** As it was run: checked, with faults and asserts in their shortest form. */
  readonly scenario: Scenario;
  readonly policy: PolicyChoice;
  /** The scenario's duration, ms. */
  readonly durationMs: number;
  /** When the last call was over: often later than the duration. */
  readonly endMs: number;
  /** In the order of the scenario, which is that of preference. */
  readonly regions: readonly RegionRecord[];
  /** What befell the clients themselves. */
  readonly client: readonly ClientSpan[];
  /** How many clients called. */
  readonly clients: number;
  /** In the order in which they began; `calls[n].nth` is `n`. */
  readonly calls: readonly CallRecord[];
  readonly log: readonly LogEntry[];
  /** Every change of what a client believes of a region; none for a policy that believes nothing. */
  readonly beliefs: readonly BeliefRecord[];
  /** Figures of all of the run, each with what it was counted from. */
  readonly metrics: Readonly<Record<MetricId, Metric>>;
  /** Failed calls by what they failed with (`ERR_ALL_REGIONS_FAILED`, `TypeError`, `429`), the most frequent first. */
  readonly errorsByClass: readonly { readonly name: string; readonly calls: number }[];
  /** One for each fault of a region that some call met. */
  readonly detections: readonly Detection[];
  /** The scenario's asserts, in its order. */
  readonly scorecard: readonly Score[];
  readonly series: Series;
  /** Of everything above: two runs with one hash were the same. */
  readonly hash: string;
}

export interface RegionRecord {
  readonly id: string;
  /** What is so, from 0 to the end without a gap. */
  readonly truth: readonly TruthSpan[];
  /** What is believed, from 0 to the end without a gap; absent where the policy believes nothing. */
  readonly belief?: readonly BeliefSpan[];
}

/**
 * What the matter is with a region. `up`: nothing. `down`: it answers nobody, or with errors. `throttled`: it asks to be
 * left alone. `refusing`: it does not accept the credential, or the request. `partial`: it lacks a deployment.
 * `breaking`: it breaks answers that have begun. `limited`: it answers some calls and not others. `slow`: it takes longer.
 */
export type TruthState = 'up' | 'down' | 'throttled' | 'refusing' | 'partial' | 'breaking' | 'limited' | 'slow';

export interface TruthSpan {
  readonly from: number;
  readonly to: number;
  /** Of its faults, the worst: the first in the order `down`, `throttled`, `refusing`, `partial`, `breaking`, … */
  readonly state: TruthState;
  /** The faults that are on, as the scenario writes them; a `flap` only while it is not well. */
  readonly faults: readonly string[];
  /** Share of the calls that the state concerns, (0, 1]: of `status(503)%30`, 0.3. */
  readonly share: number;
}

/**
 * `closed`: calls go there. `open`: it is left alone. `half-open`: one call tests it. `ramping`: it gets its calls back
 * bit by bit. `cooling`: some deployment in it is left alone, and the region is not.
 */
export type BeliefState = 'closed' | 'open' | 'half-open' | 'ramping' | 'cooling';

export interface BeliefSpan {
  readonly from: number;
  readonly to: number;
  /** What most clients believe; of two that are as frequent, the one that lets fewer calls through. */
  readonly state: BeliefState;
  /** How many clients believe what. Together all that called by then. */
  readonly clients: Readonly<Record<BeliefState, number>>;
  /** Why it is left alone, of those who do, most often; absent where nobody does. */
  readonly cause?: VerdictKind;
}

/** What one client believes of one region from now on. */
export interface BeliefRecord {
  readonly at: number;
  /** Counts from 0. */
  readonly client: number;
  readonly state: BeliefState;
  /** When it will be asked again, as far as is known; absent where it is not left alone. */
  readonly until?: number;
  /** As the library says it; its own times are Unix time, ms, by the client's clock. */
  readonly status: RegionStatus;
}

/** What befell all clients at once. */
export interface ClientSpan {
  readonly from: number;
  readonly to: number;
  /** As the scenario writes it: `offline`, `sleep`, `clock(3600)`, … */
  readonly fault: string;
}

/** What happened, in a line. */
export interface LogEntry {
  readonly at: number;
  /** `event`: the library said so. `fault`: something was switched on or off. */
  readonly source: 'event' | 'fault';
  /** Which kind: an event's type, or `on` and `off`. */
  readonly type: FailoverEvent['type'] | 'on' | 'off';
  /** In words. */
  readonly text: string;
  /** Absent for what concerns all of them. */
  readonly client?: number;
  readonly call?: number;
  readonly region?: string;
}

/** Where two runs of one scenario part: the first call whose fate differs, else the first that another region answered. */
export interface Difference {
  /** The call's place in both lists of calls. */
  readonly nth: number;
  readonly left: CallRecord;
  readonly right: CallRecord;
  readonly what: 'fate' | 'region';
  /** A sentence for each side: what became of the call, and by which way. */
  readonly leftText: string;
  readonly rightText: string;
}
