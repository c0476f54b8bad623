import type { AttemptSeen, CallRecord } from '../../playground/engine/types.ts';

/** A call that a region refused, and the next one answered 800 ms later. */
export function callOf({ refusedAfterMs }: { readonly refusedAfterMs: number }): CallRecord {
  const refused: AttemptSeen = {
    number: 1,
    region: 'eastus',
    kind: 'first',
    sentAt: 0,
    headersAt: refusedAfterMs,
    endedAt: refusedAfterMs,
    fault: 'refused',
    error: { name: 'TypeError', message: 'fetch failed', code: 'ECONNREFUSED' },
    bytes: 0,
    events: 0,
    headers: {},
  };
  const answered: AttemptSeen = {
    number: 2,
    region: 'eastus2',
    kind: 'failover',
    sentAt: refusedAfterMs,
    arrivedAt: refusedAfterMs + 30,
    headersAt: refusedAfterMs + 800,
    endedAt: refusedAfterMs + 800,
    status: 200,
    closedBy: 'server',
    bytes: 833,
    events: 0,
    headers: {},
  };
  return {
    nth: 0,
    client: 0,
    deployment: 'gpt-4o',
    stream: false,
    beganAt: 0,
    headersAt: answered.endedAt,
    endedAt: answered.endedAt,
    fate: 'ok',
    status: 200,
    region: 'eastus2',
    events: 0,
    bytes: 833,
    attempts: [refused, answered],
    waits: [],
  };
}
