import type { Locks } from './credentials.ts';
import { hex } from './hash.ts';
import { displayName } from './region-name.ts';

/** What a simulated region is. */
export interface SimRegionOptions {
  /** As `x-ms-region` says it. @default the name's Azure form: `East US 2` for `eastus2` */
  readonly display?: string;
  /** Its deployments; others are answered 404. @default any */
  readonly deployments?: readonly string[];
  /** The resource's two keys, or one. @default two, made from the seed */
  readonly keys?: readonly string[];
  /** Bearer tokens that open it: listed, or judged. @default none */
  readonly acceptsToken?: readonly string[] | ((token: string) => boolean);
  /** Taken before every answer, ms. @default 0 */
  readonly latencyMs?: number;
  /** A path before `/openai`, as of a gateway: `/gw/eastus`. @default '' */
  readonly prefix?: string;
}

/** A region, with nothing left open. */
export interface RegionModel extends Locks {
  readonly name: string;
  readonly display: string;
  readonly deployments: readonly string[] | undefined;
  readonly latencyMs: number;
  readonly prefix: string;
}

/** @throws TypeError that names the region, the rule and the value. */
export function regionModel(name: string, options: SimRegionOptions, seed: number): RegionModel {
  const { prefix = '', latencyMs = 0, keys = [1, 2].map((nth) => hex(32, 'key', seed, name, nth)) } = options;
  if (name === '') throw new TypeError('region name must not be empty, got ""');
  if (!/^(\/[\w.~-]+)*$/.test(prefix)) {
    throw new TypeError(`region "${name}": prefix must be empty or "/…" without a slash at its end, got "${prefix}"`);
  }
  if (!(latencyMs >= 0 && Number.isFinite(latencyMs))) {
    throw new TypeError(`region "${name}": latencyMs must be a number from 0, got ${latencyMs}`);
  }
  if (keys.length === 0 || keys.includes('')) {
    throw new TypeError(`region "${name}": keys must be one or more that are not empty, got ${keys.length}`);
  }
  return {
    name,
    display: options.display ?? displayName(name),
    deployments: options.deployments,
    keys,
    acceptsToken: options.acceptsToken ?? [],
    latencyMs,
    prefix,
  };
}
