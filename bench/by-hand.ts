/**
 * The least that a wrapper can do which signs for a region, gives an attempt its time and passes an abort on: what any
 * failover pays before it has decided anything.
 */
export async function byHand(url: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.delete('authorization');
  headers.set('api-key', 'key-of-the-primary');
  const own = new AbortController();
  init.signal?.addEventListener('abort', () => own.abort(init.signal?.reason), { once: true });
  const timer = setTimeout(() => own.abort(new Error('no answer in time')), 120_000);
  try {
    return await fetch(url, { ...init, headers, signal: own.signal });
  } finally {
    clearTimeout(timer);
  }
}
