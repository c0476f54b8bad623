import type { Site, Surroundings } from './rival.ts';

/** Longest wait for headers, ms: the same for every policy. */
const TIMEOUT_MS = 120_000;

/** Sends a call to one region, with its credential, and gives up after a while. */
export async function ask(
  { fetch, clock }: Surroundings,
  { url, key, token }: Site,
  path: string,
  init: RequestInit,
): Promise<Response> {
  const limit = new AbortController();
  const cancel = clock.timer(TIMEOUT_MS, () => limit.abort(new DOMException('No answer in time', 'TimeoutError')));
  const headers = new Headers(init.headers);
  if (token === undefined) headers.set('api-key', key);
  else headers.set('authorization', `Bearer ${token}`);
  try {
    return await fetch(`${url}${path}`, { ...init, headers, signal: limit.signal });
  } finally {
    cancel();
  }
}

/** How it ended: a response, or what was thrown. */
export type Outcome = { readonly response: Response } | { readonly error: unknown };

export const outcomeOf = async (asking: Promise<Response>): Promise<Outcome> => {
  try {
    return { response: await asking };
  } catch (error) {
    return { error };
  }
};

export function conclude(outcome: Outcome): Response {
  if ('error' in outcome) throw outcome.error;
  return outcome.response;
}

/** Lets go of a response that is not handed over. */
export const drop = (outcome: Outcome): void => {
  if ('response' in outcome) outcome.response.body?.cancel().catch(() => {});
};
