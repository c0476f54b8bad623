import type { Clock } from '../../../src/index.ts';

/** A region as a policy knows it; they stand in the order of preference. */
export interface Site {
  readonly name: string;
  readonly url: string;
  readonly key: string;
  /** What goes there instead of the key. */
  readonly token?: string;
}

/** What a client has at hand. */
export interface Surroundings {
  readonly sites: readonly [Site, ...Site[]];
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Required<Clock>;
  readonly random: () => number;
}

/** One client: its instance of whatever decides where a call goes. */
export interface Client {
  /** Sends a call to the preferred region's address, or elsewhere. Rejects as `fetch` does. */
  call(path: string, init: RequestInit): Promise<Response>;
  close?(): Promise<void>;
}

/** Something that people use instead of this library. */
export interface Rival {
  createClient(surroundings: Surroundings): Client;
}
