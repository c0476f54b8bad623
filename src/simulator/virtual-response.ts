import { type Fetched, fetchedResponses } from './fetched-response.ts';
import type { Reply } from './reply.ts';
import type { Shapes } from './virtual-errors.ts';
import type { VirtualRequest } from './virtual-request.ts';

/** What a client makes of a reply's head: a response, or why there is none. */
export type Received = { readonly response: Response; readonly fetched: Fetched } | 'forbidden' | 'redirected';

/** What travels beside a reply's own head. */
export type TransportHeaders = Readonly<Record<string, string>>;

/** Makes what clients receive of what regions reply. */
export class Receiver {
  readonly #dress = fetchedResponses();

  /** @param body is asked for only where the response has one that its client may read. */
  receive(
    { status, headers }: Reply,
    { to, method, redirect, mode, isPreflight }: VirtualRequest,
    shapes: Shapes,
    transport: TransportHeaders,
    body: () => ReadableStream<Uint8Array<ArrayBuffer>>,
  ): Received {
    const redirects = redirectStatuses.has(status);
    if (redirects && redirect === 'error') return 'redirected';
    let visible: Readonly<Record<string, string>> = { ...headers, ...transport };
    if (shapes === 'browser' && !isPreflight) {
      // All that a page may see of these is that something came.
      if (mode === 'no-cors') return this.#unreadable('', 'opaque');
      if (redirects && redirect === 'manual') return this.#unreadable(to.href, 'opaqueredirect');
      if (headers['access-control-allow-origin'] === undefined) return 'forbidden';
      visible = exposed(visible);
    }
    const bodiless = nullBodyStatuses.has(status) || method === 'HEAD';
    return this.#at(to.href, new Response(bodiless ? null : body(), { status, headers: visible }));
  }

  #at(url: string, response: Response): Exclude<Received, string> {
    const fetched: Fetched = { url };
    return { response: this.#dress(response, fetched), fetched };
  }

  /** The constructor makes no response without a status. */
  #unreadable(url: string, type: ResponseType): Received {
    const received = this.#at(url, new Response());
    for (const [name, value] of Object.entries({ type, status: 0, ok: false })) {
      Object.defineProperty(received.response, name, { value });
    }
    return received;
  }
}

const redirectStatuses: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const nullBodyStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/** What a page may read of a response from another origin, without being allowed to. */
const safelisted = [
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
];

function exposed(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const named = headers['access-control-expose-headers']?.split(',').map((name) => name.trim().toLowerCase()) ?? [];
  if (named.includes('*')) return headers;
  return Object.fromEntries(
    [...safelisted, ...named].flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
}
