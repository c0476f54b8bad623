import { once } from 'node:events';
import { createClient } from 'redis';
import {
  createFailoverFetch,
  explain,
  type FailoverEvent,
  type FailoverFetch,
  type RegionOptions,
} from '../../src/index.ts';
import { redisStore } from '../../src/store/redis.ts';

/** What one server of a fleet is told, as JSON. */
export interface Orders {
  readonly regions: readonly [RegionOptions, ...RegionOptions[]];
  readonly deployment: string;
  /** The socket of the Redis that it shares. */
  readonly redis: string;
  readonly everyMs: number;
}

/** One call, as its caller sees it. */
export interface CallMade {
  /** Unix time, ms. */
  readonly at: number;
  readonly failed: boolean;
  /** The regions that were asked, in order. */
  readonly asked: readonly string[];
}

/** What it did: the calls of a fetch that shares, those of one that does not, and what the first warned of. */
export interface Report {
  readonly sharing: readonly CallMade[];
  readonly alone: readonly CallMade[];
  readonly warnings: readonly string[];
}

const { regions, deployment, redis, everyMs }: Orders = JSON.parse(process.argv[2] ?? '');
const client = createClient({ socket: { path: redis, tls: false } });
client.on('error', () => {});
await client.connect();
const warnings: string[] = [];
const onEvent = (event: FailoverEvent): void => {
  if (event.type === 'warning') warnings.push(event.code);
};
const sharing = createFailoverFetch({ regions, store: redisStore(client), onEvent });
const alone = createFailoverFetch({ regions });
await sharing.ready;

async function call(fetch: FailoverFetch): Promise<CallMade> {
  const at = Date.now();
  const body = JSON.stringify({ model: deployment, messages: [{ role: 'user', content: 'Hi' }] });
  const result = await fetch(`${regions[0].endpoint}/openai/v1/chat/completions`, { method: 'POST', body }).catch(
    (error: unknown) => error,
  );
  const asked = explain(result)?.attempts.map(({ region }) => region) ?? [];
  const answered = result instanceof Response && result.ok;
  if (answered) await result.text();
  return { at, failed: !answered, asked };
}

process.send?.('ready');
await once(process, 'message');
const calls = { sharing: [] as Promise<CallMade>[], alone: [] as Promise<CallMade>[] };
const timer = setInterval(() => {
  calls.sharing.push(call(sharing));
  calls.alone.push(call(alone));
}, everyMs);
await once(process, 'message');
clearInterval(timer);
const report: Report = { sharing: await Promise.all(calls.sharing), alone: await Promise.all(calls.alone), warnings };
await Promise.all([sharing.close(), alone.close()]);
client.destroy();
process.send?.(report, () => process.disconnect());
