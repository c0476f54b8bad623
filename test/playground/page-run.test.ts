import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContextOptions, Page } from 'playwright';
import { expect, onTestFinished, test, vi } from 'vitest';
import { printJournal } from '../../playground/engine/journal.ts';
import { run } from '../../playground/engine/run.ts';
import { scenarios } from '../../src/simulator/scenarios.ts';
import { framesAskedFor } from './page-frames.ts';
import { eventually } from './page-open.ts';
import { usePage } from './page-suite.ts';

vi.setConfig({ testTimeout: 30_000 });

const suite = usePage();

async function open(query?: string, options?: BrowserContextOptions): Promise<Page> {
  const page = await suite.open(query, options);
  page.setDefaultTimeout(10_000);
  return page;
}

const card = (page: Page, region: string) => page.locator(`[data-region=${region}]`);
const slider = (page: Page) => page.getByRole('slider', { name: 'Moment of the run' });
const momentOf = async (page: Page) => Number(await slider(page).getAttribute('aria-valuenow'));
const ticked = (page: Page) => page.locator('.guide [data-done=true]').count();
const figures = (page: Page) => page.locator('.metrics > dl').textContent();

test('a journal that was saved shows the same run again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const page = await open('?scenario=blackout&t=20');
  const shown = await figures(page);
  await page.getByRole('button', { name: 'Share' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Journal as JSON' }).click();
  const file = join(folder, 'journal.json');
  await (await download).saveAs(file);

  const again = await open();
  await again.getByRole('button', { name: 'Share' }).click();
  await again.getByLabel('Open a file').setInputFiles(file);
  await again.getByText('This is a run as it was recorded.').waitFor();
  await eventually(() => figures(again)).toBe(shown);
});

test('a journal is shown as it was recorded, also of a run that would go otherwise now, until something is changed', async () => {
  const blackout = scenarios.find(({ id }) => id === 'blackout');
  const buffer = Buffer.from(printJournal(await run(blackout, { id: 'plain' })));
  const page = await open();
  const answered = page.locator('.metrics > dl > div').filter({ hasText: 'answered' }).locator('.value');
  await eventually(() => answered.textContent()).toBe('100 %');
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByLabel('Open a file').setInputFiles({ name: 'journal.json', mimeType: 'application/json', buffer });
  await eventually(() => answered.textContent()).not.toBe('100 %');
  await card(page, 'westeurope').getByRole('button', { name: '503' }).click();
  await eventually(() => answered.textContent()).toBe('100 %');
});

test('an attempt is copied as a command that has no key in it', async () => {
  const page = await open('?scenario=blackout&t=20');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('tab', { name: 'Request' }).click();
  await page.getByRole('button', { name: 'Next that had to move' }).click();
  await page.getByRole('button', { name: 'Copy as curl: attempt 2' }).click();
  await page.locator('[aria-live=polite]').getByText('The command was copied.').waitFor({ state: 'attached' });
  const command = await page.evaluate(() => navigator.clipboard.readText());
  expect(command).toMatch(/^curl .*'https:\/\/eastus2\./);
  expect(command).toContain('-H "api-key: $AZURE_OPENAI_API_KEY"');
});

test('the guide ticks what a person did and reached, not what the scenario will bring', async () => {
  const page = await open('?scenario=blackout');
  await slider(page).press('End');
  expect(await ticked(page)).toBe(0);
  await slider(page).press('Home');
  await card(page, 'eastus').getByRole('button', { name: 'Refuse' }).click();
  await eventually(() => ticked(page)).toBe(1);
  await page.getByRole('button', { name: 'Pause' }).click();
  await slider(page).press('Home');
  await page.getByRole('button', { name: 'Start again' }).click();
  await eventually(() => ticked(page)).toBe(0);
});

test('the map is not drawn while it cannot be seen, and time goes on', async () => {
  const page = await open('', { viewport: { width: 1_360, height: 400 } });
  await page.evaluate(() => {
    const { clearRect } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
      document.documentElement.dataset['drawn'] = String(Number(document.documentElement.dataset['drawn'] ?? 0) + 1);
      clearRect.apply(this, box);
    };
  });
  const drawn = () => page.evaluate(() => Number(document.documentElement.dataset['drawn'] ?? 0));
  await page.getByRole('button', { name: 'Play' }).click();
  await eventually(drawn).toBeGreaterThan(0);
  await page.locator('.metrics').scrollIntoViewIfNeeded();
  await eventually(() =>
    page.locator('canvas').evaluate((canvas) => canvas.getBoundingClientRect().bottom),
  ).toBeLessThan(0);
  const passed = async (ms: number): Promise<number> => {
    const from = await momentOf(page);
    await eventually(async () => (await momentOf(page)) - from).toBeGreaterThan(ms / 1_000);
    return drawn();
  };
  const before = await passed(200);
  expect(await passed(500)).toBe(before);
  await page.locator('.headline').scrollIntoViewIfNeeded();
  await eventually(drawn).toBeGreaterThan(before);
});

test('a page that is hidden stands still, and goes on when it is seen again', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Play' }).click();
  await eventually(() => momentOf(page)).toBeGreaterThan(8.2);
  const hide = (hidden: boolean) =>
    page.evaluate((isHidden) => {
      Object.defineProperty(document, 'hidden', { get: () => isHidden, configurable: true });
      document.dispatchEvent(new Event('visibilitychange'));
    }, hidden);
  await hide(true);
  const at = await momentOf(page);
  expect(await framesAskedFor(page)).toBe(0);
  expect(await momentOf(page)).toBeCloseTo(at, 0);
  await hide(false);
  await eventually(() => momentOf(page)).toBeGreaterThan(at + 0.3);
});
