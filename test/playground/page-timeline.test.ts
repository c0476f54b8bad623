import { readFile } from 'node:fs/promises';
import type { Download, Locator, Page } from 'playwright';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startPlayground } from '../../src/cli/playground.ts';
import { eventually, openPage } from './page-open.ts';
import { usePage } from './page-suite.ts';

// Two cores, and others who want them.
vi.setConfig({ testTimeout: 30_000 });

const suite = usePage();

const { open } = suite;

const refused = (page: Page) => page.getByRole('slider', { name: 'refused, East US' });
const times = (block: Locator) => block.getAttribute('aria-valuetext');
const slider = (page: Page) => page.getByRole('slider', { name: 'Moment of the run' });
const momentOf = async (page: Page) => Number(await slider(page).getAttribute('aria-valuenow'));
const down = (page: Page) => page.locator('[data-lane=eastus] .truth .block[data-tone=bad]');
const figures = (page: Page) => page.getByRole('group', { name: 'refused, East US' });
const menu = (page: Page) => page.getByRole('combobox', { name: /^Show/ });
const zoomOf = (page: Page) =>
  Promise.all(['from', 'to'].map((name) => page.locator('.zoom').getByLabel(name).inputValue()));

async function boxOf(part: Locator) {
  await part.scrollIntoViewIfNeeded();
  const box = await part.boundingBox();
  if (!box) throw new Error('it is not to be seen');
  return box;
}

/** Takes hold of a part of something, so many px from its left, or from its right where less than 0, and drags it aside. */
async function drag(page: Page, part: Locator, from: number, by: number, drop = true): Promise<void> {
  const { x, y, width } = await boxOf(part);
  const at = from < 0 ? x + width + from : x + from;
  await page.mouse.move(at, y + 10);
  await page.mouse.down();
  await page.mouse.move(at + by, y + 30, { steps: 8 });
  if (drop) await page.mouse.up();
}

/** How many px are so many seconds of a run of 120 s that is shown as a whole. */
const pixels = async (page: Page, seconds: number) => ((await boxOf(slider(page))).width / 120) * seconds;

test('an edge of a fault is dragged, and the run is another one', async () => {
  const page = await open('?scenario=blackout&t=14');
  expect(await times(refused(page))).toBe('from 10.0 s to 40.0 s');
  const before = (await boxOf(down(page))).width;
  await drag(page, refused(page), -4, await pixels(page, 30));
  expect(await times(refused(page))).toBe('from 10.0 s to 70.0 s');
  await eventually(async () => (await boxOf(down(page))).width / before).toBeCloseTo(2, 1);
  await drag(page, refused(page), 4, await pixels(page, 10));
  expect(await times(refused(page))).toBe('from 20.0 s to 70.0 s');
});

test('the run follows while a fault is dragged, its times are shown, and Escape puts it back', async () => {
  const page = await open('?scenario=blackout&t=14');
  const before = await boxOf(down(page));
  await drag(page, refused(page), 100, await pixels(page, 30), false);
  await page.locator('.guides').getByText('40.0 – 70.0 s').waitFor();
  await eventually(async () => (await boxOf(down(page))).x - before.x).toBeCloseTo(await pixels(page, 30), 0);
  await page.keyboard.press('Escape');
  await page.mouse.up();
  expect(await times(refused(page))).toBe('from 10.0 s to 40.0 s');
  await eventually(async () => (await boxOf(down(page))).x).toBe(before.x);
  expect(await page.locator('.guides').count()).toBe(0);
});

test('a fault is moved, made longer and shorter, and taken away with keys', async () => {
  const page = await open('?scenario=blackout&t=14');
  const block = refused(page);
  await block.press('ArrowRight');
  await block.press('ArrowRight');
  expect(await times(block)).toBe('from 11.0 s to 41.0 s');
  await block.press('Shift+PageUp');
  expect(await times(block)).toBe('from 11.0 s to 46.0 s');
  await block.press('Alt+ArrowLeft');
  expect(await times(block)).toBe('from 10.5 s to 46.0 s');
  await block.press('PageDown');
  await block.press('PageDown');
  await block.press('PageDown');
  expect(await times(block)).toBe('from 0.0 s to 35.5 s');
  await block.press('Delete');
  await eventually(() => block.count()).toBe(0);
  await eventually(() => down(page).count()).toBe(0);
  expect(await slider(page).evaluate((element) => element === document.activeElement)).toBe(true);
});

test('a fault that was clicked on has figures to type, and goes with them', async () => {
  const page = await open('?scenario=blackout&t=14');
  await refused(page).click();
  await figures(page).getByText('refuses connections').waitFor();
  await figures(page).getByLabel('to, s').fill('62.5');
  await figures(page).getByLabel('to, s').blur();
  expect(await times(refused(page))).toBe('from 10.0 s to 62.5 s');
  await figures(page).getByLabel('from, s').fill('99');
  await figures(page).getByLabel('from, s').blur();
  expect(await times(refused(page))).toBe('from 62.4 s to 62.5 s');
  await figures(page).getByRole('button', { name: 'Close' }).click();
  await eventually(() => figures(page).count()).toBe(0);
  await page.keyboard.press('Enter');
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('from, s');
  await page.keyboard.press('Escape');
  await eventually(() => figures(page).count()).toBe(0);
  await refused(page).click();
  await figures(page).getByRole('button', { name: 'Remove' }).click();
  await eventually(() => refused(page).count()).toBe(0);
  expect(await figures(page).count()).toBe(0);
});

test('what befalls all regions, or the clients, is dragged as well', async () => {
  const page = await open('?scenario=total&t=14');
  const all = page.getByRole('slider', { name: /^status\(503\), .* and all others$/ });
  expect(await all.count()).toBe(3);
  await all.nth(1).press('Shift+ArrowRight');
  for (const block of await all.all()) expect(await times(block)).toBe('from 10.0 s to 30.5 s');
  await page.getByLabel('Scenario').selectOption('calm');
  await page.getByRole('button', { name: 'Offline' }).click();
  const offline = page.getByRole('slider', { name: 'offline, the clients' });
  const before = await times(offline);
  await offline.press('PageUp');
  expect(await times(offline)).not.toBe(before);
});

test('a stretch that is dragged over the ruler fills the timeline, until a double click', async () => {
  const page = await open('?scenario=blackout&t=14');
  await drag(page, page.locator('.brush-zone'), await pixels(page, 10), await pixels(page, 20), false);
  await page.locator('.guides').getByText('10.0 – 30.0 s').waitFor();
  await page.mouse.up();
  expect(await zoomOf(page)).toEqual(['10', '30']);
  const { x, width } = await boxOf(down(page));
  const track = await boxOf(slider(page));
  expect([x, width]).toEqual([track.x, expect.closeTo(track.width * 1.5, 0)]);
  expect(await momentOf(page)).toBe(14);
  await page.locator('.brush-zone').dblclick();
  expect(await menu(page).inputValue()).toBe('0');
});

test('a drag with Shift zooms in where it is, and Escape shows the whole run again', async () => {
  const page = await open('?scenario=blackout&t=14');
  await page.keyboard.down('Shift');
  await drag(page, slider(page), await pixels(page, 60), await pixels(page, -20));
  await page.keyboard.up('Shift');
  expect(await zoomOf(page)).toEqual(['40', '60']);
  expect(await momentOf(page)).toBe(40);
  await page.keyboard.press('Escape');
  expect(await menu(page).inputValue()).toBe('0');
});

test('the zoom has a menu and figures, goes along with the playhead, and is moved with the wheel', async () => {
  const page = await open('?scenario=blackout&t=14');
  await menu(page).selectOption('20 s');
  const [from, to] = await zoomOf(page);
  expect(Number(to) - Number(from)).toBe(20);
  await slider(page).press('End');
  await eventually(() => zoomOf(page)).toEqual(['100', '120']);
  await page.locator('.zoom').getByLabel('from').fill('90.5');
  await page.locator('.zoom').getByLabel('from').blur();
  expect(await zoomOf(page)).toEqual(['90.5', '120']);
  expect(await menu(page).inputValue()).toBe('');
  const { x, y, width } = await boxOf(slider(page));
  await page.mouse.move(x + 50, y + 100);
  await page.mouse.wheel(-width, 0);
  await eventually(() => zoomOf(page)).toEqual(['61', '90.5']);
  await menu(page).selectOption('whole run');
  expect(await page.locator('.zoom').getByLabel('from').count()).toBe(0);
});

test('what is shown is played again and again until it is not wanted any more', async () => {
  const page = await open('?scenario=blackout&t=30&from=29&to=30.5');
  const loop = page.getByRole('button', { name: 'Loop' });
  expect(await loop.getAttribute('aria-pressed')).toBe('false');
  await page.keyboard.press('o');
  expect(await loop.getAttribute('aria-pressed')).toBe('true');
  await page.getByLabel('Speed').selectOption('2');
  const seen = page.evaluate(async () => {
    const slider = document.querySelector('.slider');
    const moments: number[] = [];
    while (moments.filter((at, index) => at < (moments[index - 1] ?? 0)).length < 2) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      moments.push(Number(slider?.getAttribute('aria-valuenow')));
    }
    return moments;
  });
  await page.getByRole('button', { name: 'Play' }).click();
  const moments = await seen;
  expect(Math.min(...moments)).toBe(29);
  expect(Math.max(...moments)).toBeLessThanOrEqual(30.5);
  await loop.click();
  expect(await loop.getAttribute('aria-pressed')).toBe('false');
  await eventually(() => momentOf(page)).toBeGreaterThan(30.6);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('play what is shown again and again').waitFor();
});

test('a link brings back what was zoomed in on', async () => {
  const page = await open('?scenario=blackout&t=14&from=10&to=20.5');
  expect(await zoomOf(page)).toEqual(['10', '20.5']);
  await page.getByRole('button', { name: 'Share' }).click();
  const link = page.getByLabel('A link to this run');
  await eventually(() => link.inputValue()).toContain('t=14&from=10&to=20.5');
  await page.locator('.brush-zone').dblclick();
  await eventually(() => link.inputValue()).not.toContain('from');
});

test('the timeline is saved as a picture of either kind', async () => {
  const page = await open('?scenario=blackout&t=14');
  await page.getByRole('button', { name: 'Share' }).click();
  const save = async (name: string): Promise<Download> => {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
    return download;
  };
  const svg = await save('Timeline as SVG');
  expect(svg.suggestedFilename()).toBe('blackout.svg');
  const text = await readFile(await svg.path(), 'utf8');
  const read = await page.evaluate((source) => {
    const { documentElement } = new DOMParser().parseFromString(source, 'image/svg+xml');
    const texts = [...documentElement.querySelectorAll('text')].map(({ textContent }) => textContent);
    return { root: documentElement.nodeName, texts };
  }, text);
  expect(read.root).toBe('svg');
  expect(read.texts).toEqual(expect.arrayContaining(['East US', 'East US 2', 'West Europe', 'refused', '◆ down']));
  const png = await save('Timeline as PNG');
  expect(png.suggestedFilename()).toBe('blackout.png');
  const bytes = await readFile(await png.path());
  expect(bytes.subarray(1, 4).toString()).toBe('PNG');
  expect(bytes.readUInt32BE(16)).toBe(2_000);
  expect(bytes.readUInt32BE(20)).toBeGreaterThan(800);
});

test('in a live run, what has happened stays as it was, and a fault that is on can be ended', async () => {
  const playground = await startPlayground({ root: suite.site.folder });
  const { page } = await openPage(suite.browser, playground.url);
  onTestFinished(async () => {
    await page.context().close();
    await playground.end();
  });
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  expect(await page.getByRole('button', { name: 'Loop' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await page.locator('[data-region=eastus]').getByRole('button', { name: '503' }).click();
  const block = page.getByRole('slider', { name: 'status(503), East US', exact: true });
  await eventually(() => block.getAttribute('data-fixed')).toBe('start');
  const from = (await times(block))?.replace(/ to .*/, '');
  await block.press('ArrowRight');
  await block.press('Alt+ArrowLeft');
  expect(await times(block)).toBe(`${from} to 60.0 s`);
  await block.press('Shift+PageDown');
  expect(await times(block)).toBe(`${from} to 55.0 s`);
  await block.click();
  const figures = page.getByRole('group', { name: 'status(503), East US' });
  expect(await figures.getByLabel('from, s').isDisabled()).toBe(true);
  await figures.getByRole('button', { name: 'Remove' }).click();
  await eventually(() => block.getAttribute('data-fixed')).toBe('all');
  expect(await times(block)).toMatch(new RegExp(`^${from} to \\d\\.\\d s$`));
  await eventually(() => page.locator('[data-region=eastus]').getAttribute('data-truth')).toBe('up');
});

test('on a phone, faults are large enough for a finger, and are dragged with one', async () => {
  const page = await open('?scenario=blackout&t=14', {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  const { x, y, width, height } = await boxOf(refused(page));
  expect(Math.min(width, height)).toBeGreaterThanOrEqual(44);
  const finger = await page.context().newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: number) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: at === undefined ? [] : [{ x: at, y: y + 20 }] });
  await touch('touchStart', x + width - 6);
  for (let step = 1; step <= 8; step++) await touch('touchMove', x + width - 6 + step * 8);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await touch('touchEnd');
  await eventually(() => times(refused(page))).toMatch(/^from 10\.0 s to [67]\d\.\d s$/);
  await refused(page).tap();
  await figures(page).waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
});
