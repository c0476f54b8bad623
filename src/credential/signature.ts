import type { Call } from '../types.ts';

/** Headers that prove who is calling. */
export type Signature = readonly (readonly [name: string, value: string])[];

/** Makes signatures of one credential. */
export interface Signer {
  /** How long a signature is waited for, ms. @default 30_000 */
  readonly patienceMs?: number | undefined;
  /** @throws {TokenSourceError} when none is to be had. */
  sign(call: Call): Signature | Promise<Signature>;
  /**
   * Another one, after the service refused this; `undefined` where there is no other.
   * @param claims what the service demands of a token, as JSON.
   */
  renew(refused: Signature, claims?: string): Signature | undefined | Promise<Signature>;
}

/** No credential was to be had. No region is to blame. */
export class TokenSourceError extends Error {
  override readonly name = 'TokenSourceError';
}

/** What no header can carry would make `fetch` throw, far from its cause and with the secret in its message. */
export const isHeaderSafe = (value: unknown): value is string =>
  typeof value === 'string' && /^[\x21-\x7e]+$/.test(value);
