import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createCluster } from 'redis';
import { expect, onTestFinished, vi } from 'vitest';
import { freePorts } from '../../playground/demo/ports.ts';
import { redisStore } from '../../src/store/redis.ts';
import { aRedis, listen, snapshot, test } from '../support/redis.ts';

const leaver = join(import.meta.dirname, '../support/redis-leaver.ts');

test.each([
  ['is there', false],
  ['is gone', true],
])('keeps no program from ending that forgets to close its fetch, when Redis %s', async (_, gone) => {
  const server = await aRedis();
  const child = spawn(process.execPath, [leaver, server.path], { stdio: ['pipe', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  if (gone) await server.kill();
  const ended = once(child, 'exit');
  child.stdin.write('now');
  expect(await ended).toEqual([0, null]);
});

test('works with the client of a cluster', async () => {
  const [port] = await freePorts(1);
  const server = await aRedis('--port', String(port), '--bind', '127.0.0.1', '--cluster-enabled', 'yes');
  const cluster = createCluster({ rootNodes: [{ url: `redis://127.0.0.1:${port}` }] });
  cluster.on('error', () => {});
  await server.ask('CLUSTER', 'ADDSLOTSRANGE', '0', '16383');
  await vi.waitFor(async () => expect(await server.ask('CLUSTER', 'INFO')).toContain('cluster_state:ok'), 8_000);
  await cluster.connect();
  onTestFinished(() => cluster.destroy());
  const store = redisStore(cluster);
  const heard = await listen(store);
  const saved = snapshot({ a: { at: Date.now() } }, { x: { region: 'a', at: Date.now() } });
  await store.save(saved);
  expect(await store.load()).toMatchObject(saved);
  await vi.waitFor(() => expect(heard).toEqual([saved]));
});
