import type { Clock } from '../../../src/index.ts';

export const POLICIES = ['ours', 'ours-hedged', 'plain', 'openai-sdk', 'fixed-fallback', 'envoy', 'opossum'] as const;
export type PolicyName = (typeof POLICIES)[number];

/** A region as a policy knows it; they stand in the order of preference. */
export interface Site {
  readonly name: string;
  readonly url: string;
  readonly key: string;
  readonly pool?: string;
}

/** What a client has at hand. */
export interface Surroundings {
  readonly sites: readonly [Site, ...Site[]];
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Required<Clock>;
  readonly random: () => number;
  /** Where ours keeps what it learned. */
  readonly store?: 'throws' | 'hangs';
  /** A region was taken out of rotation. */
  onTrip(site: number): void;
  /** Something was held against a region, or against a deployment in it. */
  onBlame(site: number): void;
}

/** One client: its instance of whatever decides where a call goes. */
export interface Client {
  /** Sends a call to the preferred region's address, or elsewhere. Rejects as `fetch` does. */
  call(path: string, init: RequestInit): Promise<Response>;
  close?(): Promise<void>;
}

export interface Policy {
  /** Whether it believes things about regions, so that it can be wrong. */
  readonly believes: boolean;
  createClient(surroundings: Surroundings): Client;
}
