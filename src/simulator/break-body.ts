import type { Delivery } from './delivery.ts';
import type { LastingShape } from './fault-shape.ts';
import type { Reply } from './reply.ts';
import { sseErrorEvents } from './sse-error-events.ts';
import type { ContentShape, StreamShape } from './stream-shape.ts';

/** A reply, and how its body is sent. */
export interface Sending {
  readonly reply: Reply;
  readonly delivery: Delivery;
}

/** What can break a body. */
export const breakingKinds = [
  ...(['hang', 'stall', 'rst', 'fin', 'trunc', 'sse-error', 'badsse', 'badchunk'] as const),
  ...(['badjson', 'clen', 'empty200', 'wrongtype'] as const),
] as const;
type BreakingShape = LastingShape & { readonly kind: (typeof breakingKinds)[number] };

/** The reply as the fault leaves it; `undefined` where there is nothing to break: no stream, or one that ends before. */
export function breakBody(shape: BreakingShape, reply: Reply): Sending | undefined {
  if (!('moment' in shape)) return spoil(shape, reply);
  if (shape.moment === 'headers') return { reply, delivery: { bytes: 0, end: 'stall' } };
  const { body: events } = reply;
  if (!('after' in shape) || typeof events === 'string') return undefined;
  const { kind, after } = shape;
  if (shape.moment === 'bytes') {
    const fits = after <= new TextEncoder().encode(events.join('')).length;
    return fits ? { reply, delivery: { bytes: after, end: ends[shape.kind] } } : undefined;
  }
  const next = events[after];
  if (after > events.length || (next === undefined && needsNext.has(kind))) return undefined;
  const sent = events.slice(0, after);
  switch (shape.kind) {
    case 'trunc':
      return { reply: { ...reply, body: sent }, delivery: {} };
    case 'badsse':
      return { reply: { ...reply, body: [...sent, half(next ?? '')] }, delivery: {} };
    case 'sse-error': {
      const requestId = reply.headers['apim-request-id'] ?? '';
      const body = [...sent, ...sseErrorEvents(shape, events, after, requestId)];
      return { reply: { ...reply, ...(shape.cause === 'rate' && usedUp(reply, shape.seconds)), body }, delivery: {} };
    }
    default:
      return { reply: { ...reply, body: sent }, delivery: { end: ends[shape.kind] } };
  }
}

/** The content of a reply as the fault leaves it. */
function spoil(shape: ContentShape, reply: Reply): Sending | undefined {
  const { body, headers } = reply;
  switch (shape.kind) {
    case 'empty200':
      return { reply: { ...reply, body: '' }, delivery: {} };
    case 'wrongtype':
      return { reply: { ...reply, headers: { ...headers, 'content-type': shape.type } }, delivery: {} };
    case 'badjson':
      if (typeof body !== 'string' || headers['content-type'] !== 'application/json') return undefined;
      return { reply: { ...reply, body: body.slice(0, Math.ceil(body.length / 2)) }, delivery: {} };
    case 'clen': {
      if (typeof body !== 'string' || body.length === 0) return undefined;
      return { reply, delivery: { bytes: Math.floor(new TextEncoder().encode(body).length / 2), end: 'close' } };
    }
  }
}

const ends = { stall: 'stall', rst: 'reset', fin: 'close', badchunk: 'misframe' } as const;

/** Those that are nothing at the end of a stream. */
const needsNext: ReadonlySet<StreamShape['kind']> = new Set(['trunc', 'badsse']);

/** An event whose data ends in the middle: of an object, what is left is no JSON wherever it ends. */
function half(event: string): string {
  const at = event.indexOf('data: ') + 'data: '.length;
  return `${event.slice(0, at + Math.ceil((event.trimEnd().length - at) / 2))}\n\n`;
}

/** A limit is known when the headers go out, and its error comes after them. */
function usedUp({ headers }: Reply, seconds: number): Pick<Reply, 'headers' | 'stayAway'> {
  const whole = Math.ceil(seconds);
  const limits = { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-remaining-tokens': '0' };
  return { headers: { ...headers, ...limits, 'retry-after': String(whole) }, stayAway: { forMs: whole * 1000 } };
}
