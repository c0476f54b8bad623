/** A request, and what its answer's body was as far as it was read. */
export interface Sent {
  readonly url: string;
  text: string;
}

/** A `fetch` that writes down what passes. */
export function tapped(fetch: typeof globalThis.fetch) {
  const sent: Sent[] = [];
  const tap: typeof globalThis.fetch = async (input, init) => {
    const one: Sent = { url: String(input), text: '' };
    if (init?.method === 'POST') sent.push(one);
    const response = await fetch(input, init);
    if (!response.body || response.type === 'opaque') return response;
    const decoder = new TextDecoder();
    const reader = response.body.getReader();
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read();
          if (done) return controller.close();
          one.text += decoder.decode(value, { stream: true });
          controller.enqueue(value);
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    );
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  };
  return { fetch: tap, sent };
}
