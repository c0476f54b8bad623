import type { Place } from './world.ts';

/** How a client ends when something ended badly: in the words of `told`, or not at all. */
export type Ending = string | Silence;

/** The client hides what went wrong. */
export interface Silence {
  /** What it says instead. */
  readonly finish?: string;
  /** Why it does not know better. */
  readonly because: string;
}

/** What a client makes of the ends that a call can come to. Where nothing else is said, of a whole answer and a stream alike. */
export interface Manners {
  /** How a stream hands over what a whole answer would throw. @default it throws it too */
  readonly asPart?: (error: string) => string;
  /** Both regions are throttled for a minute. */
  readonly throttled: string;
  /** The prompt is not allowed. */
  readonly filtered: string;
  /** Nobody listens anywhere. A page is not told why, and so cannot tell. */
  readonly unreachable: Readonly<Record<Place['name'], string>>;
  /** Both regions answer with the 503 page of a gateway. */
  readonly down: string;
  /** A stream broke after its first words. */
  readonly broken: Ending;
  /** A stream brought half an event after its first words. */
  readonly malformed: Ending;
  /** A stream brought an error after its first words. */
  readonly errorEvent: Ending;
  /** No region's stream brought anything but an error. Of several, whichever comes first. */
  readonly errorFirst: string | readonly string[];
  /** The caller gave up before there was a whole answer. */
  readonly aborted: string;
  /** The caller gave up before a stream began. */
  readonly abortedEarly: Ending;
  /** The caller gave up in the middle of a stream. */
  readonly abortedStream: Ending;
  /** The region that has what the call builds on is gone. Absent where there are no such calls. */
  readonly pinned?: Readonly<Record<Place['name'], string>>;
  /** Every region's stream ended before it said anything. */
  readonly neverBegun: string;
  /** How often it calls by itself when a call fails. */
  readonly ownCalls: Readonly<
    Record<'unreachable' | 'down' | 'throttled', number | Readonly<Record<Place['name'], number>>>
  >;
}
