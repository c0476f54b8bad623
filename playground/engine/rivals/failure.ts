import type { Outcome } from './ask.ts';

/** What another region may answer better: all but a good answer and the caller's own mistakes. */
export const isFailure = (outcome: Outcome): boolean =>
  'error' in outcome || [401, 403, 404, 408, 429].includes(outcome.response.status) || outcome.response.status >= 500;
