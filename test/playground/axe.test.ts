import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright';
import { expect, onTestFinished, test } from 'vitest';
import { startPlayground } from '../../src/cli/playground.ts';
import { openPage } from './page-open.ts';
import { usePage } from './page-suite.ts';

declare const axe: { run(context: string | Document, options: RunOptions): Promise<AxeResults> };

const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const standard: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] },
  resultTypes: ['violations'],
};

const suite = usePage();

/** What is wrong with a part of the page, in lines. */
async function violations(page: Page, part?: string): Promise<readonly string[]> {
  const { violations: found } = await page.evaluate(([selector, options]) => axe.run(selector ?? document, options), [
    part,
    standard,
  ] as const);
  return found.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`));
}

/** Opens all that can be open at the same time, in the middle of an outage. */
async function openEverything(page: Page): Promise<void> {
  for (const name of ['Share', 'Compare', 'All figures']) await page.getByRole('button', { name, exact: true }).click();
  await page.getByText('Settings').click();
  await page.getByText('As a table').click();
  await page.getByRole('button', { name: 'More…' }).first().click();
  await page.locator('.fault').first().click();
  await page.getByRole('combobox', { name: /^Show/ }).selectOption('60 s');
  await page.getByRole('region', { name: 'This library against' }).getByRole('row').first().waitFor();
  await page.locator('.client-settings').waitFor();
  await page.locator('.sheet').waitFor();
  await page.locator('.fault-editor').waitFor();
  await page.locator('.share').waitFor();
}

const media: Readonly<Record<string, BrowserContextOptions>> = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced colours': { forcedColors: 'active' },
  'reduced motion, on a phone': {
    reducedMotion: 'reduce',
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  },
};

for (const [name, options] of Object.entries(media)) {
  test(`with every pane open it is as WCAG 2.2 AA asks: ${name}`, { timeout: 30_000 }, async () => {
    const { page, complaints } = await openPage(suite.browser, `${suite.site.url}?scenario=blackout&t=14`, {
      ...options,
      // The page's own policy lets nothing in, and so not what examines it.
      bypassCSP: true,
    });
    await page.addScriptTag({ path: source });
    await openEverything(page);
    expect(await violations(page)).toEqual([]);
    for (const tab of ['Request', 'Health', 'Log', 'Code']) {
      await page.getByRole('tab', { name: tab }).click();
      await page.locator('.tab-panel > *').first().waitFor();
      expect(await violations(page, '.inspector')).toEqual([]);
    }
    await page.getByRole('button', { name: 'Keys and help' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await violations(page, 'dialog')).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
}

test('in Live mode it is as WCAG 2.2 AA asks: at rest, and while calls are made', { timeout: 30_000 }, async () => {
  const playground = await startPlayground({ root: suite.site.folder });
  onTestFinished(() => playground.end());
  const { page } = await openPage(suite.browser, playground.url, { bypassCSP: true });
  await page.addScriptTag({ path: source });
  await page.getByRole('button', { name: 'Live', exact: true }).click();
  expect(await violations(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Health' }).click();
  await page.getByRole('button', { name: 'IndexedDB' }).click();
  await page.getByText('Nothing is stored.').waitFor();
  expect(await violations(page, '.inspector')).toEqual([]);
  await page.getByRole('button', { name: 'Refuse' }).first().click();
  await page.locator('[data-lane] .block').first().waitFor({ state: 'attached' });
  await page.locator('.stored').waitFor();
  expect(await violations(page)).toEqual([]);
  await page.context().close();
});

test('with less motion, no dot flies until somebody asks for it', async () => {
  const { page } = await openPage(suite.browser, suite.site.url, { reducedMotion: 'reduce' });
  const animate = page.getByRole('button', { name: 'Animate' });
  expect(await animate.getAttribute('aria-pressed')).toBe('false');
  await animate.click();
  expect(await animate.getAttribute('aria-pressed')).toBe('true');
  await page.context().close();
});
