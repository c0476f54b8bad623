import { type Endpoint, parseEndpoint, sibling } from './azure/address.ts';
import { check, checkKnown } from './check.ts';
import { isHeaderSafe } from './credential/signature.ts';
import type { Credential, FailoverOptions, RegionOptions } from './types.ts';

/** A region as the library uses it: checked, with every default filled in. */
export interface Region {
  readonly name: string;
  readonly endpoint: Endpoint;
  readonly credential: Credential;
  /** What strategies and middleware may see: all but the credential. */
  readonly options: RegionOptions;
}

const REGION = ['name', 'endpoint', 'credential', 'deployments', 'apiVersion', 'priority', 'weight', 'pool'];

/** The regions, checked, with their credentials and defaults filled in. */
export function resolveRegions(options: FailoverOptions): readonly Region[] {
  const { regions: list, credential: shared } = options;
  check(Array.isArray(list) && list.length > 0, 'regions', 'a list of at least one region', list);
  const names = new Set<string>();
  const endpoints = new Set<string>();
  // Copied, as a hole in a list is not looked at.
  return [...list].map((region, index) => {
    const at = `regions[${index}]`;
    checkKnown(at, region, REGION);
    const { credential: own, ...visible } = region;
    check(isText(region.name), `${at}.name`, 'a name', region.name);
    check(!names.has(region.name), `${at}.name`, 'a name that no other region has', region.name);
    names.add(region.name);

    const endpoint = parseEndpoint(region.endpoint);
    check(typeof endpoint !== 'string', `${at}.endpoint`, String(endpoint), unlessSecret(region.endpoint));
    const { origin, prefix } = endpoint as Endpoint;

    const credential = own ?? shared;
    checkCredential(credential && credential === shared ? 'credential' : `${at}.credential`, region.name, credential);
    const { deployments = {} } = region;
    const isRecord = typeof deployments === 'object' && deployments !== null && !Array.isArray(deployments);
    check(isRecord, `${at}.deployments`, 'an object: name here → name there, or false', deployments);
    for (const [name, target] of Object.entries(deployments)) {
      const rule = "the deployment's name in this region, or false where it is missing";
      check(target === false || isName(target), `${at}.deployments[${JSON.stringify(name)}]`, rule, target);
    }
    // A resource may be listed twice: its provisioned deployment, and the pay-as-you-go one that takes what spills over.
    const place = JSON.stringify([sibling(origin), prefix, Object.entries(deployments).sort()]);
    const rule = 'an endpoint that no other region has, or other `deployments` there';
    check(!endpoints.has(place), `${at}.endpoint`, rule, region.endpoint);
    endpoints.add(place);
    const { apiVersion, priority = index, weight = 1, pool } = region;
    check(apiVersion === undefined || isText(apiVersion), `${at}.apiVersion`, 'an api-version', apiVersion);
    check(pool === undefined || isText(pool), `${at}.pool`, "a capacity pool's name", pool);
    check(Number.isFinite(priority), `${at}.priority`, 'a finite number', priority);
    check(Number.isFinite(weight) && weight > 0, `${at}.weight`, 'a finite number above 0', weight);
    return {
      name: region.name,
      endpoint: endpoint as Endpoint,
      credential,
      // A copy: what the caller changes later is not what was checked.
      options: Object.freeze({ ...visible, deployments: Object.freeze({ ...deployments }), priority, weight }),
    };
  });
}

const CREDENTIAL =
  "given, here or for all regions, as { apiKey: 'key' }, { apiKey: ['key1', 'key2'] }, a token source (getToken) or 'caller'";

/** Shows nothing of what was given: it may be a key. */
function checkCredential(at: string, region: string, given: unknown): asserts given is Credential {
  if (given === 'caller') return;
  const fields = Object(given);
  const { getToken, apiKey } = fields;
  if (typeof getToken === 'function') return;
  const keys = Array.isArray(apiKey) ? apiKey : [apiKey];
  const isKeys = 'apiKey' in fields && !('getToken' in fields) && (keys !== apiKey || keys.length === 2);
  check(isKeys, at, CREDENTIAL);
  for (const [index, key] of keys.entries()) {
    const where = `${at}.apiKey${keys === apiKey ? `[${index}]` : ''}`;
    const fits = isHeaderSafe(key) && key !== 'undefined';
    check(fits, where, `a key that ${region} takes, in ASCII without white space, got ${told(key)}`);
  }
}

/** What stands where a key should, without its text. */
function told(key: unknown): string {
  // A variable of the environment that is not set, and what a template makes of it.
  if (key === undefined || key === '' || key === 'undefined')
    return `${JSON.stringify(key)}: is its environment variable set?`;
  if (typeof key !== 'string') return typeof key;
  return /\s/.test(key) ? 'white space in it' : 'other text';
}

/** What stands where an endpoint should may be a key, or may carry a password. */
const unlessSecret = (endpoint: unknown): unknown =>
  endpoint instanceof URL || (typeof endpoint === 'string' && /^\w{32,}$|[@?#]/.test(endpoint)) ? undefined : endpoint;
/** A name becomes a segment of a path, out of which it must not lead. */
const isName = (value: unknown): boolean => typeof value === 'string' && !/^\.{0,2}$|\p{Surrogate}/u.test(value);

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';
