import type { Clock } from '../clock.ts';
import type { Cloud, TokenSource } from '../types.ts';
import { isHeaderSafe, type Signature, type Signer, TokenSourceError } from './signature.ts';
import { wordsOf } from './words-of.ts';

/**
 * Asked for in the background this long before it expires, ms, so that an authority may be down for minutes: less than the
 * five minutes in which Microsoft's libraries no longer answer from their caches.
 */
const REFRESH_EARLY_MS = 240_000;
/** What brought no newer token is not asked for again in the background for this long, ms, and up to twice that by jitter. */
const REFRESH_AGAIN_MS = 3_000;
/** An answer that takes longer than this is not waited for by those who ask later, ms. */
const HUNG_MS = 30_000;
/** Not used in the last moments before it expires, ms. */
const TOO_LATE_MS = 1_000;

interface Held {
  readonly signature: Signature;
  readonly expiresAt: number;
  readonly refreshAt: number;
  /** Which request to the source brought it. */
  readonly nth: number;
}

interface Flight {
  readonly signature: Promise<Signature>;
  readonly startedAt: number;
  /** Asks for another token than the one that was refused. */
  readonly forced: boolean;
  readonly claims: string | undefined;
}

/** What a source of tokens is asked with, besides the request itself. */
export interface TokenMeans {
  readonly clock: Clock;
  readonly random: () => number;
  /** Ends what is under way. */
  readonly closing: AbortSignal;
}

/** Signs with a token: one request to its source at a time however many calls wait, renewed before it expires. */
export function tokenSigner(source: TokenSource, cloud: Cloud, { clock, random, closing }: TokenMeans): Signer {
  let current: Held | undefined;
  let flight: Flight | undefined;
  let count = 0;
  let quietUntil = Number.NEGATIVE_INFINITY;

  const ask = async (refresh: boolean, claims: string | undefined): Promise<Signature> => {
    const nth = ++count;
    try {
      const answer = await source.getToken({
        signal: closing,
        refresh,
        cloud,
        ...(claims !== undefined && { claims }),
      });
      const given: typeof answer = Object(answer);
      const { token, expiresAt, refreshAt = Number.POSITIVE_INFINITY } = given;
      const now = clock.now();
      const leftMs = expiresAt - now;
      if (!isHeaderSafe(token) || !(leftMs > 0)) throw new TokenSourceError(complaint(given, now));
      const signature: Signature = [['authorization', `Bearer ${token}`]];
      // One that hung may answer after the next one did.
      if (nth > (current?.nth ?? 0)) {
        // A token that lives for less than that is used for half of its life.
        const atLatest = expiresAt - Math.min(REFRESH_EARLY_MS, leftMs / 2);
        current = { signature, expiresAt, refreshAt: Math.min(Number(refreshAt) || atLatest, atLatest), nth };
      }
      return signature;
    } catch (cause) {
      const words = wordsOf(cause);
      // Who says what helps is not wrapped.
      if (words === 'TokenSourceError') throw cause;
      throw new TokenSourceError(`The token source failed (${words}): see \`cause\``, { cause });
    }
  };
  const fetchToken = (forced: boolean, claims?: string): Promise<Signature> => {
    const serves = !forced || (flight?.forced && (claims === undefined || claims === flight.claims));
    // One that hangs must not hang all who come after.
    if (flight && serves && Math.abs(clock.now() - flight.startedAt) < HUNG_MS) return flight.signature;
    const own: Flight = { signature: ask(forced, claims), startedAt: clock.now(), forced, claims };
    flight = own;
    const land = (): void => {
      if (flight === own) flight = undefined;
    };
    own.signature.then(land, land);
    return own.signature;
  };

  return {
    patienceMs: source.patienceMs,
    sign() {
      const now = clock.now();
      if (!current || current.expiresAt - now <= TOO_LATE_MS) return fetchToken(false);
      if (now >= current.refreshAt && now >= quietUntil) {
        quietUntil = now + REFRESH_AGAIN_MS * (1 + random());
        // Failing while the old token lives is no error yet.
        fetchToken(false).catch(() => {});
      }
      return current.signature;
    },
    async renew(refused, claims) {
      // Whoever is refused second gets what the first one's renewal brought.
      const other = (): Signature | undefined =>
        current && current.signature[0]?.[1] !== refused[0]?.[1] ? current.signature : undefined;
      const renewed = other();
      if (renewed) return renewed;
      // A flight that nobody forced may bring the refused token again.
      if (flight && !flight.forced) await flight.signature.catch(() => {});
      return other() ?? fetchToken(true, claims);
    },
  };
}

/** What a source was to answer, and what it answered, but for the token. */
function complaint(given: object & { readonly token: unknown; readonly expiresAt: unknown }, now: number): string {
  const { token, expiresAt } = given;
  const help =
    'expiresOnTimestamp' in given
      ? 'wrap a TokenCredential in `entra`'
      : `text without white space, and Unix time in ms (not s) after ${now}; got ${typeof token}, ${Number(expiresAt)}`;
  return `The token source must answer { token, expiresAt }: ${help}`;
}
