/** What is wrong with the body of a response that began well. */
export type BodyShape = StreamShape | HangShape | ContentShape | PaceShape;

/** What befalls a stream that has sent some of its events, or bytes. A reply that is no stream passes untouched. */
export type StreamShape =
  | (CutShape & After<'sse' | 'bytes'>)
  | (CorruptShape & After<'sse'>)
  | (SseErrorShape & After<'sse'>);

/**
 * What comes first: so many of its events (with 0, its headers), or so many bytes of its body, which may end in the
 * middle of an event.
 */
interface After<Unit extends 'sse' | 'bytes'> {
  readonly moment: Unit;
  readonly after: number;
}

/**
 * `stall`: nothing more comes, and the connection stays. `rst`, `fin`: the connection is reset, or closed, before the
 * end of the response.
 */
interface CutShape {
  readonly kind: 'stall' | 'rst' | 'fin';
}

/**
 * `trunc`: the response ends there, in order. `badsse`: an event whose JSON breaks off, and then that end. `badchunk`:
 * what should be the size of a chunk is none.
 */
interface CorruptShape {
  readonly kind: 'trunc' | 'badsse' | 'badchunk';
}

/** Where errors come in a stream of the Responses API; a chat has one way to say them. */
export const sseErrorForms = ['nested', 'flat', 'failed'] as const;
/**
 * `nested`: `response.failed` without a reason, then an `error` event that wraps it. `flat`: an `error` event that says
 * it. `failed`: `response.failed` that says it.
 */
export type SseErrorForm = (typeof sseErrorForms)[number];

export const sseErrorCauses = ['server', 'rate', 'capacity'] as const;
/** `server`: something broke. `rate`: the caller's quota is used up. `capacity`: the region's is. */
export type SseErrorCause = (typeof sseErrorCauses)[number];

/** An error in the stream, after which it ends in order. */
export type SseErrorShape = { readonly kind: 'sse-error'; readonly form: SseErrorForm } & (
  | { readonly cause: Exclude<SseErrorCause, 'rate'> }
  /** `seconds`: what `retry-after` said, before there was an error. */
  | { readonly cause: 'rate'; readonly seconds: number }
);

/** A 200 whose body never comes. */
export interface HangShape {
  readonly kind: 'hang';
  readonly moment: 'headers';
}

/** The body of a 200 is not what it should be. */
export type ContentShape = { readonly kind: 'badjson' | 'clen' | 'empty200' } | WrongTypeShape;

/** Its `content-type` is another's. */
export interface WrongTypeShape {
  readonly kind: 'wrongtype';
  readonly type: string;
}

/**
 * The body of a 200 comes in pieces: of so many bytes, so many ms apart; or so many bytes a second; or, of a stream, its
 * events, so many a second, the first when so many ms are over. `jitter`: the share by which each pause is longer or
 * shorter, at most.
 */
export type PaceShape =
  | { readonly kind: 'slice'; readonly bytes: number; readonly ms: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  | { readonly kind: 'stream'; readonly firstMs: number; readonly perSecond: number; readonly jitter: number };
