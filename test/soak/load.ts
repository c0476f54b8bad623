import { setTimeout as sleep } from 'node:timers/promises';
import type { FailoverFetch } from '../../src/index.ts';

/** How the calls went. */
export interface Outcomes {
  calls: number;
  /** Read to the end, whatever the status. */
  answered: number;
  /** Streams that were cancelled at their first bytes. */
  abandoned: number;
  /** By the caller, at some moment or out of patience. */
  aborted: number;
  failed: number;
  /** Clients that were created, used and closed. */
  clients: number;
}

export interface LoadOptions {
  readonly lasting: readonly FailoverFetch[];
  readonly create: () => FailoverFetch;
  /** Any region's; its clients choose. */
  readonly endpoint: string;
  /** One for all calls. */
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly forMs: number;
  readonly outcomes: Outcomes;
  /** Is told of each call. */
  readonly called: () => void;
}

const PER_SECOND = 20;
/** A body that is not streamed may never come, and nobody but the caller can tell. */
const PATIENCE_MS = 3_000;
/** So many calls have one client that comes and goes. */
const CALLS_PER_CLIENT = 20;

/** Calls at a fixed rate. Resolves when all calls have ended. */
export async function load(options: LoadOptions): Promise<void> {
  const { lasting, create, random, forMs, outcomes, called } = options;
  const underWay = new Set<Promise<void>>();
  const start = (call: Promise<void>): void => {
    const ended = call.finally(() => underWay.delete(ended));
    underWay.add(ended);
  };
  const startedAt = performance.now();
  for (let nth = 0; (nth * 1_000) / PER_SECOND < forMs; nth++) {
    const wait = (nth * 1_000) / PER_SECOND - (performance.now() - startedAt);
    if (wait > 0) await sleep(wait);
    const client = lasting[Math.floor(random() * lasting.length)];
    if (nth % CALLS_PER_CLIENT === 0) start(comeAndGo(create(), options));
    else if (client) start(call(client, options));
    outcomes.calls++;
    called();
  }
  await Promise.all(underWay);
}

/** Half of them are closed while their call is under way. */
async function comeAndGo(client: FailoverFetch, options: LoadOptions): Promise<void> {
  const { random, outcomes } = options;
  const called = call(client, options);
  if (random() < 0.5) await called;
  await client.close();
  await called;
  outcomes.clients++;
}

async function call(client: FailoverFetch, { endpoint, signal, random, outcomes }: LoadOptions): Promise<void> {
  const what = random();
  const own = new AbortController();
  const aborts = what < 0.2;
  const abandons = what >= 0.2 && what < 0.4;
  const stream = abandons || random() < 0.5;
  const timer = setTimeout(() => own.abort(), aborts ? random() * 100 : PATIENCE_MS);
  try {
    const response = await client(`${endpoint}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt', stream, messages: [{ role: 'user', content: 'Count to ten.' }] }),
      signal: stream && !aborts ? signal : AbortSignal.any([signal, own.signal]),
    });
    if (abandons) {
      await readFirst(response);
      outcomes.abandoned++;
    } else {
      await response.text();
      outcomes.answered++;
    }
  } catch {
    if (own.signal.aborted) outcomes.aborted++;
    else outcomes.failed++;
  } finally {
    clearTimeout(timer);
  }
}

async function readFirst({ body }: Response): Promise<void> {
  const reader = body?.getReader();
  await reader?.read();
  await reader?.cancel();
}
