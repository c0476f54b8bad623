import type { Clock } from '../clock.ts';

/** What an error response says of itself; numbers become text. */
export interface ErrorBody {
  readonly code?: string | undefined;
  readonly type?: string | undefined;
  readonly message?: string | undefined;
  /** The code of the inner error: Azure's own reason behind an OpenAI one. */
  readonly inner?: string | undefined;
}

const MAX_BYTES = 8192;
const MAX_MS = 250;

/**
 * Reads any shape an error has been seen in: with and without the `error` envelope, `{ statusCode, message }`, plain text,
 * JSON that was cut off. A web page says nothing. Never throws.
 */
export function parseErrorBody(text: string): ErrorBody {
  const body = text.trim();
  if (body.startsWith('<')) return {};
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return /^[{[]/.test(body) ? salvage(body) : { message: told(body) };
  }
  const outer = Array.isArray(json) ? json[0] : json;
  const envelope = fields(outer);
  const said = envelope.error ?? outer;
  const { code, type, message, innererror, inner_error } = fields(said);
  return {
    code: told(code) ?? told(envelope.code) ?? told(envelope.statusCode),
    type: told(type),
    message: told(message) ?? told(said) ?? told(envelope.message),
    inner: told(fields(innererror ?? inner_error).code),
  };
}

/**
 * The beginning of a response's body: at most 8 KiB, and what came within 250 ms. The response stays readable, because a
 * clone is read; what is left of the clone is let go. Never throws: on an abort, a break or a used body it returns what it has.
 *
 * @param mostMs less than 250 ms when the call has no more time left
 */
export async function readErrorBody(
  response: Response,
  clock: Clock,
  signal: AbortSignal,
  mostMs = MAX_MS,
): Promise<string> {
  const over = new AbortController();
  const stop = (): void => over.abort();
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  let text = '';
  try {
    if (signal.aborted) return text;
    signal.addEventListener('abort', stop);
    reader = response.clone().body?.getReader();
    if (!reader) return text;
    const late = clock.sleep(Math.min(mostMs, MAX_MS), over.signal).catch(() => {});
    // Not flushed at the end: what a cut leaves of a character is dropped.
    const decoder = new TextDecoder();
    for (let left = MAX_BYTES; left > 0; ) {
      const step = await Promise.race([reader.read(), late]);
      if (!step || step.done) break;
      text += decoder.decode(step.value.subarray(0, left), { stream: true });
      left -= step.value.length;
    }
  } catch {
    // A broken, used or locked body: what was read is what there is.
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
    // Not awaited: one half of a tee is only done cancelling when the other half is.
    reader?.cancel().catch(() => {});
  }
  return text;
}

type Field = 'error' | 'code' | 'statusCode' | 'type' | 'message' | 'innererror' | 'inner_error';

function fields(value: unknown): { readonly [F in Field]?: unknown } {
  return typeof value === 'object' && value !== null ? value : {};
}

function told(value: unknown): string | undefined {
  return (typeof value === 'string' && value) || typeof value === 'number' ? String(value) : undefined;
}

// JSON that was cut off: the first value of each name, itself perhaps cut off.
function salvage(text: string): ErrorBody {
  const find = (name: Field): string | undefined => {
    const found = new RegExp(`"${name}"\\s*:\\s*(?:(\\d+)|"([^"\\\\]*(?:\\\\.[^"\\\\]*)*))`).exec(text);
    return told(found?.[1] ?? found?.[2]);
  };
  return {
    code: find('code') ?? find('statusCode'),
    type: find('type'),
    message: find('message'),
  };
}
