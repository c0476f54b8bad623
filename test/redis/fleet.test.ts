import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { RegionOptions } from '../../src/index.ts';
import { startSimulator } from '../../src/simulator/node/index.ts';
import { startRedis, test } from '../support/redis.ts';
import { startFleet } from '../support/redis-fleet.ts';
import type { CallMade } from '../support/redis-fleet-server.ts';

const DEPLOYMENT = 'gpt-4o';
const PRIMARY = 'eastus';
const FACTS = '{azure-openai-failover}:v1:facts';
const SERVERS = 8;
/** Of each server, and each of its two fetches. */
const EVERY_MS = 200;

test('T: an outage costs a fleet that shares a Redis one call in a hundred at most, though Redis is restarted in it', {
  timeout: 60_000,
}, async () => {
  await using redis = await startRedis();
  await using simulator = await startSimulator({
    regions: [PRIMARY, 'westeurope'].map((name) => ({ name, deployments: [DEPLOYMENT], latencyMs: 20 })),
  });
  const regions = simulator.endpoints().map(({ region, url, key }) => {
    return { name: region, endpoint: url, credential: { apiKey: key } };
  }) as [RegionOptions, ...RegionOptions[]];
  const orders = { regions, deployment: DEPLOYMENT, redis: redis.path, everyMs: EVERY_MS };
  await using fleet = await startFleet(SERVERS, orders);

  await fleet.begin();
  await sleep(1_500);
  const diedAt = Date.now();
  await simulator.region(PRIMARY).inject('refused');
  await sleep(4_000);
  await redis.kill();
  await sleep(1_500);
  await redis.start();
  await sleep(20_000);
  const returnedAt = Date.now();
  await simulator.region(PRIMARY).heal();
  // A region that cannot be reached is asked at least every five seconds.
  await sleep(5_300);
  const reports = await fleet.end();

  const sharing = reports.flatMap((report) => report.sharing);
  const alone = reports.flatMap((report) => report.alone);
  expect([...sharing, ...alone].filter(({ failed }) => failed)).toEqual([]);
  const wasted = (calls: readonly CallMade[]): number => {
    const during = calls.filter(({ at }) => at >= diedAt && at < returnedAt);
    return during.filter(({ asked }) => asked[0] === PRIMARY).length / during.length;
  };
  expect(wasted(sharing)).toBeLessThanOrEqual(0.01);
  expect(wasted(alone)).toBeLessThanOrEqual(0.03);
  for (const calls of [sharing, alone]) {
    expect(calls.length).toBeGreaterThan(650);
    expect(calls.some(({ at, asked }) => at > returnedAt && asked[0] === PRIMARY)).toBe(true);
  }
  // What was learned since Redis came back, empty, is in it.
  expect(await redis.ask('HLEN', FACTS)).toBeGreaterThan(0);
  for (const { warnings } of reports) expect(warnings.length).toBeLessThanOrEqual(1);
});
