import type { CorsProfile } from './cors.ts';
import type { VirtualRequest } from './virtual-request.ts';

/** Whether a browser, that is taken to have asked before, would see that with this profile. */
export function showsInPreflights({ of }: CorsProfile): boolean {
  return of === 'none' || of === 'preflight-fail' || of === 'preflight-slow';
}

/** What a page has to ask before it may send a request; `undefined` where it need not. */
export function preflightOf({ to, method, headers, mode, signal }: VirtualRequest): VirtualRequest | undefined {
  const unusual = [...headers.keys()].filter((name) => !isSafe(name, headers.get(name) ?? ''));
  if (mode === 'no-cors' || (safeMethods.has(method) && unusual.length === 0)) return undefined;
  const asked = {
    'access-control-request-method': method,
    ...(unusual.length > 0 && { 'access-control-request-headers': unusual.sort().join(',') }),
  };
  return {
    to,
    method: 'OPTIONS',
    headers: new Headers(asked),
    body: '',
    signal,
    redirect: 'error',
    mode: 'cors',
    isPreflight: true,
  };
}

/** Whether the answer allows it. */
export function allows(response: Response): boolean {
  return response.ok && response.headers.has('access-control-allow-origin');
}

/** How long an answer holds that does not say for how long: Chromium's, ms. */
export const preflightMs = 5000;

const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST']);

function isSafe(name: string, value: string): boolean {
  if (name === 'content-type') {
    return /^(application\/x-www-form-urlencoded|multipart\/form-data|text\/plain)\b/i.test(value);
  }
  return name === 'accept' || name === 'accept-language' || name === 'content-language';
}
