import { sdkRequest } from './request.ts';
import type { StreamShape } from './stream-server.ts';

/** What the OpenAI SDK hands to `fetch` for a streamed chat completion, which `stream-server.ts` answers in that shape. */
export function streamRequest(
  origin: string,
  shape: StreamShape,
): { readonly url: string; readonly init: RequestInit } {
  const { url, init } = sdkRequest(origin);
  const headers = new Headers(init.headers);
  headers.set('x-shape', JSON.stringify(shape));
  const body = JSON.stringify({ ...JSON.parse(String(init.body)), stream: true });
  return { url, init: { ...init, headers, body, signal: new AbortController().signal } };
}

export async function drain({ body }: Response): Promise<number> {
  let bytes = 0;
  for await (const chunk of body ?? []) bytes += chunk.length;
  return bytes;
}
