import type { ProviderContext } from 'oidc-provider';
import { AUDIENCE, type AuthorityOptions, BASE } from './authority.ts';

/** A single-page app: it has no secret, and gets its tokens at these addresses of its own. */
export const PAGE_ID = 'f0000000-0000-4000-8000-000000000003';

/**
 * What an authority needs so that a person can sign in to a page: a login page with two buttons, `Sign in` and `Cancel`. The page
 * itself must be on `https://localhost`, or its hidden frames have no cookies.
 */
export function personsOf(...redirectUris: readonly string[]): AuthorityOptions {
  const origins = new Set(redirectUris.map((uri) => new URL(uri).origin));
  return {
    clients: [
      {
        client_id: PAGE_ID,
        application_type: 'web',
        token_endpoint_auth_method: 'none',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: redirectUris,
      },
    ],
    configuration: {
      scopes: ['openid', 'profile', 'email', 'offline_access'],
      clientBasedCORS: (_: ProviderContext, origin: string) => origins.has(origin),
      findAccount: (_: ProviderContext, accountId: string) => ({
        accountId,
        claims: () => ({ sub: accountId, oid: accountId, preferred_username: 'person@contoso.test' }),
      }),
      interactions: { url: (_: ProviderContext, { uid }: { readonly uid: string }) => `${LOGIN}${uid}` },
      // Whoever signed in has agreed.
      async loadExistingGrant({ oidc: { provider, client, session } }: ProviderContext) {
        const grant = new provider.Grant({ clientId: client?.clientId, accountId: session?.accountId });
        grant.addOIDCScope('openid profile email offline_access');
        grant.addResourceScope(AUDIENCE, `${AUDIENCE}/.default`);
        await grant.save();
        return grant;
      },
      issueRefreshToken: () => true,
    },
    page(request, response, provider) {
      if (!request.url?.startsWith(LOGIN)) return false;
      if (request.method !== 'POST') {
        response.writeHead(200, { 'content-type': 'text/html' }).end(FORM);
        return true;
      }
      const result = request.url.endsWith('?cancel')
        ? { error: 'access_denied', error_description: 'The person does not want to' }
        : { login: { accountId: 'f0000000-0000-4000-8000-000000000004' } };
      void provider.interactionFinished(request, response, result);
      return true;
    },
  };
}

const LOGIN = `${BASE}/interaction/`;
const FORM = `<!doctype html><title>Sign in</title><form method="post">
<button>Sign in</button> <button formaction="?cancel">Cancel</button></form>`;
