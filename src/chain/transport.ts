import type { Middleware, Next } from '../types.ts';

/** The end of the chain: sends a call as it is by now. */
export function transport(fetch: typeof globalThis.fetch): Next {
  return async ({ url, init, method, headers, body, signal }) => {
    // A redirect would carry the region's key to wherever it points.
    const response = await fetch(url, { ...init, method, headers, body, signal, redirect: 'manual' });
    if (!isResponse(response)) throw new TypeError('the fetch that was given resolved with what is no Response');
    return response;
  };
}

/** Says so when a middleware forgets to return, instead of failing where its answer is used. */
export function checked(middleware: Middleware): Middleware {
  return async function checked(call, next) {
    const response = await middleware(call, next);
    if (isResponse(response)) return response;
    throw new TypeError(
      `middleware ${middleware.name} must resolve with a Response, got ${response}: is a return missing?`,
    );
  };
}

// By its shape: a Response may come from another realm, or from a test.
function isResponse(value: Response | undefined | null): boolean {
  return typeof value?.status === 'number' && typeof value.headers?.get === 'function';
}
