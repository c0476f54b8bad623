import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BrowserContextOptions, chromium, type Page } from 'playwright';
import { build } from 'vite';
import { findChromium, quietArgs } from '../scripts/chromium.ts';
import { serveFile } from '../src/cli/static-files.ts';
import { shrinkPng } from './shrink-png.ts';

// Takes the pictures of the README anew: node playground/take-screenshots.ts

interface Shot {
  readonly name: string;
  readonly options: BrowserContextOptions;
  readonly query: string;
  readonly act?: (page: Page) => Promise<void>;
}

const desk = { viewport: { width: 1360, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

const refuse = async (page: Page): Promise<void> => {
  await page.locator('[data-region=eastus]').getByRole('button', { name: 'Refuse' }).click();
  await page.locator('.headline').getByText('All 5 clients now avoid East US').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
};

const shots: readonly Shot[] = [
  { name: 'at-rest', options: desk, query: '?scenario=calm&t=4.5' },
  { name: 'outage', options: desk, query: '?scenario=calm&t=4.5', act: refuse },
  { name: 'phone', options: phone, query: '?scenario=calm&t=4.5', act: refuse },
  {
    name: 'dark',
    options: { ...desk, colorScheme: 'dark' },
    query: '?scenario=blackout&t=47',
    act: async (page) => {
      await page.getByRole('tab', { name: 'Request' }).click();
      await page.getByRole('button', { name: 'Next that had to move' }).click();
      await page.getByRole('heading', { name: /^Call/ }).waitFor();
    },
  },
];

const root = await mkdtemp(join(tmpdir(), 'screenshots-'));
await build({
  configFile: fileURLToPath(new URL('vite.config.ts', import.meta.url)),
  logLevel: 'error',
  build: { outDir: root },
});
const server = createServer((request, response) => void serveFile(root, request, response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const executablePath = findChromium();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: [...quietArgs] });
try {
  for (const { name, options, query, act } of shots) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${query}`);
    await page.locator('[data-lane] .block').first().waitFor({ state: 'attached' });
    await act?.(page);
    const picture = shrinkPng(await page.screenshot());
    await writeFile(new URL(`screenshots/${name}.png`, import.meta.url), picture);
    await context.close();
  }
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
  await rm(root, { recursive: true });
}
