/**
 * What a rejection of `fetch` was. `connect`: nothing was sent, provably. `timeout`: a limit ran out. `offline`: the platform
 * says there is no network. `invalid`: the caller's own argument, wrong everywhere. `network`: anything else.
 */
export type NetworkErrorKind = 'connect' | 'network' | 'timeout' | 'offline' | 'invalid';

/** Tested on the lines `name`, `code` and `message`; first match wins. What is only `network` needs no row. */
const TABLE: readonly (readonly [RegExp, NetworkErrorKind])[] = [
  [/^(connect|getaddrinfo) E|before secure TLS/m, 'connect'], // Node
  [/error \(Connect\)|tcp connect error|dns error|trying to connect/, 'connect'], // Deno
  [/^Unable to connect\.|^(ConnectionRefused|FailedToOpenSocket)$/m, 'connect'], // Bun
  [/hostname could not be found|^Could not connect|^An SSL error|^The certificate for/m, 'connect'], // Safari
  [/^(ENOTFOUND|EAI_\w+|ECONNREFUSED|E(HOST|NET)(UNREACH|DOWN)|EADDRNOTAVAIL|UND_ERR_CONNECT_TIMEOUT)$/m, 'connect'], // Node, Bun
  [/^\w*(_CERT|CERT_)\w*$|^UNABLE_TO_|^ERR_SSL_\w*(VERSION|HANDSHAKE)/m, 'connect'], // Node, Bun: TLS
  [/appears to be offline/, 'offline'], // Safari
  [/^TimeoutError$|timed out/m, 'timeout'], // all
  [/^(ETIMEDOUT|UND_ERR_(HEADERS|BODY)_TIMEOUT)$/m, 'timeout'], // Node, Bun
  [/^HTTPParserError$/m, 'network'], // Node: the server's invalid header, not the caller's
  [/^error (sending request|reading a body)/m, 'network'], // Deno: likewise
  [/^Failed to (execute|construct) '(?!.*abort)/m, 'invalid'], // Chromium
  [/^(\w+\.(fetch|append)|(Request|Headers) constructor|RequestInit): /m, 'invalid'], // Firefox, Node
  [/^The string did not match|^URL is not valid/m, 'invalid'], // Safari
  [/^(bad port|unknown scheme)$|^Failed to parse URL|ByteString|accepted type/m, 'invalid'], // Node
  [/^(ERR_INVALID_(URL|ARG|CHAR|PROTOCOL)|UND_ERR_(INVALID|NOT_SUPP|REQ))/m, 'invalid'], // Node, Bun
  [/\binvalid (url|method|header)|^(url scheme|method is|header '.* invalid)/im, 'invalid'], // Deno, Bun, workerd
  [/valid http method|method is unsup|cannot (have body|be constr)|body .*(used|usable|locked)|been used/i, 'invalid'], // all
];

const MAX_DEPTH = 10;
const MAX_SEEN = 50;
const MAX_TEXT = 1000;

/**
 * Reads a rejection of `fetch`, in any runtime, through its causes and, where several addresses were tried, through all of
 * them. Takes anything and never throws.
 */
export function networkError(error: unknown): NetworkErrorKind {
  return kindOf(error, new Set(), 0) ?? 'network';
}

/** The platform's own code of a rejection, such as `ENOTFOUND`: the deepest there is, which is nearest to the reason. */
export function networkCode(error: unknown): string | undefined {
  let code: string | undefined;
  let at = error;
  for (let depth = 0; at && depth <= MAX_DEPTH; depth++) {
    code = textOf(at, 'code') || code;
    at = memberOf(at, 'cause') ?? memberOf(memberOf(at, 'errors'), 0);
  }
  return code;
}

/** The error's property when it is a string, whatever its getter does. */
export function textOf(error: unknown, name: 'name' | 'code' | 'message'): string {
  const value = memberOf(error, name);
  return typeof value === 'string' ? value : '';
}

// The deepest error that says something is nearest to the reason.
function kindOf(error: unknown, seen: Set<unknown>, depth: number): NetworkErrorKind | undefined {
  if (typeof error !== 'object' || !error || depth > MAX_DEPTH || seen.size > MAX_SEEN || seen.has(error))
    return undefined;
  seen.add(error);
  let found = kindOf(memberOf(error, 'cause'), seen, depth + 1);
  const errors = memberOf(error, 'errors');
  for (let at = 0; at < MAX_DEPTH; at++) {
    const one = memberOf(errors, at);
    // Nothing was sent only if no address got further than connecting.
    if (one && (!found || found === 'connect')) found = kindOf(one, seen, depth + 1) ?? 'network';
  }
  const text = `${textOf(error, 'name')}\n${textOf(error, 'code')}\n${textOf(error, 'message')}`.slice(0, MAX_TEXT);
  return found ?? TABLE.find(([pattern]) => pattern.test(text))?.[1];
}

/** A property of whatever it is, whatever its getter does. */
export function memberOf(from: unknown, name: string | number): unknown {
  try {
    return (from as Readonly<Record<string | number, unknown>> | undefined)?.[name];
  } catch {
    // A hostile getter.
    return undefined;
  }
}
