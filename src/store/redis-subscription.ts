import { join } from '../health/merge.ts';
import type { HealthSnapshot } from './health-store.ts';
import type { RedisClient, RedisSubscriber } from './redis-client.ts';

export interface RedisSubscription {
  /** Whether anybody wants to hear. */
  readonly isUsed: boolean;
  /** Why nobody does, where it was tried in vain. */
  readonly failure: unknown;
  add(listener: (snapshot: HealthSnapshot) => void): () => void;
  /** Lets those who listen hear something that was not published. */
  tell(snapshot: HealthSnapshot): void;
  /** Connects, where it should be connected and is not. */
  open(): void;
}

/**
 * Listens to a channel on a connection of its own while anybody wants to hear.
 *
 * @param onListening what was published before is lost, each time it begins to listen or does so again
 * @param onFailure it does not try again by itself
 */
export function redisSubscription(
  client: RedisClient,
  channel: string,
  onListening: () => void,
  onFailure: () => void,
): RedisSubscription {
  const listeners = new Set<(snapshot: HealthSnapshot) => void>();
  let subscriber: RedisSubscriber | undefined;
  let failure: unknown;

  const tell = (snapshot: HealthSnapshot): void => {
    for (const listener of listeners) listener(snapshot);
  };
  const hear = (message: string): void => {
    let published: unknown;
    try {
      published = JSON.parse(message);
    } catch {
      // Anybody may publish there, and anything.
      return;
    }
    tell(join(undefined, published));
  };
  const close = (): void => {
    const closed = subscriber;
    subscriber = undefined;
    closed?.destroy();
  };
  const open = (): void => {
    if (subscriber || listeners.size === 0) return;
    const own = client.duplicate();
    subscriber = own;
    let listens = false;
    // It connects anew by itself, unless its user has it give up, and for as long as the client that it was made from is wanted.
    own.on('error', () => {
      if (own === subscriber && !(client.isOpen && own.isOpen)) close();
    });
    // Each of a cluster's nodes has its own word for it.
    for (const event of ['ready', 'node-ready']) own.on(event, () => listens && onListening());
    // Nobody's program goes on because of it.
    own.unref?.();
    own
      .connect()
      .then(async () => {
        // What is destroyed while it connects goes on to connect, and stays.
        if (own !== subscriber) return void own.destroy();
        await own.subscribe(channel, hear);
        listens = true;
        failure = undefined;
        onListening();
      })
      .catch((error: unknown) => {
        if (own !== subscriber) return;
        failure = error;
        close();
        onFailure();
      });
  };

  return {
    get isUsed() {
      return listeners.size > 0;
    },
    get failure() {
      return failure;
    },
    add(listener) {
      const own: typeof listener = (snapshot) => listener(snapshot);
      listeners.add(own);
      open();
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) close();
      };
    },
    tell,
    open,
  };
}
