import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished } from 'vitest';
import { regionId } from '../../src/health/snapshot.ts';
import { type Clock, createFailoverFetch, explain, type FailoverFetch } from '../../src/index.ts';
import { redisStore } from '../../src/store/redis.ts';
import { aRedis, connected, type RedisServer, snapshot, test } from '../support/redis.ts';

const region = (name: string) => {
  return { name, endpoint: `https://contoso-${name}.openai.azure.com`, credential: { apiKey: '0123456789abcdef' } };
};
const [PRIMARY, ...OTHERS] = [region('sweden'), region('eastus'), region('japan')] as const;
const REGIONS = [PRIMARY, ...OTHERS] as const;
const SERVERS = 8;

/** Twenty seconds in one; Redis, which keeps its own time, believes in it still. */
const SPEED = 20;
const LASTS_MS = 20_000;
function fastClock(): Clock {
  const from = Date.now();
  return {
    now: () => from + (Date.now() - from) * SPEED,
    sleep: (ms, signal) => sleep(ms / SPEED, undefined, { signal }),
  };
}

/** A server of a fleet whose regions are all well. */
async function aServer(redis: RedisServer, clock: Clock): Promise<FailoverFetch> {
  const fetch = createFailoverFetch({
    regions: REGIONS,
    store: redisStore(await connected(redis)),
    fetch: async () => Response.json({}),
    clock,
  });
  onTestFinished(() => fetch.close());
  await fetch.ready;
  return fetch;
}

/** Where a call is answered; `undefined` when it fails. */
async function call(fetch: FailoverFetch): Promise<string | undefined> {
  const url = `${PRIMARY.endpoint}/openai/v1/chat/completions`;
  const response = await fetch(url, { method: 'POST', body: '{"model":"gpt"}' }).catch(() => undefined);
  return response?.ok ? explain(response)?.attempts.at(-1)?.region : undefined;
}

/** Calls go on while one of the fleet says the same of regions, and of the deployment there, ten times a second. */
async function poisoned(regions: readonly (typeof PRIMARY)[], lie: (now: number, nth: number) => object) {
  const redis = await aRedis();
  const clock = fastClock();
  const fleet = await Promise.all(Array.from({ length: SERVERS }, () => aServer(redis, clock)));
  const liar = redisStore(await connected(redis));
  const answered: (string | undefined)[] = [];
  const until = clock.now() + LASTS_MS;
  for (let nth = 0; clock.now() < until; nth++) {
    const names = regions.flatMap(({ name, endpoint }) =>
      ['', '/gpt'].map((scope) => regionId(name, endpoint) + scope),
    );
    const fact = { at: clock.now(), by: 'liar', opens: 9, closedAt: 0, ...lie(clock.now(), nth) };
    await liar.save(snapshot(Object.fromEntries(names.map((name) => [name, fact]))));
    answered.push(...(await Promise.all(fleet.map(call))));
    await sleep(5);
  }
  return {
    calls: answered.length,
    failed: answered.filter((name) => name === undefined).length,
    atPrimary: answered.filter((name) => name === PRIMARY.name).length / answered.length,
  };
}

const open = (now: number) => ({ open: { until: now + 120_000, cause: 'server-error' } });
const unreachable = (now: number) => ({ open: { until: now + 120_000, cause: 'connect' } });
const coolDown = (now: number) => ({ excluded: { until: now + 600_000, cause: 'throttled', streak: 1 } });

test.each([
  ['all regions are down', REGIONS, open],
  ['no region can be reached', REGIONS, unreachable],
  ['the primary is down', [PRIMARY], open],
  ['the primary cannot be reached', [PRIMARY], unreachable],
  [
    'the primary is down, in two names',
    [PRIMARY],
    (now: number, nth: number) => ({ ...open(now), by: `liar ${nth % 2}` }),
  ],
])('T: one who says again and again that %s fails no call, and keeps few from the primary', async (_, regions, lie) => {
  const { failed, atPrimary } = await poisoned(regions, lie);
  expect(failed).toBe(0);
  expect(atPrimary).toBeGreaterThan(0.9);
});

test.each([
  ['all regions ask', REGIONS],
  ['the primary asks', [PRIMARY]],
])('T: one who says again and again that %s to be left alone fails no call', async (_, regions) => {
  const { calls, failed } = await poisoned(regions, coolDown);
  expect(calls).toBeGreaterThan(SERVERS);
  expect(failed).toBe(0);
});
