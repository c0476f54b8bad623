import type { ClientClock, StageClient } from '../../src/simulator/index.ts';
import type { Equipment } from './world.ts';

/** A client's way to the regions. */
export interface Line {
  readonly fetch: typeof globalThis.fetch;
  offline: boolean;
  /** Ends all that is open. */
  cut(): void;
}

/** A client, as far as anything can befall it. */
export interface Befallen {
  readonly line: Line;
  readonly own: ClientClock;
  readonly restart: (stored: 'kept' | 'lost') => void;
}

/** Clients to whom everything happens at once, also to those who come while it goes on. */
export function allClients(clock: { timer(ms: number, callback: () => void): unknown }): {
  readonly stage: StageClient;
  add(client: Befallen): Equipment;
} {
  const everybody: Befallen[] = [];
  let isOffline = false;
  let aheadMs = 0;
  const offline = (on: boolean): void => {
    isOffline = on;
    for (const { line } of everybody) {
      // What was open is gone when a network goes, and when one wakes up.
      line.cut();
      line.offline = on;
    }
  };
  return {
    stage: {
      offline,
      sleepFor(ms) {
        offline(true);
        for (const { own } of everybody) own.sleepFor(ms);
        clock.timer(ms, () => offline(false));
      },
      jump(ms) {
        aheadMs += ms;
        for (const { own } of everybody) own.jump(ms);
      },
      reload() {
        for (const { restart } of everybody) restart('kept');
      },
      forget() {
        for (const { restart } of everybody) restart('lost');
      },
    },
    add(client) {
      const { line, own } = client;
      line.offline = isOffline;
      own.jump(aheadMs);
      everybody.push(client);
      return { fetch: line.fetch, clock: own };
    },
  };
}
