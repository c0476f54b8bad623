import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eventually, openPage } from './page-open.ts';
import { usePage } from './page-suite.ts';

const suite = usePage();

const gzipped = async (name: string): Promise<number> =>
  gzipSync(await readFile(join(suite.site.folder, 'assets', name))).byteLength;

test('what the page needs at first is 40 kB of JavaScript at most, and 8 kB of style, gzipped', async () => {
  const html = await readFile(join(suite.site.folder, 'index.html'), 'utf8');
  const named = (ending: string): string[] =>
    [...html.matchAll(/assets\/([\w.-]+)"/g)].map(([, name = '']) => name).filter((name) => name.endsWith(ending));
  const sum = async (names: readonly string[]): Promise<number> =>
    (await Promise.all(names.map(gzipped))).reduce((all, one) => all + one, 0);
  expect(named('.js').length).toBeGreaterThan(0);
  expect(await sum(named('.js'))).toBeLessThanOrEqual(40_000);
  expect(await sum(named('.css'))).toBeLessThanOrEqual(8_000);
});

test('the engine is a file of its own, which the page does not wait for', async () => {
  const files = await readdir(join(suite.site.folder, 'assets'));
  expect(files.filter((name) => name.startsWith('worker'))).toHaveLength(1);
  expect(await readFile(join(suite.site.folder, 'index.html'), 'utf8')).not.toContain('worker');
});

test('its largest part is painted within a second, from a folder of a host that only serves files', {
  timeout: 30_000,
}, async () => {
  const visits: number[] = [];
  for (let visit = 0; visit < 3; visit++) {
    const { page } = await openPage(suite.browser, suite.site.url);
    visits.push(await page.evaluate(lastPaint));
    await page.context().close();
  }
  // Whatever else the machine does: the page can do it.
  expect(Math.min(...visits)).toBeLessThan(1_000);
});

test('goes on when the host is gone', { timeout: 30_000 }, async () => {
  const { page, complaints } = await openPage(suite.browser, suite.site.url);
  await eventually(() => page.evaluate(scriptsThatCame)).toEqual(
    expect.arrayContaining(['code-tab', 'share-sheet', 'location', 'scenario', 'comparison', 'groups']),
  );
  await suite.site.goAway();
  await page.getByRole('button', { name: '503' }).first().click();
  await page.getByText('East US answers 503.').first().waitFor();
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.locator('.code').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  await eventually(() => page.getByLabel('A link to this run').inputValue()).toContain('#s=');
  expect(complaints).toEqual([]);
  await page.context().close();
});

/** When the page last painted something larger than before, ms from when it was asked for. */
function lastPaint(): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({
      type: 'largest-contentful-paint',
      buffered: true,
    });
  });
}

/** Names of the scripts that are here to the end, without what makes each name unique. */
const scriptsThatCame = (): readonly string[] =>
  (performance.getEntriesByType('resource') as PerformanceResourceTiming[]).flatMap(({ name, responseEnd }) => {
    const [, script] = /\/assets\/([\w-]+)-[\w-]{8}\.js$/.exec(name) ?? [];
    return script !== undefined && responseEnd > 0 ? [script] : [];
  });
