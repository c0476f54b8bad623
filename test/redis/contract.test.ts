import { afterAll, beforeAll } from 'vitest';
import { redisStore } from '../../src/store/redis.ts';
import { testHealthStore } from '../contract/health-store.ts';
import { clientOf, hasRedis, type RedisServer, startRedis, test } from '../support/redis.ts';

let server: RedisServer;
let clients: readonly ReturnType<typeof clientOf>[];
let fleets = 0;

if (hasRedis) {
  beforeAll(async () => {
    server = await startRedis();
    clients = await Promise.all([clientOf(server).connect(), clientOf(server).connect()]);
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await server[Symbol.asyncDispose]();
  });
  testHealthStore({
    name: 'redisStore',
    claims: false,
    spoils: true,
    async share() {
      const prefix = `fleet ${++fleets}`;
      let opened = 0;
      return {
        open: () => redisStore(clients[opened++ % clients.length] as (typeof clients)[number], { prefix }),
        async spoil(garbage) {
          const client = clients[0];
          for (const key of (await client?.keys(`{${prefix}}*`)) ?? []) {
            if ((await client?.type(key)) !== 'hash') continue;
            for (const field of ['', ...((await client?.hKeys(key)) ?? [])]) await client?.hSet(key, field, garbage);
          }
        },
      };
    },
  });
} else test('redisStore does what every store does', () => {});
