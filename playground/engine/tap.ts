import { errorOf } from './call-error.ts';
import type { Site } from './rivals/rival.ts';
import type { CallError, SentRequest } from './types.ts';

/** Which call a request is for: every policy passes this header on. */
export const CALL_HEADER = 'x-ms-client-request-id';

/** A request for an answer that was sent to a region, as its sender sees it. Times are Unix time, ms, of the world. */
export interface Sent {
  readonly call: number;
  readonly region: string;
  readonly sentAt: number;
  readonly request?: SentRequest;
  /** When its response began, an error came instead, or it was given up. */
  cameAt?: number;
  gaveUp?: true;
  status?: number;
  headers: Readonly<Record<string, string>>;
  error?: CallError;
}

/** What a response says of limits and whereabouts. */
const telling = /^(retry-after|x-ms-retry-after|x-ratelimit-|x-ms-region|apim-request-id)/;

/** What nobody else may see. */
const secret = ['api-key', 'authorization', 'ocp-apim-subscription-key'];

/**
 * Writes down every request for an answer on its way to a region. What only asks whether a region is alive goes by.
 */
export function tap(
  fetch: typeof globalThis.fetch,
  sites: readonly Site[],
  now: () => number,
  sent: (call: number) => Sent[],
): typeof globalThis.fetch {
  return async (input, init) => {
    const region = sites.find(({ url }) => String(input).startsWith(url))?.name;
    const headers = new Headers(init?.headers);
    const call = headers.get(CALL_HEADER);
    if (call === null || region === undefined || init?.method !== 'POST') return fetch(input, init);
    const request = requestOf(String(input), headers, init.body);
    const one: Sent = { call: Number(call), region, sentAt: now(), ...(request && { request }), headers: {} };
    sent(one.call).push(one);
    try {
      const response = await fetch(input, init);
      one.status = response.status;
      one.headers = Object.fromEntries([...response.headers].filter(([name]) => telling.test(name)));
      return response;
    } catch (error) {
      one.error = errorOf(error);
      if (init.signal?.aborted) one.gaveUp = true;
      throw error;
    } finally {
      one.cameAt = now();
    }
  };
}

function requestOf(url: string, headers: Headers, body: unknown): SentRequest | undefined {
  if (typeof body !== 'string') return undefined;
  return { url, headers: Object.fromEntries([...headers].map(masked)), body };
}

const masked = ([name, value]: [string, string]): [string, string] => [name, secret.includes(name) ? '***' : value];
