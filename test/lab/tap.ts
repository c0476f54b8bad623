import type { Site } from './policies/policy.ts';

/** Which call a request is for: every policy passes this header on. */
export const CALL_HEADER = 'x-ms-client-request-id';

/** The call that an attempt is for; `undefined` for what only asks whether a region is alive. */
export function callOf(init: RequestInit | undefined): number | undefined {
  if (init?.method !== 'POST') return undefined;
  const headers = init.headers instanceof Headers ? init.headers : new Headers(init.headers);
  const call = headers.get(CALL_HEADER);
  return call === null ? undefined : Number(call);
}

/** Hears of every attempt on its way to a region. */
export function tap(
  fetch: typeof globalThis.fetch,
  sites: readonly Site[],
  hear: (call: number, region: number) => void,
): typeof globalThis.fetch {
  return (input, init) => {
    const call = callOf(init);
    const region = sites.findIndex(({ url }) => String(input).startsWith(url));
    if (call !== undefined && region >= 0) hear(call, region);
    return fetch(input, init);
  };
}
