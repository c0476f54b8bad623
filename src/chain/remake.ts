import { attachedTrace, attachTrace } from './journal.ts';

const READERS = ['arrayBuffer', 'blob', 'bytes', 'json', 'text'] as const;

/**
 * The same response around another body, or with other headers: one that came from the network cannot be changed. It fails
 * as its stream fails; read by the platform, it would in Chromium always be `TypeError: Failed to fetch`, also for who gave
 * up and waits for their own reason.
 */
export function remake(
  response: Response,
  body: ReadableStream | Uint8Array<ArrayBuffer> | null,
  headers = response.headers,
): Response {
  const { status } = response;
  return dress(new Response(body, { status, headers }), response, !(body instanceof Uint8Array));
}

function dress(made: Response, { url, statusText }: Response, mayFail: boolean): Response {
  const clone = (): Response => {
    const copy = dress(Response.prototype.clone.call(made), made, mayFail);
    const trace = attachedTrace(made);
    if (trace) attachTrace(copy, trace);
    return copy;
  };
  Object.defineProperty(made, 'url', { value: url });
  // Servers may send words that the constructor does not take.
  Object.defineProperty(made, 'statusText', { value: statusText });
  Object.defineProperty(made, 'clone', { value: clone, configurable: true, writable: true });
  if (!mayFail) return made;
  for (const name of READERS) {
    const value = async (): Promise<unknown> => {
      const { body: unread, bodyUsed } = made;
      // What cannot be read (again) is the platform's to refuse.
      const isFresh = unread && !bodyUsed && !unread.locked;
      const whole = isFresh ? new Response(await readAll(unread), { headers: made.headers }) : made;
      return Response.prototype[name].call(whole);
    };
    if (name in made) Object.defineProperty(made, name, { value, configurable: true, writable: true });
  }
  return made;
}

async function readAll(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Uint8Array<ArrayBuffer>> {
  const reader = body.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  for (let step = await reader.read(); !step.done; step = await reader.read()) chunks.push(step.value);
  return joined(chunks);
}

/** All of them in one. */
export function joined(chunks: readonly Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const [only] = chunks;
  if (only && chunks.length === 1) return only;
  // Not a blob, though that is shorter: the platform reads one in its own time, whatever the clock.
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
