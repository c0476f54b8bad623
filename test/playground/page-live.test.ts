import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { shareUrl } from '../../playground/share/location.ts';
import { scenarios } from '../../src/simulator/scenarios.ts';
import { eventually } from './page-open.ts';
import { openLive } from './page-open-live.ts';
import { usePage } from './page-suite.ts';

const suite = usePage();

const modeOf = (page: Page, name: 'Virtual' | 'Live') => page.getByRole('button', { name, exact: true });
const play = (page: Page) => page.getByRole('button', { name: 'Play', exact: true });
const stop = (page: Page) => page.getByRole('button', { name: 'Stop', exact: true });
const card = (page: Page, title: string) =>
  page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: title }) });
const moment = async (page: Page): Promise<number> =>
  Number.parseFloat((await page.getByLabel('Moment', { exact: true }).textContent()) ?? '');

test('the token is not in the address once the page has been opened with it', async () => {
  const { page, playground } = await openLive(suite, (url) => url.replace('#', '?scenario=blackout#'));
  expect(playground.url).toContain('token=');
  expect(page.url()).toBe(playground.url.replace(/#.*/, '?scenario=blackout'));
  await page.getByRole('button', { name: 'Share' }).click();
  const shared = page.getByLabel('A link to this run');
  await eventually(() => shared.inputValue()).toContain('scenario=blackout');
  expect(await shared.inputValue()).not.toContain('token');
});

test('a fault of a live run strikes at once, calls go elsewhere, and Heal brings the region back', {
  timeout: 30_000,
}, async () => {
  const { page, complaints } = await openLive(suite);
  await page.getByText('The regions on this machine are ready.').waitFor();
  expect(await page.getByRole('button', { name: 'Compare' }).count()).toBe(0);
  await play(page).click();
  await stop(page).waitFor();
  await page.locator('[data-lane] .block').first().waitFor({ state: 'attached' });
  const first = card(page, 'East US');
  await first.first().getByRole('button', { name: '503' }).click();
  await page.getByText('East US answers 503.').first().waitFor();
  await eventually(() => card(page, 'East US 2').getByText('%').first().textContent()).not.toBe('0 %');
  await first.first().getByText('left alone').first().waitFor();
  await first.first().getByRole('button', { name: 'Heal' }).click();
  await eventually(() => first.first().getAttribute('data-truth')).toBe('up');
  await stop(page).click();
  const at = await moment(page);
  expect(at).toBeGreaterThan(1);
  await page.getByRole('tab', { name: 'Request' }).click();
  await page.getByRole('button', { name: 'Next that had to move' }).click();
  // A 503 that was asked for is told by the browser's console too.
  expect(complaints.filter((text) => !text.includes('503'))).toEqual([]);
});

test('a live run ends by itself when its time is over, and can be looked back on', { timeout: 30_000 }, async () => {
  const calm = scenarios.find(({ id }) => id === 'calm');
  if (!calm) throw new Error('there is no such scenario');
  const { hash } = new URL(await shareUrl('http://127.0.0.1/', { scenario: { ...calm, duration: 3 }, at: 0 }));
  const { page } = await openLive(suite, (url) => url.replace('#', `${hash}&`));
  await page.getByText('/ 3 s').waitFor();
  await play(page).click();
  await stop(page).waitFor();
  await play(page).waitFor();
  expect(await moment(page)).toBe(3);
  await page.keyboard.press('Shift+ArrowLeft');
  expect(await moment(page)).toBe(2);
});

test('a page that is hidden stops its live run, and says so', async () => {
  const { page } = await openLive(suite);
  await play(page).click();
  await stop(page).waitFor();
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { get: () => true });
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.getByText('The live run was stopped while the page was hidden.').waitFor();
  await play(page).waitFor();
});

test('what keeps a live run from its regions is said, and the page is virtual again', { timeout: 30_000 }, async () => {
  const refused = await openLive(suite, (url) => url.replace(/token=.*/, 'token=wrong'));
  await play(refused.page).click();
  await refused.page.getByText('Live has ended: the simulator refuses: authorization must be').waitFor();
  expect(await modeOf(refused.page, 'Virtual').getAttribute('aria-pressed')).toBe('true');
  await refused.page.locator('[data-lane] .block').first().waitFor({ state: 'attached' });

  const gone = await openLive(suite);
  await play(gone.page).click();
  await gone.page.locator('[data-lane] .block').first().waitFor({ state: 'attached' });
  await gone.playground.end();
  await gone.page.getByText('Live has ended: the simulator does not answer').waitFor();
  expect(await modeOf(gone.page, 'Virtual').getAttribute('aria-pressed')).toBe('true');
});

test('what is wrong with a fault is said, and the page stays live', async () => {
  const { page } = await openLive(suite);
  await card(page, 'East US').first().getByRole('button', { name: 'More…' }).click();
  await page.getByLabel('Any other fault').fill('earthquake');
  await page.getByRole('button', { name: 'Put on from now' }).click();
  await page.getByText('This cannot be run:').waitFor();
  expect(await modeOf(page, 'Live').getAttribute('aria-pressed')).toBe('true');
  await play(page).waitFor();
});

test('a fault that is put on while a live run is about to begin strikes in it', async () => {
  const { page } = await openLive(suite);
  let begin = (): void => {};
  const go = new Promise<void>((resolve) => {
    begin = resolve;
  });
  await page.route('**/__sim/v1/endpoints', async (route) => {
    await go;
    await route.continue();
  });
  await play(page).click();
  await card(page, 'East US').first().getByRole('button', { name: '503' }).click();
  begin();
  await page.getByText('East US answers 503.').first().waitFor();
});

test('another scenario ends the live run of the one before', async () => {
  const { page } = await openLive(suite);
  await play(page).click();
  await stop(page).waitFor();
  await page.getByLabel('Scenario').selectOption('blackout');
  await play(page).waitFor();
  expect(await moment(page)).toBe(0);
});
