import type { Call } from '../types.ts';

/** Names no deployment and no state, so nothing but health and strategy decide where it goes. */
export const anyCall = (now: number, url: string): Call => ({
  id: '',
  url,
  method: 'POST',
  headers: new Headers(),
  body: null,
  signal: new AbortController().signal,
  init: {},
  operation: { kind: 'other', stream: false, replayable: true, boundTo: [] },
  addressed: '',
  deadline: now,
});
