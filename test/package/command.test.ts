import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { parseLiveLink } from '../../src/cli/live-link.ts';
import { start } from '../cli/support.ts';

const consumer = inject('consumer');
const command = join(consumer, 'node_modules/.bin/azure-openai-failover');

test('is a command of the package', async () => {
  const { version } = JSON.parse(
    readFileSync(join(consumer, 'node_modules/azure-openai-failover/package.json'), 'utf8'),
  );
  expect(await start(['--version'], { command }).done).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('simulates regions', async () => {
  const { child, until, done } = start(['simulate', '--regions', 'eastus', '--json'], { command });
  const { regions } = JSON.parse(await until('\n'));
  const headers = { 'api-key': regions[0].key };
  expect((await fetch(`${regions[0].url}/openai/v1/models`, { headers })).status).toBe(200);
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: 0, err: '' });
});

test('serves the playground, with all that its page asks for', async () => {
  const { child, until, done } = start(['playground'], { command });
  const url = (await until('\n')).trim();
  const link = parseLiveLink(new URL(url).hash);
  expect((await fetch(`${link?.control}/__sim/v1/health`)).status).toBe(200);
  const seen = new Set<string>();
  const open = [new URL(url).pathname];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const response = await fetch(new URL(path, url));
    expect([path, response.status]).toEqual([path, 200]);
    const named = (await response.text()).matchAll(/["'`(](\.{0,2}\/[\w./-]+\.(?:js|css|svg))["'`)]/g);
    for (const [, name = ''] of named) open.push(new URL(name, new URL(path, url)).pathname);
  }
  expect(seen.size).toBeGreaterThan(2);
  child.kill('SIGINT');
  expect(await done).toMatchObject({ code: 0, err: '' });
});
