import type { AccessToken, TokenCredential } from '@azure/identity';
import type { TokenRequest, TokenSource } from '../types.ts';
import { SCOPES } from './cloud.ts';
import { helpFor } from './entra-help.ts';
import { TokenSourceError } from './signature.ts';
import { untilAborted } from './until-aborted.ts';

export interface EntraOptions {
  /**
   * What tokens are asked for by. @default that of the endpoint's cloud: `https://ai.azure.com/.default`, in US Government
   * `https://cognitiveservices.azure.us/.default`, in China `https://cognitiveservices.azure.cn/.default`
   */
  readonly scope?: string | undefined;
}

/**
 * Entra ID on a server, in a script, on a developer's machine: signs calls with the tokens of a credential of `@azure/identity`.
 * Who signs in needs the role Cognitive Services OpenAI User on every region's resource. One `entra()` serves any number of
 * regions, which share its tokens. Where no token is to be had, calls fail with `ERR_CREDENTIAL`, and the error says
 * what helps; what the credential said itself is in the log of `@azure/identity` (`AZURE_LOG_LEVEL=verbose`).
 *
 * @param credential Any of `@azure/identity`, or of your own. @default a `DefaultAzureCredential`, made when it is first needed
 * @throws {TypeError} when the credential is none, or the scope no text.
 * @example
 * const fetch = createFailoverFetch({
 *   regions: [
 *     { name: 'swedencentral', endpoint: 'https://contoso-sweden.openai.azure.com' },
 *     { name: 'eastus2', endpoint: 'https://contoso-eastus2.openai.azure.com' },
 *   ],
 *   credential: entra(),
 * });
 */
export function entra(credential?: TokenCredential, options: EntraOptions = {}): TokenSource {
  if (credential !== undefined && typeof (credential as TokenCredential | null)?.getToken !== 'function') {
    throw new TypeError(
      'entra: credential must be a TokenCredential such as `new ManagedIdentityCredential()`; a token provider will not do, as ' +
        'it cannot be asked for a new token when one was refused',
    );
  }
  const { scope: own } = options;
  if (own !== undefined && (typeof own !== 'string' || own === '')) {
    throw new TypeError('entra: scope must be a text such as https://ai.azure.com/.default');
  }
  let made: Promise<TokenCredential> | undefined;
  const usual = (): Promise<TokenCredential> => {
    made ??= makeDefault().catch((error) => {
      // What was wrong may have been put right by the next call.
      made = undefined;
      throw error;
    });
    return made;
  };

  return {
    async getToken(request) {
      const { signal, cloud = 'public' } = request;
      const scope = own ?? SCOPES[cloud];
      signal.throwIfAborted();
      try {
        // Loaded here, so that a given credential does not load all the others.
        const asked = credential ? ask(credential, scope, request) : usual().then((one) => ask(one, scope, request));
        const { token, expiresOnTimestamp, refreshAfterTimestamp } = await untilAborted(asked, signal);
        return { token, expiresAt: expiresOnTimestamp, refreshAt: refreshAfterTimestamp };
      } catch (error) {
        signal.throwIfAborted();
        // Not as the cause: what it says may quote a secret.
        throw new TokenSourceError(helpFor(error, scope));
      }
    },
  };
}

/**
 * Asks nothing that is not asked anyway: what `enableCae` puts into every request. But with claims of any kind a credential
 * does not answer from its cache; it takes no other sign that a token was refused.
 */
const ANOTHER = '{"access_token":{"xms_cc":{"values":["cp1"]}}}';

async function ask(credential: TokenCredential, scope: string, request: TokenRequest): Promise<AccessToken> {
  const { signal, refresh, claims } = request;
  const options = { abortSignal: signal, enableCae: true };
  if (refresh && claims === undefined) {
    try {
      return given(await credential.getToken(scope, { ...options, claims: ANOTHER }));
    } catch (error) {
      // What signs in by a tool, such as `az`, refuses claims. It keeps no cache either, so it can be asked as ever.
      if (!(error instanceof Error && UNAVAILABLE.test(error.name))) throw error;
    }
  }
  return given(await credential.getToken(scope, claims === undefined ? options : { ...options, claims }));
}

const UNAVAILABLE = /^(CredentialUnavailable|AggregateAuthentication)Error$/;

function given(token: AccessToken | null): AccessToken {
  if (token) return token;
  throw new TypeError('The credential gave no token');
}

async function makeDefault(): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential();
}
