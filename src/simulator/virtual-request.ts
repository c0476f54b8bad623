import type { Shapes } from './virtual-errors.ts';

/** Where a request goes. */
export interface Address {
  /** Without a fragment. */
  readonly href: string;
  readonly origin: string;
  readonly hostname: string;
  /** With its query. */
  readonly path: string;
}

/** A request as a client sends it. */
export interface VirtualRequest {
  readonly to: Address;
  readonly method: string;
  readonly headers: Headers;
  /** A function where the platform has to read it first. */
  readonly body: string | (() => Promise<string>);
  readonly signal: AbortSignal | undefined;
  readonly redirect: RequestRedirect;
  readonly mode: RequestMode | undefined;
  /** Asks by itself whether another may be sent. */
  readonly isPreflight?: true;
  /** The `seq` of the request that a browser sends again by itself with this one. */
  readonly dupOf?: number;
  /** The native request, if there had to be one: a signal that follows another goes with it. */
  readonly native?: Request;
}

/** Reads what `fetch` is called with. */
export class RequestReader {
  readonly #addresses = new Map<string, Address>();
  readonly #decoder = new TextDecoder();

  /** @throws TypeError where a native `fetch` rejects with it. */
  read(input: string | URL | Request, init: RequestInit, shapes: Shapes): VirtualRequest {
    return this.#readPlain(input, init) ?? this.#readNative(new Request(input, init), shapes);
  }

  /** What most callers send, without the price of a native `Request`: `undefined` where only that one knows the rules. */
  #readPlain(input: string | URL | Request, init: RequestInit): VirtualRequest | undefined {
    const { method = 'GET', body, headers, signal, redirect = 'follow', mode } = init;
    if (!plainMethods.has(method) || mode === 'no-cors' || isRequest(input)) return undefined;
    const text = this.#textOf(body);
    if (text === undefined || (text !== '' && method === 'GET')) return undefined;
    const to = this.#addressOf(typeof input === 'string' ? input : input.href);
    if (!to) return undefined;
    return {
      to,
      method,
      headers: headers instanceof Headers ? headers : new Headers(headers),
      body: text,
      signal: signal ?? undefined,
      redirect,
      mode,
    };
  }

  #readNative(native: Request, shapes: Shapes): VirtualRequest {
    const to = this.#addressOf(native.url) ?? addressOf(new URL(native.url));
    const { method, signal, redirect, mode } = native;
    const headers = shapes === 'browser' && mode === 'no-cors' ? withoutSecrets(native.headers) : native.headers;
    let text: Promise<string> | undefined;
    const read = (): Promise<string> => {
      // A browser may send it twice.
      text ??= native.text();
      return text;
    };
    const body = native.body === null ? '' : read;
    return { to, method, headers, body, signal, redirect, mode, native };
  }

  #textOf(body: RequestInit['body']): string | undefined {
    if (typeof body === 'string') return body;
    if (body === undefined || body === null) return '';
    return body instanceof Uint8Array ? this.#decoder.decode(body) : undefined;
  }

  #addressOf(url: string): Address | undefined {
    const known = this.#addresses.get(url);
    if (known) return known;
    if (!URL.canParse(url)) return undefined;
    const parsed = new URL(url);
    // `fetch` refuses a URL with a secret in it.
    if (parsed.username || parsed.password) return undefined;
    // Those who ask for something else each time are not remembered for ever.
    if (this.#addresses.size >= mostAddresses) this.#addresses.clear();
    const address = addressOf(parsed);
    this.#addresses.set(url, address);
    return address;
  }
}

const plainMethods: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'DELETE']);
const mostAddresses = 1000;

function addressOf({ href, origin, hostname, pathname, search, hash }: URL): Address {
  return { href: hash === '' ? href : href.slice(0, -hash.length), origin, hostname, path: `${pathname}${search}` };
}

// By its shape: a Request may come from another realm.
function isRequest(input: string | URL | Request): input is Request {
  return typeof input === 'object' && 'clone' in input;
}

/** What a page may send anywhere without asking. */
function withoutSecrets(headers: Headers): Headers {
  return new Headers(
    [...headers].filter(([name]) => /^(accept|accept-language|content-language|content-type)$/.test(name)),
  );
}
