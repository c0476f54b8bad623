import { type InBandError, inBandError } from '../azure/in-band-error.ts';
import type { Clock } from '../clock.ts';
import { Suspended, TimeLimit } from '../within.ts';
import { attachFailure } from './journal.ts';
import { joined, remake } from './remake.ts';
import { Silence } from './silence.ts';

/** The connection was lost behind the response's headers: the region could be reached. */
class AnswerCut extends Error {
  override readonly name = 'AnswerCutError';
}

/** What came is not all of an answer, or none. */
class AnswerBroken extends Error {
  override readonly name = 'AnswerBrokenError';
}

export interface Reading {
  readonly clock: Clock;
  /** Longest silence between two chunks, ms. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** Whether a response is JSON, which nobody can use before its end; what is downloaded may be too long to be held. */
export function isAnswer({ body, ok, headers }: Response, url: string): boolean {
  return (
    typeof body?.getReader === 'function' &&
    !body.locked &&
    ok &&
    /^application\/json/i.test(headers.get('content-type') ?? '') &&
    !/\/content(?:[/?]|$)/.test(url)
  );
}

const known = new WeakMap<Response, Uint8Array>();

/** The body of a response that was read whole; of others `undefined`. */
export const bytesOf = (response: Response): Uint8Array | undefined => known.get(response);

/**
 * The same response once its body is here: until then, what breaks it is a failure like any other.
 * @throws when the connection is lost, nothing comes for too long, or what came is cut off
 */
export async function whole(response: Response, { clock, idleMs, signal }: Reading): Promise<Response> {
  const reader = (response.body as ReadableStream<Uint8Array<ArrayBuffer>>).getReader();
  const silence = new Silence(clock);
  let over: Error | undefined;
  // Whoever sends may not listen to signals.
  const letGo = (): void => void reader.cancel(over ?? signal.reason).catch(() => {});
  const onTooLong = (reason: Error): void => {
    over = reason instanceof Suspended ? reason : new TimeLimit(idleMs, `nothing came for ${idleMs} ms`);
    letGo();
  };
  signal.addEventListener('abort', letGo);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (;;) {
      silence.begin(idleMs, onTooLong);
      const { value } = await reader.read();
      silence.end();
      if (!value) break;
      chunks.push(value);
    }
  } catch (error) {
    throw silence.end() ? new Suspended(idleMs, error) : new AnswerCut('the connection was lost', { cause: error });
  } finally {
    silence.close();
    signal.removeEventListener('abort', letGo);
  }
  if (over) throw over;
  signal.throwIfAborted();
  const body = joined(chunks);
  if (!isClosed(body)) throw new AnswerBroken('what came is not all of it');
  const made = remake(response, body);
  known.set(made, body);
  const failure = errorIn(body);
  if (failure) attachFailure(made, failure);
  return made;
}

/** No service says more of what went wrong, bytes. */
const LONGEST_ERROR = 8_192;
const ERROR = /^\s*\{\s*"error"\s*:\s*\{/;
const decoder = new TextDecoder();

/** What gateways say went wrong behind a status of 200. */
function errorIn(body: Uint8Array): InBandError | undefined {
  if (body.length > LONGEST_ERROR || !ERROR.test(decoder.decode(body.subarray(0, 64)))) return undefined;
  try {
    return inBandError('', JSON.parse(decoder.decode(body)));
  } catch {
    return undefined;
  }
}

const SPACE = 32;
/** In front of UTF-8 it says nothing, and is no part of the JSON. */
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const ENDS: Readonly<Record<string, string>> = { '{': '}', '[': ']', '"': '"' };
/** Numbers, `true`, `false` and `null`. */
const BARE = /[-\dtfn]/;

/** Whether it ends as the JSON ends that it begins as. To read all of it would take longer than all the rest. */
function isClosed(bytes: Uint8Array): boolean {
  let [from, to] = [BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte) ? 3 : 0, bytes.length - 1];
  while (from < to && (bytes[from] ?? 0) <= SPACE) from++;
  while (to > from && (bytes[to] ?? 0) <= SPACE) to--;
  const [first = '', last] = [bytes[from], bytes[to]].map((byte) => String.fromCharCode(byte ?? 0));
  const end = ENDS[first];
  return end ? from < to && end === last : BARE.test(first);
}
