import type { BrowserContextOptions, Page } from 'playwright';
import { expect, onTestFinished, test, vi } from 'vitest';
import { shareUrl } from '../../playground/share/location.ts';
import { printScenario, type Scenario, scenarios } from '../../src/simulator/index.ts';
import { eventually } from './page-open.ts';
import { usePage } from './page-suite.ts';

vi.setConfig({ testTimeout: 30_000 });

const suite = usePage();

async function open(query?: string, options?: BrowserContextOptions): Promise<Page> {
  const page = await suite.open(query, options);
  page.setDefaultTimeout(6_000);
  return page;
}

const preset = (id: string): Scenario => {
  const found = scenarios.find((one) => one.id === id);
  if (!found) throw new Error(`there is no scenario ${id}`);
  return found;
};
const slider = (page: Page) => page.getByRole('slider', { name: 'Moment of the run' });
const momentOf = async (page: Page) => Number(await slider(page).getAttribute('aria-valuenow'));
const refused = (page: Page) => page.getByRole('slider', { name: 'refused, East US', exact: true });
const sharedLink = (page: Page) => page.getByLabel('A link to this run');

/** Takes hold of the first fault of East US, and drags it to the right. */
async function takeUp(page: Page): Promise<void> {
  await refused(page).scrollIntoViewIfNeeded();
  const box = await refused(page).boundingBox();
  if (!box) throw new Error('it is not to be seen');
  await page.mouse.move(box.x + 40, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + 100, box.y + 10, { steps: 4 });
}

test('a fault that is taken away while it is dragged is let go', async () => {
  const page = await open('?scenario=blackout&t=14');
  await takeUp(page);
  await page.locator('.guides').waitFor();
  await refused(page).focus();
  await page.keyboard.press('Delete');
  await eventually(() => refused(page).count()).toBe(0);
  await eventually(() => page.locator('.guides').count()).toBe(0);
  await page.mouse.up();
});

test('a scenario that is chosen while a fault is dragged lets it go', async () => {
  const page = await open('?scenario=blackout&t=14');
  await takeUp(page);
  await page.getByLabel('Scenario').selectOption('total');
  await page.mouse.up();
  await eventually(() => page.locator('.guides').count()).toBe(0);
});

test('the playhead stays within a run that is made shorter, and the link to it can be opened', async () => {
  const page = await open('?scenario=blackout&t=100');
  await page.getByText('Settings').first().click();
  await page.getByLabel('the run lasts, typed').fill('30');
  await page.getByLabel('the run lasts, typed').press('Enter');
  await page.getByRole('button', { name: 'Share' }).click();
  await eventually(() => momentOf(page)).toBe(30);
  await eventually(() => sharedLink(page).inputValue()).toContain('#s=');
  const other = await open(new URL(await sharedLink(page).inputValue()).hash);
  await eventually(() => momentOf(other)).toBe(30);
});

test('the link that is shown is to the moment that is shown', async () => {
  const page = await open('?scenario=blackout&t=14');
  await page.getByRole('button', { name: 'Share' }).click();
  await eventually(() => sharedLink(page).inputValue()).toContain('t=14');
  await slider(page).press('End');
  await eventually(() => sharedLink(page).inputValue()).toContain('t=120');
});

test('there is a link while a run is played', async () => {
  const page = await open('?scenario=blackout&t=14');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await eventually(() => sharedLink(page).inputValue()).toContain('t=1');
});

test('a link that is put into the address of an open page is opened', async () => {
  const page = await open('?scenario=blackout&t=14');
  const { hash } = new URL(await shareUrl(suite.site.url, { scenario: { ...preset('calm'), duration: 50 }, at: 40 }));
  await page.evaluate((fragment) => {
    location.hash = fragment;
  }, hash);
  await eventually(() => slider(page).getAttribute('aria-valuemax')).toBe('50');
  await eventually(() => momentOf(page)).toBe(40);
});

test('figures that cannot be are not left standing', async () => {
  const page = await open('?scenario=blackout&t=70&from=60&to=120');
  const to = page.locator('.zoom').getByLabel('to');
  const from = page.locator('.zoom').getByLabel('from');
  await to.fill('500');
  await to.blur();
  expect([await from.inputValue(), await to.inputValue()]).toEqual(['60', '120']);
  await from.fill('');
  await from.blur();
  await eventually(() => from.inputValue()).toBe('60');
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  const before = await seed.inputValue();
  await seed.fill('-3');
  await seed.blur();
  await eventually(() => seed.inputValue()).toBe(before);
  await page.locator('.zoom select').selectOption('0');
  await refused(page).click();
  const start = page.getByRole('group', { name: 'refused, East US' }).getByLabel('from, s');
  await start.fill('0');
  await start.blur();
  await start.fill('-5');
  await start.blur();
  await eventually(() => start.inputValue()).toBe('0');
});

test('a file is opened again after it was changed', async () => {
  const page = await open('?scenario=blackout&t=14');
  await page.getByRole('button', { name: 'Share' }).click();
  const file = { name: 'mine.json', mimeType: 'application/json', buffer: Buffer.from(printScenario(preset('calm'))) };
  for (let time = 0; time < 2; time++) {
    await page.getByLabel('Open a file').setInputFiles(file);
    await eventually(() => page.getByLabel('Scenario').inputValue()).toBe('calm');
    expect(await page.getByLabel('Open a file').inputValue()).toBe('');
    await page.getByLabel('Scenario').selectOption('blackout');
  }
});

test('a burst at the very end, and a fault there, can be run', async () => {
  const page = await open('?scenario=blackout&t=120');
  await page.getByText('Settings').first().click();
  await page.getByRole('button', { name: /^A burst/ }).click();
  await page.locator('[data-region=eastus]').getByRole('button', { name: 'Refuse' }).click();
  await refused(page).nth(1).waitFor();
  await eventually(() => page.locator('.top-bar small').textContent()).not.toContain('…');
  expect(await page.getByText('This cannot be run').count()).toBe(0);
});

test('the faults of a region, and their times, fit a phone', async () => {
  const page = await open('?scenario=blackout&t=14', { viewport: { width: 360, height: 740 } });
  await page.locator('[data-region=eastus]').getByRole('button', { name: 'More…' }).click();
  await page.getByLabel('Any other fault').fill('sse-error(rate):sse:1');
  await page.getByRole('button', { name: 'Put on from now' }).click();
  await page.getByLabel('sse-error(rate):sse:1 from').waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});

test('what cannot be loaded in advance is no error', async () => {
  const context = await suite.browser.newContext();
  onTestFinished(() => context.close());
  await context.route('**/assets/location-*.js', (route) => route.abort());
  const page = await context.newPage();
  const errors: Error[] = [];
  page.on('pageerror', (error) => errors.push(error));
  await Promise.all([page.waitForEvent('requestfailed'), page.goto(suite.site.url)]);
  await page.getByRole('button', { name: 'Share' }).click();
  await page.getByText('Failed to fetch dynamically imported module').waitFor();
  expect(errors).toEqual([]);
});
