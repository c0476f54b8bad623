import { startTimer, systemClock } from '../clock.ts';
import { join } from '../health/merge.ts';
import type { HealthSnapshot, HealthStore } from './health-store.ts';
import type { RedisClient } from './redis-client.ts';
import { redisPatience } from './redis-patience.ts';
import { redisRecords } from './redis-records.ts';
import { redisSubscription } from './redis-subscription.ts';

export type { RedisClient, RedisSubscriber, ScriptArguments } from './redis-client.ts';

export interface RedisStoreOptions {
  /** Begins the names of keys and of the channel: fleets that share a Redis and no regions have one each. @default 'azure-openai-failover' */
  readonly prefix?: string;
}

/** What Redis refused, or did not hear, is said again after so long, ms. */
const AGAIN_MS = 2_000;

/**
 * Learned health shared by a fleet, through Redis 6 or later or Valkey, by a client of `redis` (node-redis), or its cluster's. Of
 * a region that others believe to be down, one call of each process decides for that process.
 *
 * The client stays yours: connect it, listen to its errors and close it as ever. Nothing is shared before it is connected, nor
 * while Redis cannot be reached; then it is, by itself. What others learn comes over a second connection, which lasts while a
 * fetch uses the store, and keeps no program from ending. A client also hears what it said itself, which teaches it nothing.
 *
 * @throws {TypeError} when the client is none, or the prefix no text without braces.
 * @example
 * const client = createClient({ url: 'rediss://contoso.redis.cache.windows.net:6380' });
 * client.on('error', (error) => console.error(error));
 * await client.connect();
 * const fetch = createFailoverFetch({
 *   regions: [
 *     { name: 'swedencentral', endpoint: 'https://contoso-sweden.openai.azure.com', credential: { apiKey: key1 } },
 *     { name: 'eastus2', endpoint: 'https://contoso-eastus2.openai.azure.com', credential: { apiKey: key2 } },
 *   ],
 *   store: redisStore(client),
 * });
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): HealthStore {
  const { prefix = 'azure-openai-failover' } = options;
  check(client, prefix);
  const records = redisRecords(client, prefix);
  const ask = redisPatience();
  /** What Redis should have and has not. */
  let owed: HealthSnapshot | undefined;
  /** Whether something was published that was neither heard nor read. */
  let isBehind = false;
  let cancel: (() => void) | undefined;

  const pay = async (): Promise<void> => {
    const debt = owed;
    if (!debt) return;
    owed = undefined;
    try {
      await ask(() => records.merge(debt));
    } catch (error) {
      owed = owed ? join(debt, owed) : debt;
      tryLater();
      throw error;
    }
    catchUpLate();
    if (subscription.failure) throw subscription.failure;
  };
  const payQuietly = (): void => {
    // Whoever saved it has heard that it failed.
    pay().catch(() => {});
  };
  const tryLater = (): void => {
    // A client that is closed is not waited for: the next save may find it open.
    if (!client.isOpen) return;
    cancel ??= startTimer(systemClock, AGAIN_MS, () => {
      cancel = undefined;
      payQuietly();
      catchUpLate();
    });
  };
  const load = async (): Promise<HealthSnapshot | undefined> => {
    const stored = await ask(records.load);
    subscription.open();
    return stored;
  };
  const catchUp = (): void => {
    load().then(
      (stored) => {
        isBehind = false;
        if (stored) subscription.tell(stored);
      },
      () => {
        isBehind = true;
        tryLater();
      },
    );
  };
  const catchUpLate = (): void => {
    subscription.open();
    if (isBehind) catchUp();
  };
  const onListening = (): void => {
    payQuietly();
    catchUp();
  };
  const subscription = redisSubscription(client, records.channel, onListening, tryLater);

  return {
    trust: 'fleet',
    load,
    save(snapshot) {
      owed = owed ? join(owed, snapshot) : snapshot;
      return pay();
    },
    subscribe: subscription.add,
    async close() {
      // Other fetches may use it still.
      if (subscription.isUsed) return;
      cancel?.();
      cancel = undefined;
    },
  };
}

function check(client: RedisClient, prefix: string): void {
  if (typeof (client as RedisClient | null)?.evalSha !== 'function' || typeof client.duplicate !== 'function')
    throw new TypeError('redisStore: client must be a client of redis, such as `await createClient().connect()`');
  if (typeof prefix !== 'string' || !/^[^{}]+$/.test(prefix))
    throw new TypeError(`redisStore: prefix must be a text without braces, got ${JSON.stringify(prefix)}`);
}
