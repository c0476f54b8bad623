import type { ConnectionShape } from './connection-shape.ts';
import type { CorsProfile } from './cors.ts';
import type { Latency, Ramp } from './latency.ts';
import type { BodyShape } from './stream-shape.ts';

/** What is wrong, without when and for whom. */
export type FaultShape = LastingShape | FlapShape | SequenceShape;

/** What is wrong without a pause, so that it can be the other half of a `flap`. */
export type LastingShape =
  | ConnectionShape
  | { readonly kind: 'key' | 'key-expired' | 'firewall' }
  | { readonly kind: 'status'; readonly status: number; readonly format: BodyFormat }
  | { readonly kind: '429'; readonly seconds: number; readonly style: HintStyle; readonly wording: Wording }
  | { readonly kind: 'nodeploy'; readonly deployment: string }
  | { readonly kind: 'quota'; readonly tokensPerMinute: number; readonly requestsPerMinute: number }
  | { readonly kind: 'cors'; readonly profile: CorsProfile }
  | { readonly kind: 'latency'; readonly latency: Latency | Ramp }
  | { readonly kind: 'duplicate-slow'; readonly ms: number }
  | { readonly kind: 'slow'; readonly factor: number }
  | (CapacityRate & { readonly kind: 'capacity'; readonly style: CapacityStyle })
  | BodyShape;

/** Well for `up` seconds, then `fault` for `down` seconds, and again. */
export interface FlapShape {
  readonly kind: 'flap';
  readonly up: number;
  readonly down: number;
  readonly fault: LastingShape;
}

/** One request meets the first of `faults`, the next the second, and so on, and again. */
export interface SequenceShape {
  readonly kind: 'sequence';
  /** Each is about one request: none strikes before there is one, and none counts several. */
  readonly faults: readonly (LastingShape | WellShape)[];
}

/** Nothing is wrong with the request whose turn it is. */
export interface WellShape {
  readonly kind: 'ok';
}

/** How much model work is served. */
export interface CapacityRate {
  /** Requests. */
  readonly perSecond: number;
  /** It grows (or shrinks) evenly, from when the fault starts. */
  readonly warmUp?: {
    /** Requests per second at its end. */
    readonly to: number;
    readonly seconds: number;
  };
}

/** The shape of one of these kinds. */
export type ShapeOf<Kind extends FaultShape['kind']> = FaultShape & { readonly kind: Kind };

export const formats = ['json', 'html', 'text'] as const;
/** What the body of an error is. */
export type BodyFormat = (typeof formats)[number];

export const hintStyles = ['s', 'ms', 'date', 'both', 'text', 'none', 'bad', 'huge', 'reset', 'capacity'] as const;
/**
 * Where a 429 says how long to stay away. `s`, `ms`, `date`, `both`: in `retry-after`, in `retry-after-ms`, in
 * `retry-after` as a date, in the first two; and in the message. `text`: in the message only. `none`: nowhere.
 * `bad`: headers that are no hint. `huge`: a day, whatever was asked. `reset`: in `x-ratelimit-reset-tokens`.
 * `capacity`: the region's capacity, not the caller's quota, is used up; in the message only.
 */
export type HintStyle = (typeof hintStyles)[number];

export const wordings = ['a', 'b', 'c'] as const;
/** The three wordings of Azure's throttling message: of 2024, of 2025, and the gateway's. */
export type Wording = (typeof wordings)[number];

export const capacityStyles = ['503', '429'] as const;
/** What an overloaded region answers to the work it has no room for. `429` is the one of the style `capacity`. */
export type CapacityStyle = (typeof capacityStyles)[number];
