/** What the page needs to know of the simulator whose regions it drives in Live mode. */
export interface LiveLink {
  /** Origin of the control API: `http://127.0.0.1:18090`. */
  readonly control: string;
  /** Goes with every change, as `authorization: Bearer …`. */
  readonly token: string;
}

/**
 * The fragment of the page's URL, without `#`: `live=http://127.0.0.1:18090&token=…`. A fragment is never sent to a server.
 *
 * @throws TypeError when `control` is no loopback origin, or the token has other than letters, digits, `-` and `_`.
 */
export function printLiveLink({ control, token }: LiveLink): string {
  if (!isLoopbackOrigin(control)) {
    throw new TypeError(`control must be the http origin of a loopback address, got "${control}"`);
  }
  if (!isToken(token)) throw new TypeError('token must be letters, digits, "-" and "_", and has others');
  return `live=${control}&token=${token}`;
}

/**
 * Reads a fragment, with or without `#` and whatever else is in it. `undefined` where it has no link, or one that leads
 * anywhere but to this machine: a link can come from anybody.
 */
export function parseLiveLink(fragment: string): LiveLink | undefined {
  const members = new URLSearchParams(fragment.replace(/^#/, ''));
  const control = members.get('live');
  const token = members.get('token');
  if (control === null || token === null || !isLoopbackOrigin(control) || !isToken(token)) return undefined;
  return { control, token };
}

function isLoopbackOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, origin } = new URL(text);
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname) && origin === text;
}

function isToken(text: string): boolean {
  return /^[\w-]+$/.test(text);
}
