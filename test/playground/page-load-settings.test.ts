import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright';
import { expect, test } from 'vitest';
import { eventually, openPage } from './page-open.ts';
import { usePage } from './page-suite.ts';

declare const axe: { run(context: string, options: RunOptions): Promise<AxeResults> };

const source = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

const suite = usePage();

/** Which rules the settings of the load break. */
const broken = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const { violations } = await axe.run('.settings section', { resultTypes: ['violations'] });
    return violations.map(({ id }) => id);
  });

test('calls come as is chosen, and the run is made anew', { timeout: 30_000 }, async () => {
  const { page, complaints } = await openPage(suite.browser, `${suite.site.url}?scenario=calm`, { bypassCSP: true });
  page.setDefaultTimeout(6_000);
  await page.addScriptTag({ path: source });
  await page.getByText('Settings').click();
  const kind = page.getByLabel('Calls come');
  const slider = (name: string) => page.getByRole('slider', { name });
  const client = () => page.locator('.client').textContent();
  expect(await kind.inputValue()).toBe('steady');
  await eventually(client).toContain('5 clients5 calls/s');

  await kind.selectOption('ramp');
  await slider('changing to').fill('50');
  await slider('within').fill('8');
  await page.getByRole('slider', { name: 'Moment of the run' }).press('End');
  await eventually(client).toContain('50 calls/s');
  expect(await broken(page)).toEqual([]);

  await kind.selectOption('users');
  await slider('users').fill('7');
  await slider('think for').fill('2.5');
  await page.getByRole('spinbutton', { name: 'ask for at most' }).fill('400');
  await page.getByRole('spinbutton', { name: 'ask for at most' }).blur();
  await page.getByRole('slider', { name: 'Moment of the run' }).press('Home');
  await eventually(client).toContain('7 clientsone call each at a time');
  expect(await broken(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.getByRole('button', { name: /Vitest/ }).click();
  await eventually(() => page.locator('.code').textContent()).toContain(
    'users: 7, thinkMs: 2500, stream: 0.3, maxTokens: 400',
  );

  await kind.selectOption('none');
  await eventually(client).toContain('0 clients0 calls/s');
  expect(await slider('users').count()).toBe(0);
  expect(await broken(page)).toEqual([]);
  expect(complaints).toEqual([]);
  await page.context().close();
});
