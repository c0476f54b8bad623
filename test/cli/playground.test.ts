import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { parseLiveLink } from '../../src/cli/live-link.ts';
import { openPage } from '../../src/cli/open-page.ts';
import { type Playground, startPlayground } from '../../src/cli/playground.ts';
import { scenarios } from '../../src/simulator/index.ts';
import { failure } from '../simulator/node/support.ts';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'playground-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

/** A page of two files, beside a file that is nobody's business. */
async function page(): Promise<Playground> {
  const parent = await folder();
  const root = join(parent, 'page');
  await mkdir(join(root, 'assets'), { recursive: true });
  await writeFile(join(root, 'index.html'), '<!doctype html>');
  await writeFile(join(root, 'assets/main-1.js'), 'let a');
  await writeFile(join(root, 'assets/notes.doc'), 'x');
  await writeFile(join(parent, 'secret.json'), '{}');
  const playground = await startPlayground({ root });
  onTestFinished(() => playground.end());
  return playground;
}

test('serves the page', async () => {
  const { url } = await page();
  const index = await fetch(url);
  expect([index.status, await index.text()]).toEqual([200, '<!doctype html>']);
  expect(Object.fromEntries(index.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': expect.stringContaining("default-src 'self'"),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  });
  const script = await fetch(new URL('assets/main-1.js?x=1', url));
  expect([script.headers.get('content-type'), await script.text()]).toEqual([
    'text/javascript; charset=utf-8',
    'let a',
  ]);
  const head = await fetch(url, { method: 'HEAD' });
  expect([head.headers.get('content-length'), await head.text()]).toEqual(['15', '']);
});

test.each([
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/assets/..%2f..%2fsecret.json',
  '/..%5csecret.json',
  '//127.0.0.1/../secret.json',
  '/assets/notes.doc',
  '/assets',
  '/none.js',
  '/index.html%00.js',
  '/%E0%A4%A.js',
  '*',
  'http://[/',
])('serves nothing else: %s', async (path) => {
  const { origin } = new URL((await page()).url);
  const status = await new Promise((resolve, reject) => {
    const sent = request(origin, { path, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject).end();
  });
  expect(status).toBe(404);
});

test('takes no other method', async () => {
  const { url } = await page();
  const told = await fetch(url, { method: 'POST' });
  expect([told.status, told.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('says in its fragment how the page reaches the regions of all presets', async () => {
  const { url } = await page();
  const { hash, origin } = new URL(url);
  const link = parseLiveLink(hash);
  const response = await fetch(`${link?.control}/__sim/v1/endpoints`, {
    headers: { origin, authorization: `Bearer ${link?.token}` },
  });
  expect(response.headers.get('access-control-allow-origin')).toBe(origin);
  const { endpoints } = (await response.json()) as { endpoints: readonly { region: string }[] };
  const names = scenarios.flatMap(({ regions }) => regions.map(({ id }) => id));
  expect(endpoints.map(({ region }) => region)).toEqual([...new Set(names)]);
});

test('leaves nothing', async () => {
  const listeners = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;
  const before = listeners();
  const root = await folder();
  await writeFile(join(root, 'index.html'), '');
  const { url, end } = await startPlayground({ root });
  const link = parseLiveLink(new URL(url).hash);
  await (await fetch(url)).text();
  await end();
  expect(await failure(fetch(url))).toBe('TypeError ECONNREFUSED');
  expect(await failure(fetch(link?.control ?? ''))).toBe('TypeError ECONNREFUSED');
  await expect.poll(listeners).toBe(before);
});

test('says which port is taken, and leaves nothing', async () => {
  const root = await folder();
  await writeFile(join(root, 'index.html'), '');
  const port = Number(new URL((await page()).url).port);
  await expect(startPlayground({ root, port })).rejects.toThrow(
    `port ${port} must be free for the page to listen on, and is not`,
  );
});

test('says how to build a page that is not there', async () => {
  const root = await folder();
  await expect(startPlayground({ root })).rejects.toThrow(`the page must have been built into ${root}`);
});

test.runIf(process.platform === 'linux')('opens the page in a browser, where there is a command for it', async () => {
  const bin = await folder();
  const opened = join(bin, 'opened');
  vi.stubEnv('PATH', bin);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await openPage('http://127.0.0.1:1/#live=a&token=b')).toBe(false);
  await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${opened}'\n`);
  await chmod(join(bin, 'xdg-open'), 0o755);
  expect(await openPage('http://127.0.0.1:1/#live=a&token=b')).toBe(true);
  await expect.poll(() => readFile(opened, 'utf8').catch(() => '')).toBe('http://127.0.0.1:1/#live=a&token=b');
});
