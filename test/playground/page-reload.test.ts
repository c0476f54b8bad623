import type { Page } from 'playwright';
import { expect, onTestFinished, test, vi } from 'vitest';
import { onFreePorts } from '../../src/cli/free-ports.ts';
import { startPlayground } from '../../src/cli/playground.ts';
import { openLive } from './page-open-live.ts';
import { usePage } from './page-suite.ts';

vi.setConfig({ testTimeout: 30_000 });

const suite = usePage();

const modeOf = (page: Page, name: 'Virtual' | 'Live') => page.getByRole('button', { name, exact: true });
const play = (page: Page) => page.getByRole('button', { name: 'Play', exact: true });
const firstBlock = (page: Page) => page.locator('[data-lane] .block').first();

test('a page that is loaded again is in Live mode, with its regions', async () => {
  const { page, playground, complaints } = await openLive(suite);
  await page.reload();
  await page.getByText('The regions on this machine are ready.').waitFor();
  expect(await modeOf(page, 'Live').getAttribute('aria-pressed')).toBe('true');
  await play(page).click();
  await firstBlock(page).waitFor({ state: 'attached' });
  expect(complaints).toEqual([]);

  const token = new URLSearchParams(new URL(playground.url).hash.slice(1)).get('token') ?? '';
  expect(token).not.toBe('');
  expect(page.url()).not.toContain(token);
  expect(await page.evaluate(() => JSON.stringify(localStorage))).not.toContain(token);

  // What one tab was told is not for the next.
  const other = await page.context().newPage();
  await other.goto(page.url());
  await firstBlock(other).waitFor({ state: 'attached' });
  expect(await modeOf(other, 'Live').count()).toBe(0);
});

test('a page that is loaded again in Virtual mode stays there', async () => {
  const { page } = await openLive(suite);
  await modeOf(page, 'Virtual').click();
  await page.reload();
  await firstBlock(page).waitFor({ state: 'attached' });
  expect(await modeOf(page, 'Virtual').getAttribute('aria-pressed')).toBe('true');
});

test('a page that is loaded again says that its simulator is gone, and is virtual', async () => {
  const { page } = await openLive(suite);
  await page.route('**/__sim/**', (route) => route.abort());
  await page.reload();
  await page.getByText('Live has ended: the simulator does not answer').waitFor();
  expect(await modeOf(page, 'Virtual').getAttribute('aria-pressed')).toBe('true');
  await firstBlock(page).waitFor({ state: 'attached' });
});

test('a page that is loaded again says that its simulator is another one, and is virtual', async () => {
  const { page } = await openLive(suite);
  await page.route('**/__sim/**', (route) =>
    route.continue({ headers: { ...route.request().headers(), authorization: 'Bearer another' } }),
  );
  await page.reload();
  await page.getByText('Live has ended: the simulator refuses: authorization must be').waitFor();
  expect(await modeOf(page, 'Virtual').getAttribute('aria-pressed')).toBe('true');
});

test('the address of a command that was started again is taken up by a page that is open, and its token is not left standing', async () => {
  // Away from where other tests look for a port, so that none takes it in between.
  const port = await onFreePorts({ count: 1, from: 17_080 }, async ([free]) => free);
  const { page, playground, complaints } = await openLive(suite, undefined, port);
  await playground.end();
  const again = await startPlayground({ root: suite.site.folder, port });
  onTestFinished(() => again.end());
  await page.evaluate((url) => location.assign(url), again.url);
  await page.getByText('The regions on this machine are ready.').waitFor();
  await play(page).click();
  await firstBlock(page).waitFor({ state: 'attached' });
  expect(await page.evaluate(() => location.hash)).toBe('');
  expect(complaints).toEqual([]);
});
