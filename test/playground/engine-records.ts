import type { AttemptSeen, CallRecord } from '../../playground/engine/types.ts';
import type { Scenario } from '../../src/simulator/index.ts';

/** Two regions for a minute, and nobody who calls. */
export const scenario = (change: Partial<Scenario> = {}): Scenario => ({
  v: 1,
  id: 'made-up',
  title: 'Made up',
  seed: 1,
  duration: 60,
  regions: [
    { id: 'far', latency: 100 },
    { id: 'near', latency: 20 },
  ],
  load: [],
  client: {},
  faults: [],
  asserts: [],
  ...change,
});

/** An attempt that was answered at once. */
export const attempt = (region: string, sentAt: number, change: Partial<AttemptSeen> = {}): AttemptSeen => ({
  number: 1,
  region,
  kind: 'first',
  sentAt,
  arrivedAt: sentAt,
  headersAt: sentAt,
  endedAt: sentAt,
  status: 200,
  bytes: 0,
  events: 0,
  headers: {},
  ...change,
});

/** Calls that were answered at once, as far as nothing else is said of them. */
export const callsOf = (...calls: readonly (Partial<CallRecord> & Pick<CallRecord, 'beganAt'>)[]): CallRecord[] =>
  calls.map((call, nth) => {
    const region = call.region ?? 'near';
    return {
      nth,
      client: 0,
      deployment: 'gpt-4o',
      stream: false,
      ...(call.fate !== 'failed' && { headersAt: call.beganAt }),
      endedAt: call.beganAt,
      fate: 'ok',
      region,
      events: 0,
      bytes: 0,
      attempts: [attempt(region, call.beganAt)],
      waits: [],
      ...call,
    };
  });
