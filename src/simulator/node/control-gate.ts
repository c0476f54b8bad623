import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { Problem } from './control-problem.ts';

/**
 * Whether the request was meant for us. A page whose own name was made to resolve to this machine (DNS rebinding) sends
 * that name as the host.
 *
 * @throws Problem 421.
 */
export function checkHost({ host }: IncomingHttpHeaders, port: number): void {
  const ours = [`127.0.0.1:${port}`, `localhost:${port}`];
  if (host === undefined || !ours.includes(host)) {
    throw new Problem(421, `host must be ${ours.join(' or ')}, got ${shown(host)}`);
  }
}

/**
 * Whether a page may ask, and what lets it read the answer. A request without an origin is no page's script, unless it
 * comes from another site, as an image does.
 *
 * @throws Problem 403.
 */
export function checkOrigin(headers: IncomingHttpHeaders, origins: readonly string[]): Record<string, string> {
  const { origin } = headers;
  if (origin === undefined) {
    if (headers['sec-fetch-site'] === 'cross-site') throw new Problem(403, 'another site must not ask, and did');
    return {};
  }
  if (!origins.includes(origin)) throw new Problem(403, `origin must be ${origins.join(', ')}, got ${shown(origin)}`);
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'etag, location' };
}

/** What a preflight is answered. */
export const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type, if-match, if-none-match, last-event-id',
  'access-control-max-age': '600',
} as const;

/** @throws Problem 401, which does not say how the token differs. */
export function checkToken({ authorization = '' }: IncomingHttpHeaders, token: string): void {
  const sent = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  // Digests are of one length, and say nothing of how much was right.
  if (timingSafeEqual(digest(sent), digest(token))) return;
  const challenge = { 'www-authenticate': 'Bearer realm="simulator"' };
  throw new Problem(401, 'authorization must be "Bearer" and the token that was printed at the start', challenge);
}

/** @throws TypeError when one is no origin. */
export function readOrigins(origins: readonly string[]): readonly string[] {
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`origins must be such as "http://127.0.0.1:5173", got ${shown(origin)}`);
    }
  }
  return origins;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function shown(value: string | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
