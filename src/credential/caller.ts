import { type Signer, TokenSourceError } from './signature.ts';

/** What a caller may sign with; taken off every request before a region's own goes on. */
export const CREDENTIAL_HEADERS = ['api-key', 'authorization', 'ocp-apim-subscription-key'] as const;

const JWT = /^Bearer [\w-]+\.[\w-]+\.[\w-]*$/i;

/**
 * Passes on what the caller sent: all of it to the resource it was meant for, elsewhere only a token. A token is good for
 * every resource of its tenant; a key, which on v1 routes may come as a bearer too, is one resource's own.
 */
export function callerSigner(siteOf: (region: string) => string | undefined): Signer {
  return {
    sign({ headers, attempt, addressed }) {
      const home = attempt && siteOf(attempt.region.name) === siteOf(addressed);
      const sent = CREDENTIAL_HEADERS.map((name) => [name, headers.get(name)] as const);
      const usable = sent.filter(
        (entry): entry is readonly [(typeof entry)[0], string] => entry[1] !== null && (home || JWT.test(entry[1])),
      );
      if (usable.length === 0 && !home) {
        return Promise.reject(new TokenSourceError('The caller sent no credential that another region may see'));
      }
      return usable;
    },
    renew: () => undefined,
  };
}
