import type { Page } from 'playwright';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createMonkey } from './monkey.ts';
import { eventually, openPage } from './page-open.ts';
import { usePage } from './page-suite.ts';

vi.setConfig({ testTimeout: 60_000 });

const suite = usePage();

/** What no reader, nor any browser, can make sense of. */
const nonsense = (page: Page): Promise<readonly string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll('body, body *')) {
      for (const { name, value } of element.attributes) {
        const isSize = ['width', 'height', 'aria-valuenow', 'aria-valuemax'].includes(name);
        const isWrong = /NaN|undefined|Infinity|\[object/.test(value) || /(width|height): ?-/.test(value);
        if (isWrong || (isSize && value.startsWith('-'))) found.push(`${element.tagName} ${name}="${value}"`);
      }
      const own = [...element.childNodes].filter(({ nodeType }) => nodeType === Node.TEXT_NODE);
      const text = own.map(({ textContent }) => textContent).join('');
      const isCode = element.closest('pre, code') !== null;
      if (!isCode && /NaN|undefined|Infinity|\[object|(^|[\s(:])-\d/.test(text)) found.push(text);
    }
    const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
    found.push(...ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `two of #${id}`));
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`${scrollWidth} px of content in ${clientWidth} px`);
    return found;
  });

test.each([1, 2])('whatever is done to it, the page makes sense, and can be shared: %i', async (seed) => {
  const { page, complaints, strays } = await openPage(suite.browser, `${suite.site.url}?scenario=blackout&t=14`);
  onTestFinished(() => page.context().close());
  page.setDefaultTimeout(5_000);
  const monkey = createMonkey(page, seed);
  for (let step = 0; step < 60; step++) {
    await monkey.act();
    expect([...(await nonsense(page)), ...complaints], monkey.deeds.slice(-5).join('; ')).toEqual([]);
  }
  await page.keyboard.press('Escape');
  // What it made may be wrong, and is said to be; all the rest can be run, and shared.
  await eventually(() => page.locator('.top-bar small').textContent()).not.toContain('…');
  if (await page.getByText('This cannot be run').count())
    await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await eventually(() => page.locator('.top-bar small').textContent()).not.toContain('…');
  const pause = page.getByRole('button', { name: 'Pause' });
  if (await pause.count()) await pause.click();
  // Opened anew, it cannot have a link to what was there before.
  const share = page.getByRole('button', { name: 'Share', exact: true });
  if ((await share.getAttribute('aria-expanded')) === 'true') await share.click();
  await share.click();
  const link = page.getByLabel('A link to this run');
  await eventually(() => link.inputValue()).toContain('http');
  const other = await page.context().newPage();
  await other.goto(await link.inputValue());
  await eventually(() => other.locator('[data-lane] .block').count()).toBeGreaterThan(0);
  const figures = (of: Page) => of.locator('.metrics > dl').textContent();
  await eventually(() => figures(other)).toBe(await figures(page));
  expect(await other.locator('.notice').count()).toBe(0);
  expect([...complaints, ...strays]).toEqual([]);
});
