import { expect } from 'vitest';
import type { Streamed } from '../support/client.ts';
import type { Ending } from '../support/manners.ts';

/** For the name of a test. */
export function wordsFor(ending: Ending): string {
  if (typeof ending !== 'string') return `ends silently, because ${ending.because}`;
  return ending.startsWith('part ') ? `brings ${ending}` : `throws ${ending}`;
}

/** In the shape of what is expected; why a client says nothing, nobody can see. */
export function endingOf({ error, finish }: Streamed): Ending {
  if (error !== undefined) return error;
  return { ...(finish !== undefined && { finish }), because: expect.any(String) };
}
