import type { Arrival } from './arrivals.ts';
import type { Fleet, FleetName } from './fleet.ts';
import type { PolicyName } from './policies/policy.ts';
import type { Trouble } from './truth.ts';

/** What befalls a region, and what that means. Times in seconds from the start of the run. */
export interface Phase {
  /** Its place in the list of preference; `every`: all of them. */
  readonly region: number | 'every';
  readonly from: number;
  readonly until: number;
  /** As the simulator reads it; absent when the trouble is on the client's side. */
  readonly fault?: string;
  readonly harm: Trouble['harm'];
  readonly deployment?: string;
  readonly serves?: number;
}

export interface SiteOptions {
  /** On the way there and back, ms. */
  readonly networkMs: number;
  /** Capacity that it shares with others. */
  readonly pool?: string;
}

/** What befalls every client at some moment. */
export type Upset =
  | { readonly kind: 'offline'; readonly from: number; readonly until: number }
  /** All other times pass while it is awake. */
  | { readonly kind: 'asleep'; readonly from: number; readonly seconds: number }
  /** Its clock is moved by so many seconds. */
  | { readonly kind: 'clock'; readonly from: number; readonly by: number };

/** What clients ask for; each share is drawn for every call on its own. */
export interface Traffic {
  /** In equal shares. @default one */
  readonly deployments?: readonly string[];
  /** Answered in events. @default 0 */
  readonly streams?: number;
  /** The caller's own mistake, answered 400 anywhere. @default 0 */
  readonly invalid?: number;
  /** Answered 500 anywhere. @default 0 */
  readonly poison?: number;
}

/** A script of regions and clients. */
export interface Scenario {
  readonly id: string;
  /** What happens, in a few words. */
  readonly about: string;
  /** How long calls begin, in seconds. */
  readonly seconds: number;
  readonly sites?: readonly SiteOptions[];
  /** What happens to the regions, given the fleet's calls a second. */
  phases(perSecond: number): readonly Phase[];
  /** What its figures are about, in seconds. @default all of it */
  readonly outage?: readonly [from: number, until: number];
  /** The preferred region comes back as warm as it was. @default false */
  readonly warm?: true;
  readonly upset?: Upset;
  readonly traffic?: Traffic;
  /** @default Poisson arrivals all the time */
  arrivals?(fleet: Fleet, seed: number): readonly Arrival[];
  /** Where ours keeps what it learned. @default memory */
  readonly store?: 'throws' | 'hangs';
  readonly fleets: readonly FleetName[];
  /** @default all but the hedged one */
  readonly policies?: readonly PolicyName[];
  /** Of ours, where the promises of the design name the row. @default 1 */
  readonly seeds?: number;
}

/** Three regions, the preferred one nearest. */
export const SITES: readonly SiteOptions[] = [{ networkMs: 20 }, { networkMs: 40 }, { networkMs: 60 }];

/** How long the model takes, ms, and its mean. */
export const MODEL_MS = 'lognormal(800,0.4)';
export const MODEL_MEAN_MS = 800 * Math.exp(0.4 ** 2 / 2);
