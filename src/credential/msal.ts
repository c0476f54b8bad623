import type { AccountInfo, AuthenticationResult, IPublicClientApplication } from '@azure/msal-browser';
import { systemClock } from '../clock.ts';
import type { TokenRequest, TokenSource } from '../types.ts';
import { SCOPES } from './cloud.ts';
import { askYourself, msalHelp, needsPerson } from './msal-help.ts';
import { deskOf, PromptError } from './msal-prompt.ts';
import { TokenSourceError } from './signature.ts';
import { untilAborted } from './until-aborted.ts';

export interface MsalOptions {
  /**
   * What tokens are asked for by. @default that of the endpoint's cloud: `https://ai.azure.com/.default`, in US Government
   * `https://cognitiveservices.azure.us/.default`, in China `https://cognitiveservices.azure.cn/.default`
   */
  readonly scope?: string | undefined;
  /**
   * Who calls; nobody else's token is used. @default the app's active account, else the one that signed in last here, else the
   * only one
   */
  readonly account?: AccountInfo | undefined;
  /**
   * What happens when a person has to sign in or to agree: a window opens, the page leaves for the login page and comes back, or
   * calls fail with `ERR_CREDENTIAL`, so that the app can ask when it suits. A browser opens a window only soon after a click.
   * @default 'popup'
   */
  readonly interaction?: 'popup' | 'redirect' | 'none' | undefined;
}

/**
 * Entra ID in a single-page app: signs calls with the tokens of whoever uses the page, through `@azure/msal-browser` 5. Tokens
 * come from its cache, by refresh token or by the session of the browser; only when none of these helps is a person asked, once
 * however many calls wait, and never by two `msal()` of an app at a time. A window that is closed fails the calls that waited;
 * the next call asks again. Where no token is to be had, calls fail with `ERR_CREDENTIAL`, and the error says what helps.
 *
 * The app's `auth.redirectUri` must be a page of its own that does nothing but call `broadcastResponseToMainFrame()` of
 * `@azure/msal-browser/redirect-bridge`. Whoever signs in needs the role Cognitive Services OpenAI User on every region's
 * resource. A token lives for an hour or so: when another person takes over the page, make a new fetch.
 *
 * @param app It need not be initialized. With `interaction: 'redirect'`, what it returned with is read here too.
 * @throws {TypeError} when the app is none, or an option is not one of those above.
 * @example
 * const app = new PublicClientApplication({
 *   auth: {
 *     clientId: '…',
 *     authority: 'https://login.microsoftonline.com/contoso.com',
 *     redirectUri: '/redirect.html',
 *   },
 * });
 * const fetch = createFailoverFetch({
 *   regions: [
 *     { name: 'swedencentral', endpoint: 'https://contoso-sweden.openai.azure.com' },
 *     { name: 'eastus2', endpoint: 'https://contoso-eastus2.openai.azure.com' },
 *   ],
 *   credential: msal(app),
 * });
 */
export function msal(app: IPublicClientApplication, options: MsalOptions = {}): TokenSource {
  check(app, options);
  const { scope: own, account: whom, interaction = 'popup' } = options;
  const desk = deskOf(app);
  let held: { readonly key: string; readonly token: Token } | undefined;
  const keyOf = (account: AccountInfo | undefined, scope: string): string => `${account?.homeAccountId} ${scope}`;

  /** Who calls; `undefined` when a person has to say. */
  function accountOf(): AccountInfo | undefined {
    const active = whom ?? app.getActiveAccount();
    if (active) return active;
    const all = app.getAllAccounts();
    const last = all.find(({ homeAccountId }) => homeAccountId === desk.account?.homeAccountId);
    return last ?? (all.length === 1 ? all[0] : undefined);
  }

  function take(scope: string, { accessToken, account, expiresOn, refreshOn }: AuthenticationResult): Token {
    if (whom && account.homeAccountId !== whom.homeAccountId) throw new PromptError('other_account');
    const token = {
      token: accessToken,
      expiresAt: expiresOn?.getTime() ?? Number.NaN,
      refreshAt: refreshOn?.getTime(),
    };
    held = { key: keyOf(account, scope), token };
    return token;
  }

  async function find(scope: string, { refresh, claims }: TokenRequest): Promise<Token> {
    const demands = claims === undefined ? {} : { claims };
    await desk.ready(interaction === 'redirect');
    for (let forceRefresh = refresh; ; forceRefresh = false) {
      const { ended } = desk;
      const account = accountOf();
      let why: unknown;
      try {
        if (account) {
          return take(scope, await app.acquireTokenSilent({ scopes: [scope], account, forceRefresh, ...demands }));
        }
      } catch (error) {
        const old = held?.key === keyOf(account, scope) ? held.token : undefined;
        const lives = old && old.expiresAt - systemClock.now() > TOO_LATE_MS;
        // Asked early: neither an authority that is down nor a session that is over is an error yet.
        if (lives && !refresh && claims === undefined) return old;
        if (!needsPerson(error)) throw error;
        why = error;
      }
      if (interaction === 'none') throw new TokenSourceError(askYourself(why, scope));
      if (desk.open || desk.ended !== ended) {
        // What it brings is in the cache, and who does not want it wants no second one either.
        await desk.latest;
        continue;
      }
      const several = !account && app.getAllAccounts().length > 1;
      const request = { scopes: [scope], ...(account && { account }), ...(several && { prompt: 'select_account' }) };
      return take(scope, await desk.ask(interaction, { ...request, ...demands }));
    }
  }

  return {
    ...(interaction !== 'none' && { patienceMs: PERSON_MS }),
    async getToken(request) {
      const { signal, cloud = 'public' } = request;
      const scope = own ?? SCOPES[cloud];
      signal.throwIfAborted();
      try {
        return await untilAborted(find(scope, request), signal);
      } catch (error) {
        signal.throwIfAborted();
        // Not as the cause: what it says may quote what was sent.
        throw error instanceof TokenSourceError ? error : new TokenSourceError(msalHelp(error, scope));
      }
    },
  };
}

type Token = Awaited<ReturnType<TokenSource['getToken']>>;

/** Not used in the last moments before it expires, ms. */
const TOO_LATE_MS = 1_000;
/** Time for a password, a second factor and a telephone that lies in another room, ms. */
const PERSON_MS = 300_000;

function check(app: IPublicClientApplication, { scope, account, interaction }: MsalOptions): void {
  if (typeof (app as IPublicClientApplication | null)?.acquireTokenSilent !== 'function') {
    throw new TypeError('msal: app must be a PublicClientApplication of @azure/msal-browser');
  }
  if (scope !== undefined && (typeof scope !== 'string' || scope === '')) {
    throw new TypeError('msal: scope must be a text such as https://ai.azure.com/.default');
  }
  if (account !== undefined && typeof (account as AccountInfo | null)?.homeAccountId !== 'string') {
    throw new TypeError('msal: account must be one of app.getAllAccounts()');
  }
  if (interaction !== undefined && !['popup', 'redirect', 'none'].includes(interaction)) {
    throw new TypeError(`msal: interaction must be 'popup', 'redirect' or 'none', got ${String(interaction)}`);
  }
}
