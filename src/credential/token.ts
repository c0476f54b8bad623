import type { Clock } from '../clock.ts';
import type { TokenSource } from '../types.ts';
import { isHeaderSafe, type Signature, type Signer, TokenSourceError } from './signature.ts';

/** Asked for in the background this long before it expires, ms. */
const REFRESH_EARLY_MS = 120_000;
/** An answer that takes longer than this is not waited for by those who ask later, ms. */
const HUNG_MS = 30_000;
/** Not used in the last moments before it expires, ms. */
const TOO_LATE_MS = 1_000;

/** Signs with a token: one request to its source at a time however many calls wait, renewed before it expires. */
export function tokenSigner(source: TokenSource, clock: Clock, closing: AbortSignal): Signer {
  let current: { readonly signature: Signature; readonly expiresAt: number } | undefined;
  let flight: { readonly signature: Promise<Signature>; readonly startedAt: number } | undefined;

  const ask = async (refresh: boolean): Promise<Signature> => {
    try {
      const { token, expiresAt } = await source.getToken({ signal: closing, refresh });
      if (!isHeaderSafe(token)) throw new TypeError('its answer holds no token');
      if (!(expiresAt > clock.now()))
        throw new TypeError(`its token is past its expiresAt (Unix time in ms): ${expiresAt}`);
      current = { signature: [['authorization', `Bearer ${token}`]], expiresAt };
      return current.signature;
    } catch (cause) {
      throw new TokenSourceError('The token source failed', { cause });
    }
  };
  const fetchToken = (refresh: boolean): Promise<Signature> => {
    // One that hangs must not hang all who come after.
    if (flight && clock.now() - flight.startedAt < HUNG_MS) return flight.signature;
    const own = { signature: ask(refresh), startedAt: clock.now() };
    flight = own;
    const land = (): void => {
      if (flight === own) flight = undefined;
    };
    own.signature.then(land, land);
    return own.signature;
  };

  return {
    sign() {
      const leftMs = current ? current.expiresAt - clock.now() : 0;
      if (!current || leftMs <= TOO_LATE_MS) return fetchToken(false);
      // A renewal that fails while the old token lives is no error yet: the next call asks again.
      if (leftMs <= REFRESH_EARLY_MS) fetchToken(false).catch(() => {});
      return current.signature;
    },
    async renew(refused) {
      // Whoever is refused second gets what the first one's renewal brought.
      if (current && current.signature !== refused) return current.signature;
      // A flight that began before the refusal may bring the refused token again.
      if (flight) await flight.signature.catch(() => {});
      return current && current.signature !== refused && current.signature[0]?.[1] !== refused[0]?.[1]
        ? current.signature
        : fetchToken(true);
    },
  };
}
