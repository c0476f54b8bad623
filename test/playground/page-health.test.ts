import type { Page } from 'playwright';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readUrl } from '../../playground/share/location.ts';
import { startPlayground } from '../../src/cli/playground.ts';
import { eventually, type Opened, openPage } from './page-open.ts';
import { usePage } from './page-suite.ts';

vi.setConfig({ testTimeout: 40_000 });

const suite = usePage();

async function open(url: string): Promise<Opened> {
  const opened = await openPage(suite.browser, url);
  opened.page.setDefaultTimeout(12_000);
  onTestFinished(() => opened.page.context().close());
  await opened.page.getByRole('tab', { name: 'Health' }).click();
  return opened;
}

/** The page as the command opens it, in Live mode; a scenario in which nothing is wrong. */
async function openLive(): Promise<Opened> {
  const playground = await startPlayground({ root: suite.site.folder });
  onTestFinished(() => playground.end());
  const opened = await open(playground.url);
  await opened.page.getByRole('button', { name: 'Live', exact: true }).click();
  return opened;
}

const inspector = (page: Page) => page.getByRole('complementary', { name: 'Inspector' });
const button = (page: Page, name: string) => inspector(page).getByRole('button', { name, exact: true });
const play = (page: Page) => page.getByRole('button', { name: 'Play', exact: true });
const stop = (page: Page) => page.getByRole('button', { name: 'Stop', exact: true });
const home = (page: Page) => page.locator('[data-region=eastus]');
const storedOf = (page: Page, region: string) =>
  page.getByRole('region', { name: 'Stored in this browser' }).getByRole('rowheader', { name: `${region}#` });
const failovers = async (page: Page): Promise<number> =>
  Number(await page.locator('.metrics > dl > div').filter({ hasText: 'failovers' }).locator('.value').textContent());

test('clients that are loaded again know what they stored, and those that forget learn it anew', async () => {
  const { page, complaints } = await open(`${suite.site.url}?scenario=blackout&t=20`);
  const before = await failovers(page);
  await button(page, 'Forget').click();
  await page.getByText('The clients start anew, and know nothing.').first().waitFor();
  await eventually(() => failovers(page)).toBeGreaterThan(before);
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await eventually(() => failovers(page)).toBe(before);
  await page.getByRole('slider', { name: 'Moment of the run' }).press('Home');
  for (let second = 0; second < 20; second++) await page.keyboard.press('Shift+ArrowRight');
  await button(page, 'Reload the page').click();
  await page.getByText('The clients start anew, with what they stored.').first().waitFor();
  expect(await failovers(page)).toBeLessThanOrEqual(before);
  expect(complaints).toEqual([]);
});

test('what live clients learned is in IndexedDB after the page was loaded again, until it is forgotten', async () => {
  const { page } = await openLive();
  await button(page, 'IndexedDB').click();
  await page.getByText('Nothing is stored.').waitFor();
  await play(page).click();
  await home(page).getByRole('button', { name: '503' }).click();
  await home(page).getByText('left alone').waitFor();
  await storedOf(page, 'eastus').first().waitFor();
  expect(await button(page, 'Memory').isDisabled()).toBe(true);

  const loaded = page.waitForEvent('load');
  await button(page, 'Reload the page').click();
  await loaded;
  await page.getByText('The regions on this machine are ready.').waitFor();
  expect(page.url()).toContain('#s=');
  await page.getByRole('tab', { name: 'Health' }).click();
  await storedOf(page, 'eastus').first().waitFor();
  await page.getByRole('button', { name: 'Share' }).click();
  const link = page.getByLabel('A link to this run');
  await eventually(() => link.inputValue()).not.toBe('');
  expect(JSON.stringify(await readUrl(new URL(await link.inputValue())))).not.toMatch(/indexeddb/i);

  // In this run nothing is ever wrong with the region: that it is left alone is known from before.
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await play(page).click();
  await home(page).getByText('left alone').waitFor();
  expect(await home(page).getAttribute('data-truth')).toBe('up');
  await button(page, 'Forget').click();
  await home(page).getByText('trusted').waitFor();
  await stop(page).click();
  await button(page, 'Forget').click();
  await page.getByText('Nothing is stored.').waitFor();
});

test('live clients that keep it in memory know nothing when the page was loaded again', async () => {
  const { page } = await openLive();
  expect(await button(page, 'Forget').isDisabled()).toBe(true);
  await play(page).click();
  await home(page).getByRole('button', { name: '503' }).click();
  await home(page).getByText('left alone').waitFor();
  const loaded = page.waitForEvent('load');
  await button(page, 'Reload the page').click();
  await loaded;
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await play(page).click();
  await home(page).getByText('trusted').waitFor();
  await page.getByRole('tab', { name: 'Health' }).click();
  expect(await page.evaluate(() => indexedDB.databases())).toEqual([]);
});
