import { readOperation } from '../azure/operation.ts';
import type { Clock } from '../clock.ts';
import type { Call, ReplayableBody } from '../types.ts';
import { keep, within } from '../within.ts';
import { readBody, replayable } from './body.ts';
import type { Destination } from './destination.ts';
import { isA } from './is-a.ts';

/** What is known of a call before its request is read. */
export interface Arrival {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly destination: Destination;
  /** The region whose endpoint the URL names. */
  readonly addressed: string;
  /** Longest time until the call's headers, ms. */
  readonly totalMs: number;
}

/** A request's body broke off or was taken by somebody else, so it cannot be sent. */
export class UnreadableBody extends Error {
  override readonly name = 'UnreadableBody';
}

/**
 * Reads what `fetch` was given, once, into something that can be sent many times.
 * @throws {UnreadableBody} when the body's stream fails; `TimeLimit` when it takes too long; the caller's reason when it gives up meanwhile; and what the
 * platform throws at a request that it does not allow.
 */
export function readCall(
  input: string | URL | Request,
  init: RequestInit | null | undefined,
  arrival: Arrival,
  clock: Clock,
): Call | Promise<Call> {
  const { id, destination, method, url, addressed, totalMs } = arrival;
  const { address, route } = destination;
  const given = isA(Request, input) ? fromRequest(input, init ?? {}) : (init ?? {});
  const { method: _, redirect: __, headers: givenHeaders, body: givenBody, signal: givenSignal, ...rest } = given;
  const signal = givenSignal ?? new AbortController().signal;
  signal.throwIfAborted();

  const headers = new Headers(givenHeaders);
  const typed = givenBody instanceof Blob && givenBody.type !== '' && !headers.has('content-type');
  if (typed) headers.set('content-type', givenBody.type);
  const contentType = headers.get('content-type');
  const deadline = clock.now() + Math.min(totalMs, sdkTimeoutMs(headers));
  const complete = (body: ReplayableBody): Call => ({
    id,
    url,
    method,
    headers,
    body,
    signal,
    init: rest,
    operation: readOperation(route, address, readBody(body, contentType)),
    addressed,
    deadline,
  });
  const read = replayable(givenBody, contentType);
  // Most bodies are there already, and then so is the call: a wait for nothing would cost each of them.
  if (typeof read !== 'function') return complete(read);
  const limits = { clock, ms: deadline - clock.now(), signal };
  return within(limits, (own) => read(own).catch(unreadable)).then(complete);
}

/** The OpenAI SDK says how long it will wait, in seconds, when it was told to: what it gives up on need not be awaited longer. */
function sdkTimeoutMs(headers: Headers): number {
  const seconds = Number(headers.get('x-stainless-timeout'));
  return seconds > 0 ? seconds * 1_000 : Number.POSITIVE_INFINITY;
}

function unreadable(cause?: unknown): never {
  throw new UnreadableBody('The body could not be read', { cause });
}

/** Firefox does not let a request's body be seen, only be read. */
function bodyOf(request: Request): ReadableStream | null {
  if (request.method === 'GET' || request.method === 'HEAD') return null;
  return new ReadableStream({
    async start(controller) {
      controller.enqueue(new Uint8Array(await request.arrayBuffer()));
      controller.close();
    },
  });
}

/** A request's settings, and those of its `init` that a `Request` does not keep (undici's `dispatcher`). */
function fromRequest(input: Request, init: RequestInit): RequestInit {
  if ((input.bodyUsed || input.body?.locked) && (init.body ?? null) === null) unreadable();
  // Node's own takes no Request that undici, or who else brings one, has made.
  const Made = (input as object) instanceof Request ? Request : (input.constructor as typeof Request);
  const request = new Made(input, init);
  const { method, headers, body, signal, cache, credentials, integrity, keepalive, mode, referrer, referrerPolicy } =
    request;
  const { duplex: _, ...rest } = init as RequestInit & { readonly duplex?: string };
  // In Node a request's signal hears of an abort only for as long as the request is there.
  keep(signal, [input, request]);
  return {
    ...rest,
    // `navigate` is what a browser's own requests have, and nobody else's may.
    ...{ cache, credentials, integrity, keepalive, referrer, referrerPolicy, ...(mode !== 'navigate' && { mode }) },
    ...{ method, headers, signal, body: body === undefined ? bodyOf(request) : body },
  };
}
