/** What MSAL's codes mean, and what helps. The first that fits is told. */
const HELP: readonly (readonly [codes: RegExp, helps: string])[] = [
  [
    /^(popup_window_error|empty_window_error)$/,
    'the browser opened no window to sign in with: make the first call soon after a click, let people sign in with a button of ' +
      'yours (`app.loginPopup()`), or set `interaction` to redirect',
  ],
  [/^(window_closed|user_cancelled)$/, 'the sign-in was left before it was done: call again to be asked again'],
  [/^access_denied$/, 'signing in was cancelled, or this person may not use the app: call again to be asked again'],
  [
    /^interaction_in_progress(_cancelled)?$/,
    'the app is signing somebody in already: call again when that is done. If it is not, a page was left in the middle of it: ' +
      'await `app.handleRedirectPromise()` when the page starts',
  ],
  [
    /^redirect_stays$/,
    'the page should have left for the login page, and did not: check `onRedirectNavigate` and the app’s `navigationClient`',
  ],
  [
    /^redirect_in_iframe$/,
    'a page in a frame cannot leave for the login page: set `interaction` to popup, or `system.allowRedirectInIframe`',
  ],
  [
    /^(timed_out|monitor_window_timeout|empty_response|redirect_bridge_empty_response|no_state_in_hash|block_nested_popups)$/,
    'no answer came back from the login page: `auth.redirectUri` must be a page that calls broadcastResponseToMainFrame() of ' +
      '@azure/msal-browser/redirect-bridge, and a person needs to be done within `system.popupBridgeTimeout` (60 s, unless set)',
  ],
  [
    /^(no_network_connectivity|network_error|(post|get)_request_failed|openid_config_error|endpoints_resolution_error)$/,
    'its authority cannot be reached: check the network, `auth.authority`, and that the page’s address is registered as that of ' +
      'a single-page app',
  ],
  [
    /^(invalid_scope|invalid_resource|invalid_target)$/,
    'this tenant does not know the scope: give `msal` another `scope`, https://cognitiveservices.azure.com/.default for one, and ' +
      'where the endpoint is not in the public cloud an app with that cloud’s `auth.authority`',
  ],
  [
    /^(unauthorized_client|invalid_client|invalid_request|untrusted_authority)$/,
    'the app is not set up for this: check `auth.clientId`, `auth.authority`, `auth.redirectUri`, and that it is registered as a ' +
      'single-page app',
  ],
  [/^non_browser_environment$/, 'people sign in with `msal` in a page only: elsewhere use `entra` of ./identity'],
  [
    /^other_account$/,
    'another person signed in than `account` names: call again and choose that one, or give `msal` no `account`',
  ],
];

/** Says in our own words why there is no token, and what helps. Of the failure's own it repeats codes and nothing else. */
export function msalHelp(failure: unknown, scope: string): string {
  const code = codeOf(failure);
  const said = textOf(failure, 'errorMessage');
  const codes = [...new Set([...(code ? [code] : []), ...(said.match(/\bAADSTS\d{4,8}\b/g) ?? [])])].slice(0, 3);
  const helps =
    HELP.find(([one]) => one.test(code ?? ''))?.[1] ??
    'what MSAL says itself is in its log: set `system.loggerOptions`';
  return `Entra ID gave no token for ${scope}${codes.length > 0 ? ` (${codes.join(', ')})` : ''}: ${helps}`;
}

/** What is said where nobody may be asked. */
export function askYourself(failure: unknown, scope: string): string {
  const code = codeOf(failure);
  return (
    `Entra ID gave no token for ${scope}${code ? ` (${code})` : ''}: a person has to sign in, and \`interaction\` is none: let ` +
    'the app ask, with `app.acquireTokenPopup()` for this scope, and call again'
  );
}

/** Whether only a person can help. Told by name: another copy of MSAL has another class. */
export const needsPerson = (error: unknown): boolean =>
  textOf(error, 'name') === 'InteractionRequiredAuthError' || codeOf(error) === 'no_account_error';

/** MSAL's code of a failure. A code is a word: what is longer may hold anything. */
function codeOf(error: unknown): string | undefined {
  const code = textOf(error, 'errorCode');
  return /^[a-z][a-z0-9_]{1,49}$/i.test(code) ? code : undefined;
}

/** Never throws, whatever was thrown. */
function textOf(error: unknown, field: string): string {
  try {
    const text = (error as Readonly<Record<string, unknown>>)[field];
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
