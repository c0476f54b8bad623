import type { BodyFormat } from './fault-shape.ts';
import { uuid } from './hash.ts';

/** Of which request, and of which region, a reply is. */
export interface Stamp {
  /** Display form: `East US 2`. */
  readonly region: string;
  /** The `apim-request-id`. */
  readonly requestId: string;
  /** What the client sent as `x-ms-client-request-id`. */
  readonly clientRequestId: string | null;
  readonly deployment?: string;
}

export type HeaderMap = Readonly<Record<string, string>>;

const secure: HeaderMap = {
  'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
  'x-content-type-options': 'nosniff',
};

/** Azure lets any origin read the body, and exposes no header: a browser cannot see `retry-after`. */
const cors: HeaderMap = { 'access-control-allow-origin': '*' };

/** What the backend answers with. `file` is what somebody stored. */
export type AnswerFormat = 'json' | 'text' | 'stream' | 'file';

const contentTypes: Readonly<Record<BodyFormat | AnswerFormat, string>> = {
  json: 'application/json',
  html: 'text/html',
  text: 'text/plain',
  stream: 'text/event-stream; charset=utf-8',
  file: 'application/octet-stream',
};

/** What the front door answers by itself: few headers, no region. */
export function frontDoorHeaders(stamp: Stamp, format: BodyFormat): HeaderMap {
  return { 'content-type': contentTypes[format], 'apim-request-id': stamp.requestId, ...cors };
}

/** What a token is told that is good, but not enough: the next one must claim this. */
export function claimsChallenge(claims: string): HeaderMap {
  const encoded = btoa(String.fromCharCode(...new TextEncoder().encode(claims)));
  const authority = 'https://login.microsoftonline.com/common/oauth2/authorize';
  return {
    'www-authenticate': `Bearer realm="", authorization_uri="${authority}", error="insufficient_claims", claims="${encoded}"`,
  };
}

/** What the network rules answer: nothing that a browser may read. */
export function deniedHeaders(stamp: Stamp): HeaderMap {
  return {
    'content-type': contentTypes.json,
    'apim-request-id': stamp.requestId,
    'policy-id': 'ThrowExceptionDueToTrafficDenied',
    ...secure,
  };
}

/** What comes from behind the front door, errors included. */
export function backendHeaders(stamp: Stamp, format: AnswerFormat): HeaderMap {
  return {
    'content-type': contentTypes[format],
    'apim-request-id': stamp.requestId,
    'x-request-id': uuid('x-request-id', stamp.requestId),
    'x-ms-client-request-id': stamp.clientRequestId ?? 'Not-Set',
    'x-ms-region': stamp.region,
    ...(stamp.deployment !== undefined &&
      isHeaderValue(stamp.deployment) && { 'x-ms-deployment-name': stamp.deployment }),
    ...secure,
    ...cors,
  };
}

/** A name that comes from a request's body need not fit into a header. */
const isHeaderValue = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** What only a model that answered adds. `limits` are a standard deployment's. */
export function modelHeaders(delayMs: number): HeaderMap {
  return {
    'x-ratelimit-limit-requests': '450',
    'x-ratelimit-remaining-requests': '449',
    'x-ratelimit-limit-tokens': '450000',
    'x-ratelimit-remaining-tokens': '449356',
    'x-envoy-upstream-service-time': String(Math.round(delayMs)),
    'x-accel-buffering': 'no',
    'x-ms-rai-invoked': 'true',
  };
}

/** The answer to a preflight: all that was asked for is allowed, by name, as `*` does not cover `authorization`. */
export function preflightHeaders(stamp: Stamp, asked: { method: string | null; headers: string | null }): HeaderMap {
  return {
    'apim-request-id': stamp.requestId,
    ...cors,
    'access-control-allow-methods': asked.method ?? 'GET,POST,OPTIONS',
    'access-control-allow-headers': asked.headers ?? 'api-key,authorization,content-type',
  };
}
