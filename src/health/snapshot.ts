import { digest } from '../digest.ts';
import type { HealthSnapshot } from '../store/health-store.ts';
import type { RegionOptions } from '../types.ts';
import { isOfCredential } from './exclusion.ts';
import type { Latency } from './latency.ts';
import { isLater } from './merge.ts';
import { type HealthRecord, isDown } from './record.ts';

/** What was learned of a region that outlives a session. */
export interface RegionRecords {
  readonly record: HealthRecord;
  /** By deployment name, as the caller says it. */
  readonly targets: ReadonlyMap<string, HealthRecord>;
  readonly latency: { readonly stream?: Latency | undefined; readonly whole?: Latency | undefined };
  readonly forced: Forced | undefined;
}

/** Somebody took a region out of rotation, insists on it, or let go of it. */
export interface Forced {
  readonly to: 'in' | 'out' | 'auto';
  /** Unix time, ms. */
  readonly until: number;
  /** When that was said. */
  readonly at: number;
}

/** Region names, by what a store calls them. */
export type RegionIds = ReadonlyMap<string, string>;

/** What regions call deployments that callers call otherwise, by region. */
export type DeploymentNames = ReadonlyMap<string, RegionOptions['deployments']>;

/** What was learned longer ago than this is no longer believed, ms. */
export const TTL_MS = 3_600_000;
/** Latencies hold for longer, as they are only where learning starts, and so does what somebody has said, ms. */
export const DAY_MS = 86_400_000;

/** The logical time of the last that was learned of a region. */
export const latestOf = ({ record, targets, forced }: RegionRecords): number =>
  Math.max(record.learnedAt, forced?.at ?? 0, ...[...targets.values()].map(({ learnedAt }) => learnedAt));

/** What a store calls a region: of the same name, one with another endpoint is another region. */
export const regionId = (name: string, endpoint: string): string => `${name}${digest(endpoint)}`;

/** What a region calls a deployment, `false` where it lacks it. Calls that name none name none anywhere. */
export const nameThere = (said: string, names: RegionOptions['deployments'] = {}): string | false | undefined =>
  said && Object.hasOwn(names, said) ? names[said] : said;

/** What callers call a deployment of a region: the region's own name where it is not known by another, and means no other. */
export function namesHere(deployment: string, names: RegionOptions['deployments'] = {}): readonly string[] {
  const said = Object.keys(names).filter((name) => nameThere(name, names) === deployment);
  return said.length > 0 || Object.hasOwn(names, deployment) ? said : [deployment];
}

/**
 * Facts, not flight: a probe under way is stored as open and due, and nothing that only others say. Deployments go by what
 * their region calls them, as others may call them something else, or mean another one by the same name.
 */
export function encode(
  regions: ReadonlyMap<string, RegionRecords>,
  ids: RegionIds,
  now: number,
  names?: DeploymentNames,
): HealthSnapshot {
  const records = new Map<string, { readonly at: number }>();
  for (const [id, name] of ids) {
    const region = regions.get(name);
    if (!region) continue;
    const put = (part: string, register: { readonly at: number } | undefined, ttlMs: number): void => {
      const known = records.get(id + part);
      if (register && register.at > now - ttlMs && (!known || isLater(register, known)))
        records.set(id + part, register);
    };
    put('', verdictOf(region.record), TTL_MS);
    for (const [said, target] of region.targets) {
      const deployment = nameThere(said, names?.get(name));
      if (deployment !== false) put(`/${deployment}`, verdictOf(target), TTL_MS);
    }
    for (const kind of ['stream', 'whole'] as const) put(`!${kind}`, region.latency[kind], DAY_MS);
    put('!forced', region.forced && finite(region.forced), DAY_MS);
  }
  return { version: 1, savedAt: now, records: Object.fromEntries(records) };
}

/** For ever is no JSON, and nobody would know of it any more. */
const finite = (forced: Forced): Forced => ({ ...forced, until: Math.min(forced.until, forced.at + DAY_MS) });

function verdictOf({ circuit, opens, closedAt, excluded, learnedAt }: HealthRecord) {
  if (learnedAt === 0 || (isDown(circuit) && circuit.hearsay)) return undefined;
  return {
    at: learnedAt,
    ...(circuit.state === 'open' && { open: { until: circuit.until, cause: circuit.cause } }),
    ...(circuit.state === 'half-open' && { open: { until: 0, cause: circuit.cause } }),
    ...(circuit.state === 'ramping' && { ramp: { since: circuit.since, overMs: circuit.overMs } }),
    opens,
    closedAt,
    ...(excluded && !isOfCredential(excluded.cause) && { excluded }),
  };
}
