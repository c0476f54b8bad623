import type * as rival from '../../../playground/engine/rivals/rival.ts';
import type { HealthStore } from '../../../src/index.ts';

export type { Client } from '../../../playground/engine/rivals/rival.ts';

export const POLICIES = ['ours', 'ours-hedged', 'plain', 'openai-sdk', 'fixed-fallback', 'envoy', 'opossum'] as const;
export type PolicyName = (typeof POLICIES)[number];

export interface Site extends rival.Site {
  readonly pool?: string;
}

/** What a client has at hand. */
export interface Surroundings extends rival.Surroundings {
  readonly sites: readonly [Site, ...Site[]];
  /** Where ours keeps what it learned. */
  readonly store?: 'throws' | 'hangs' | HealthStore;
  /** A region was taken out of rotation. */
  onTrip(site: number): void;
  /** Something was held against a region, or against a deployment in it. */
  onBlame(site: number): void;
}

export interface Policy {
  /** Whether it believes things about regions, so that it can be wrong. */
  readonly believes: boolean;
  createClient(surroundings: Surroundings): rival.Client;
}
