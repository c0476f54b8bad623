import type { Clock } from '../../src/index.ts';
import { callOf } from './tap.ts';

/** How long such a request takes to fail, ms. */
export const POISONED_MS = 500;

/** Requests that no region's model survives: each answers 500, after a while, to the calls named. */
export function poisoned(
  fetch: typeof globalThis.fetch,
  clock: Required<Clock>,
  isPoison: (call: number) => boolean,
): typeof globalThis.fetch {
  return async (input, init) => {
    const call = callOf(init);
    if (call === undefined || !isPoison(call)) return fetch(input, init);
    await clock.sleep(POISONED_MS, init?.signal ?? undefined);
    const error = { message: 'The server had an error while processing your request.', type: 'server_error' };
    return Response.json({ error: { ...error, param: null, code: null } }, { status: 500 });
  };
}
