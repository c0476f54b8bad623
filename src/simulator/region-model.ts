import { type CorsProfile, corsRule, parseCors } from './cors.ts';
import type { Locks, TokenJudgement } from './credentials.ts';
import { hex } from './hash.ts';
import { type Latency, parseLatency } from './latency.ts';
import { displayName } from './region-name.ts';

/** What a simulated region is. */
export interface SimRegionOptions {
  /** As `x-ms-region` says it. @default the name's Azure form: `East US 2` for `eastus2` */
  readonly display?: string;
  /** Its deployments; others are answered 404. @default any */
  readonly deployments?: readonly string[];
  /** The resource's two keys, or one. @default two, made from the seed */
  readonly keys?: readonly string[];
  /**
   * Bearer tokens that open it: listed, or judged anew each time, so that they can expire and be revoked. To `claims` (as
   * JSON) the region answers with a claims challenge.
   * @default none
   */
  readonly acceptsToken?: readonly string[] | ((token: string) => TokenJudgement);
  /**
   * How long the tokens last, s, that it gives out as Entra ID does, at `POST {url}/{tenant}/oauth2/v2.0/token` for
   * `grant_type=client_credentials`. One opens every region that gives out tokens, until it is over by the clock.
   * `@path=oauth2` tells faults which requests are for one. It gives out none when absent.
   */
  readonly tokenSeconds?: number;
  /**
   * What the network takes before every answer, ms: a number, or a distribution as `latency` has it, such as
   * `lognormal(40,0.3)`.
   * @default 0
   */
  readonly latencyMs?: number | string;
  /**
   * What the model takes on top of it before it answers (chat, responses, embeddings), ms, in the same form:
   * `lognormal(800,0.4)`. What needs no model, such as a refusal or the list of models, is answered without.
   * @default 0
   */
  readonly modelMs?: number | string;
  /**
   * What pages of other origins may see: `azure`, `full`, `none-on-error`, `none`, `preflight-fail` or
   * `preflight-slow(ms)`. See `CorsName`.
   * @default 'azure'
   */
  readonly cors?: string;
  /**
   * Whether who comes back before the time that a deployment named is answered 429 again, though there may be room by then,
   * and told to wait as long anew: in `retry-after`, in `retry-after-ms` and in the message. The deployment does not know
   * its clients apart. How much too early a request came, the journal says in any region.
   * @default false
   */
  readonly strictRetry?: boolean;
  /** A path before `/openai`, as of a gateway: `/gw/eastus`. @default '' */
  readonly prefix?: string;
}

/** A region, with nothing left open. */
export interface RegionModel extends Locks {
  readonly name: string;
  readonly display: string;
  readonly deployments: readonly string[] | undefined;
  readonly latency: Latency;
  readonly modelTime: Latency;
  readonly cors: CorsProfile;
  readonly strictRetry: boolean;
  readonly tokenSeconds: number | undefined;
  readonly prefix: string;
}

/** @throws TypeError that names the region, the rule and the value. */
export function regionModel(name: string, options: SimRegionOptions, seed: number): RegionModel {
  const { tokenSeconds, prefix = '', keys = [1, 2].map((nth) => hex(32, 'key', seed, name, nth)) } = options;
  if (name === '') throw new TypeError('region name must not be empty, got ""');
  if (!/^(\/[\w.~-]+)*$/.test(prefix)) {
    throw new TypeError(`region "${name}": prefix must be empty or "/…" without a slash at its end, got "${prefix}"`);
  }
  if (keys.length === 0 || keys.includes('')) {
    throw new TypeError(`region "${name}": keys must be one or more that are not empty, got ${keys.length}`);
  }
  if (tokenSeconds !== undefined && !(Number.isSafeInteger(tokenSeconds) && tokenSeconds > 0)) {
    throw new TypeError(`region "${name}": tokenSeconds must be a whole number from 1, got ${tokenSeconds}`);
  }
  return {
    name,
    display: options.display ?? displayName(name),
    deployments: options.deployments,
    keys,
    acceptsToken: options.acceptsToken ?? [],
    latency: readDuration(name, 'latencyMs', options.latencyMs),
    cors: readCors(name, options.cors),
    modelTime: readDuration(name, 'modelMs', options.modelMs),
    strictRetry: options.strictRetry ?? false,
    tokenSeconds,
    prefix,
  };
}

function readDuration(region: string, option: string, value: number | string = 0): Latency {
  const latency = parseLatency(String(value));
  if (latency) return latency;
  const rule = 'a number from 0, uniform(from,to) with from <= to, or lognormal(median,sigma)';
  throw new TypeError(
    `region "${region}": ${option} must be ${rule}, got ${typeof value === 'string' ? `"${value}"` : value}`,
  );
}

function readCors(region: string, text = 'azure'): CorsProfile {
  const profile = parseCors(text);
  if (profile) return profile;
  throw new TypeError(`region "${region}": cors must be ${corsRule}, got "${text}"`);
}
