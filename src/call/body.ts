import type { BodyFacts } from '../azure/operation.ts';
import type { ReplayableBody } from '../types.ts';
import { isA } from './is-a.ts';
import { findMembers, readString, type Span } from './json-members.ts';
import { findParts } from './multipart-parts.ts';
import { ID_MEMBERS, idsOfRequest } from './state-ids.ts';

/** A body's facts, and the way to the same body with another model; absent where the body names none. */
export interface ReadBody extends BodyFacts {
  readonly withModel?: (model: string) => ReplayableBody;
}

const NO_FACTS: ReadBody = { stream: false, background: false, ids: [] };
const MEMBERS: ReadonlySet<string> = new Set(['model', 'stream', 'background', 'store', ...ID_MEMBERS]);

/** A body that is still to be read: does it when called, until the signal aborts. */
export type Reading = (signal: AbortSignal) => Promise<ReplayableBody>;

/**
 * Makes a body one that can be sent again: a stream is to be read to its end, JSON bytes become text, and what the
 * caller could still change is copied, as `fetch` itself would.
 */
export function replayable(body: BodyInit | null | undefined, contentType: string | null): ReplayableBody | Reading {
  if (body === null || body === undefined) return null;
  if (typeof body === 'string') return body;
  if (isA(FormData, body)) return copyForm(body);
  if (body instanceof URLSearchParams) return new URLSearchParams(body);
  if (body instanceof Blob && !isJson(contentType)) return body;
  if (body instanceof ArrayBuffer) return textOr(new Uint8Array(body.slice(0)), contentType);
  if (ArrayBuffer.isView(body)) {
    return textOr(new Uint8Array(body.buffer, body.byteOffset, body.byteLength).slice(), contentType);
  }
  return async (signal) => {
    // Piped, so that the caller's stream is let go when the caller gives up.
    const stream = new Response(body).body?.pipeThrough(new TransformStream(), { signal });
    return textOr(new Uint8Array(await new Response(stream ?? null).arrayBuffer()), contentType);
  };
}

/** Reads the facts; never throws, whatever the body. */
export function readBody(body: ReplayableBody, contentType: string | null): ReadBody {
  if (typeof body === 'string') return readJson(body);
  if (body instanceof FormData) return readForm(body);
  if (body instanceof Uint8Array && contentType && /^multipart\/form-data/i.test(contentType)) {
    const parts = findParts(body, contentType);
    const textOf = ({ start, end }: Span): string => new TextDecoder().decode(body.subarray(start, end));
    const [model, stream] = [parts.get('model'), parts.get('stream')];
    return {
      ...NO_FACTS,
      stream: stream !== undefined && textOf(stream) === 'true',
      ...(model && { model: textOf(model), withModel: (name: string) => splice(body, model, name) }),
    };
  }
  return NO_FACTS;
}

function readJson(json: string): ReadBody {
  const members = findMembers(json, MEMBERS);
  if (members.size === 0) return NO_FACTS;
  const raw = (name: string): string => {
    const span = members.get(name);
    return span ? json.slice(span.start, span.end) : '';
  };
  const span = members.get('model');
  const model = readString(raw('model'));
  const store = raw('store');
  return {
    stream: raw('stream') === 'true',
    background: raw('background') === 'true',
    ...(/^(true|false)$/.test(store) && { store: store === 'true' }),
    ...idsOfRequest(json, members),
    ...(span &&
      model !== undefined && {
        model,
        withModel: (name: string) => json.slice(0, span.start) + JSON.stringify(name) + json.slice(span.end),
      }),
  };
}

function readForm(form: FormData): ReadBody {
  const model = form.get('model');
  if (typeof model !== 'string') return { ...NO_FACTS, stream: form.get('stream') === 'true' };
  return { ...NO_FACTS, stream: form.get('stream') === 'true', model, withModel: (name) => copyForm(form, name) };
}

function copyForm(form: FormData, model?: string): FormData {
  const copy = new FormData();
  for (const [key, value] of form) {
    // `append(key, string | Blob)` is overloaded; the value is one or the other, and a file brings its own name.
    if (typeof value === 'string') copy.append(key, key === 'model' ? (model ?? value) : value);
    else copy.append(key, value);
  }
  return copy;
}

const isJson = (contentType: string | null): boolean =>
  contentType !== null && /^application\/(.+\+)?json\s*(;|$)/i.test(contentType);

/** JSON is easier searched as text; where the bytes are not UTF-8, they travel as they are. */
function textOr(bytes: Uint8Array<ArrayBuffer>, contentType: string | null): string | Uint8Array<ArrayBuffer> {
  if (!isJson(contentType)) return bytes;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return bytes;
  }
}

function splice(bytes: Uint8Array, span: Span, value: string): Uint8Array<ArrayBuffer> {
  const inserted = new TextEncoder().encode(value);
  const result = new Uint8Array(bytes.length - (span.end - span.start) + inserted.length);
  result.set(bytes.subarray(0, span.start));
  result.set(inserted, span.start);
  result.set(bytes.subarray(span.end), span.start + inserted.length);
  return result;
}
