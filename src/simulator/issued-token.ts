import { hex } from './hash.ts';

/** What a token is for: the resource before `/.default` in its scope. */
const audiences: readonly string[] = ['https://ai.azure.com', 'https://cognitiveservices.azure.com'];

/** What a token says. */
export interface TokenFacts {
  readonly aud: string;
  /** Unix time, s. */
  readonly iat: number;
  /** Unix time, s. */
  readonly exp: number;
  /** Tells it from others. */
  readonly uti: string;
}

/** In the form of a JSON Web Token (RFC 7519). Its signature keeps nobody from making one: it is a simulator's. */
export function issueToken(facts: TokenFacts, seed: number): string {
  const signed = [{ typ: 'JWT', alg: 'RS256' }, facts].map((part) => encode(JSON.stringify(part))).join('.');
  return `${signed}.${signatureOf(signed, seed)}`;
}

/** Whether it was issued with that seed, for such regions, and is not over at `now` (Unix time, ms). */
export function isInForce(token: string, seed: number, now: number): boolean {
  const [, signed = '', facts = '', signature] = /^([^.]+\.([^.]+))\.([^.]+)$/.exec(token) ?? [];
  if (signature !== signatureOf(signed, seed)) return false;
  const { aud, exp }: TokenFacts = JSON.parse(decode(facts));
  return audiences.includes(aud) && exp * 1000 > now;
}

function signatureOf(signed: string, seed: number): string {
  return encode(hex(64, 'token', seed, signed));
}

function encode(text: string): string {
  const bytes = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(bytes).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function decode(text: string): string {
  return atob(text.replaceAll('-', '+').replaceAll('_', '/'));
}
