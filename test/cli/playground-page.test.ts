import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LiveLink, parseLiveLink } from '../../src/cli/live-link.ts';
import { type Playground, startPlayground } from '../../src/cli/playground.ts';
import { launchOnLoopback } from '../msal/chromium.ts';

let root: string;
let playground: Playground;
let browser: Browser;
let page: Page;
let link: LiveLink;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'page-'));
  await writeFile(join(root, 'index.html'), '<!doctype html><title>A page</title>');
  playground = await startPlayground({ root });
  link = parseLiveLink(new URL(playground.url).hash) ?? { control: '', token: '' };
  browser = await launchOnLoopback();
  page = await browser.newPage();
  await page.goto(playground.url);
}, 30_000);

afterAll(async () => {
  await browser?.close();
  await playground?.end();
  await rm(root, { recursive: true });
});

test('a page breaks and heals regions, and reads what became of it', async () => {
  const told = await page.evaluate(async ({ control, token }) => {
    const api = `${control}/__sim/v1`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { endpoints } = await (await fetch(`${api}/endpoints`, { headers })).json();
    const [{ url, key }] = endpoints;
    const ask = async (): Promise<number> =>
      (await fetch(`${url}/openai/v1/models`, { headers: { 'api-key': key } })).status;
    const patch = async (faults: readonly string[]): Promise<string | null> => {
      const body = JSON.stringify({ regions: { [endpoints[0].region]: { faults } } });
      return (await fetch(`${api}/state`, { method: 'PATCH', headers, body })).headers.get('etag');
    };
    const broken = await patch(['status(503)']);
    const during = await ask();
    const healed = await patch([]);
    const refused = await (await fetch(`${api}/state`, { method: 'PUT', headers, body: '{}' })).json();
    return { broken, during, healed, after: await ask(), refused };
  }, link);
  expect(told).toMatchObject({
    broken: expect.stringMatching(/^"/),
    during: 503,
    healed: expect.stringMatching(/^"/),
    after: 200,
    refused: { status: 422 },
  });
  expect(told.healed).not.toBe(told.broken);
});

test('a page follows the events', async () => {
  const told = await page.evaluate(async ({ control, token }) => {
    const api = `${control}/__sim/v1`;
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const { endpoints } = await (await fetch(`${api}/endpoints`, { headers })).json();
    const ask = (): Promise<Response> => fetch(`${endpoints[1].url}/openai/v1/models`);
    const source = new EventSource(`${api}/events`);
    await new Promise((resolve) => source.addEventListener('open', resolve, { once: true }));
    const seen: unknown[] = [];
    const heard = new Promise((resolve) => {
      source.addEventListener('end', ({ data }) => {
        seen.push(JSON.parse(data).entry.status);
        resolve(undefined);
      });
    });
    await ask();
    await heard;
    source.close();
    return seen;
  }, link);
  expect(told).toEqual([401]);
});

test('a page of another origin learns and changes nothing', async () => {
  const other = await startPlayground({ root });
  try {
    const stranger = await browser.newPage();
    await stranger.goto(other.url);
    const told = await stranger.evaluate(async ({ control, token }) => {
      const api = `${control}/__sim/v1`;
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const attempts = [
        fetch(`${api}/state`),
        fetch(`${api}/regions/eastus/faults`, { method: 'POST', headers, body: '"refused"' }),
        fetch(`${api}/reset`, { method: 'POST', mode: 'no-cors' }),
      ];
      return Promise.all(attempts.map((attempt) => attempt.then(({ type }) => type, String)));
    }, link);
    expect(told).toEqual(['TypeError: Failed to fetch', 'TypeError: Failed to fetch', 'opaque']);
    const state = await fetch(`${link.control}/__sim/v1/regions/eastus/faults`);
    expect(await state.json()).toEqual([]);
  } finally {
    await other.end();
  }
});

test('a page reaches nothing beyond this machine', async () => {
  const told = await page.evaluate(() => fetch('https://contoso.com').then(String, String));
  expect(told).toBe('TypeError: Failed to fetch');
  const violation = await page.evaluate(
    () =>
      new Promise((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        });
        fetch('https://contoso.com').catch(() => {});
      }),
  );
  expect(violation).toBe('connect-src');
});
