import { setTimeout as sleep } from 'node:timers/promises';
import type { Control, StateChange } from '../../src/simulator/node/index.ts';

/** Of connections, of the service and of streams, in about equal parts. */
const FAULTS = [
  ...['refused', 'blackhole', 'silence', 'noread', 'rst:request', 'rst:reuse', 'rst:accept', 'fin:request'],
  ...['conn-limit(2)', 'garbage', 'flap(0.3,0.3)', 'sequence(status(503),429(1),ok)', 'latency(300)', 'slow(x4)'],
  ...['status(500)', 'status(503)', 'status(503,html)', '429(1)', '429(1,ms)', 'capacity(4)', 'key*1', 'nodeploy(gpt)'],
  ...['stall:sse:3', 'rst:sse:3', 'fin:sse:2', 'trunc:sse:3', 'badsse:sse:2', 'badchunk:sse:2', 'sse-error:sse:0'],
  ...['sse-error(rate):sse:3', 'hang:headers', 'badjson', 'clen', 'empty200', 'wrongtype', 'slice(20,2)'],
] as const;

export interface TroubleOptions {
  readonly control: Control;
  readonly regions: readonly string[];
  readonly random: () => number;
  readonly forMs: number;
}

/** Lets faults come and go, one region after the other, through the control API; all are over when it resolves. */
export async function trouble({ control, regions, random, forMs }: TroubleOptions): Promise<number> {
  const everyMs = Math.max(100, Math.min(1_000, forMs / 10));
  const endsAt = performance.now() + forMs;
  let faults = 0;
  while (performance.now() + everyMs < endsAt) {
    const region = regions[Math.floor(random() * regions.length)] ?? '';
    const fault = FAULTS[Math.floor(random() * FAULTS.length)] ?? 'refused';
    // Some end by themselves, some when another takes their place, some when all is well again.
    const lasts = Math.round(everyMs * (1 + 4 * random()));
    await change(control, 'PATCH', { regions: { [region]: { faults: [{ fault, ttlMs: lasts }] } } });
    faults++;
    await sleep(everyMs);
  }
  await change(control, 'PUT', { regions: {} });
  return faults;
}

async function change({ url, token }: Control, method: 'PATCH' | 'PUT', state: StateChange): Promise<void> {
  const response = await fetch(`${url}/state`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(state),
  });
  const answer = await response.text();
  if (!response.ok) throw new Error(`the control API must take ${JSON.stringify(state)}, and said ${answer}`);
}
