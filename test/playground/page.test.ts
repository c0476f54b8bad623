import type { Locator, Page } from 'playwright';
import { expect, test, vi } from 'vitest';
import { framesAskedFor } from './page-frames.ts';
import { eventually } from './page-open.ts';
import { usePage } from './page-suite.ts';

// Two cores, and others who want them.
vi.setConfig({ testTimeout: 30_000 });

const suite = usePage();

const { open } = suite;

const headline = (page: Page) => page.getByRole('region', { name: 'What goes on now' });
const card = (page: Page, region: string) => page.locator(`[data-region=${region}]`);
const slider = (page: Page) => page.getByRole('slider', { name: 'Moment of the run' });
const metric = (page: Page, name: string) =>
  page.locator('.metrics > dl > div').filter({ hasText: name }).locator('.value');
const momentOf = async (page: Page) => Number(await slider(page).getAttribute('aria-valuenow'));

test('a newcomer who presses Refuse is told within two seconds that calls go elsewhere, and why', async () => {
  const page = await open();
  await eventually(() => headline(page).textContent()).toContain('All regions are up.');
  await card(page, 'eastus').getByRole('button', { name: 'Refuse' }).click();
  const pressedAt = performance.now();
  await headline(page).getByText('East US refuses connections.').waitFor();
  await headline(page)
    .getByText(/clients? now avoids? East US \(cannot connect\)/)
    .waitFor();
  await headline(page)
    .getByText(/Calls go to East US 2: .* none failed/)
    .waitFor();
  expect(performance.now() - pressedAt).toBeLessThan(2_000);
  await card(page, 'eastus').getByText('left alone').waitFor();
  await page.getByText(/^detected \+\d/).waitFor();
});

test('a fault that was put on is taken away by the same button, and by Heal', async () => {
  const page = await open();
  const refuse = card(page, 'eastus').getByRole('button', { name: 'Refuse' });
  await refuse.click();
  await eventually(() => refuse.getAttribute('aria-pressed')).toBe('true');
  await refuse.click();
  await eventually(() => refuse.getAttribute('aria-pressed')).toBe('false');
  await card(page, 'westeurope').getByRole('button', { name: '503' }).click();
  await headline(page).getByText('West Europe answers 503.').waitFor();
  await card(page, 'westeurope').getByRole('button', { name: 'Heal' }).click();
  await headline(page).getByText('All regions are up.').waitFor();
});

test('clients without a network blame no region, and go on when it is back', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Offline' }).click();
  await headline(page).getByText('The clients have no network.').waitFor();
  await headline(page).getByText('Every client trusts every region.').waitFor();
  await slider(page).press('End');
  await headline(page)
    .getByText(/Calls go to East US: none failed/)
    .waitFor();
});

const isInSight = (line: Locator): Promise<boolean> =>
  line.evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const list = element.parentElement?.getBoundingClientRect();
    return list !== undefined && top >= list.top && bottom <= list.bottom;
  });

test('every one-click fault can be run', async () => {
  const page = await open();
  for (const name of ['Refuse', 'Hang', '429', '503', 'Slow', 'Cut stream', 'Bad key', 'No deployment', 'Flap']) {
    const button = card(page, 'eastus').getByRole('button', { name, exact: true });
    await button.click();
    await eventually(() => button.getAttribute('aria-pressed')).toBe('true');
    await page.locator('[data-lane=eastus] .truth .block:not([data-tone=good])').first().waitFor({ state: 'attached' });
    await card(page, 'eastus').getByRole('button', { name: 'Heal' }).click();
  }
  expect(await page.getByRole('alert').count()).toBe(0);
});

test('a blackout is made, watched and healed with the keyboard alone', async () => {
  const page = await open();
  await page.keyboard.press('1');
  await page.keyboard.press('r');
  await headline(page).getByText('East US refuses connections.').waitFor();
  await headline(page)
    .getByText(/Calls go to East US 2/)
    .waitFor();
  await page.keyboard.press('Space');
  const pausedAt = await momentOf(page);
  expect(pausedAt).toBeGreaterThan(8);
  await page.keyboard.press('Shift+ArrowRight');
  await eventually(() => momentOf(page)).toBeCloseTo(pausedAt + 1, 1);
  await page.keyboard.press('0');
  await headline(page).getByText('All regions are up.').waitFor();
  await page.keyboard.press('Space');
  await page.keyboard.press('End');
  await eventually(() => momentOf(page)).toBe(60);
  await page.keyboard.press('?');
  await page.getByRole('dialog').getByText('play or pause').waitFor();
  await page.keyboard.press('Escape');
  await eventually(() => page.getByRole('dialog').count()).toBe(0);
});

test('the run is scrubbed with a pointer, with keys and from the log, and says where it is in words', async () => {
  const page = await open('?scenario=blackout');
  const { x, y, width, height } = (await slider(page).boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.click(x + width * 0.25, y + height / 2);
  expect(await momentOf(page)).toBeCloseTo(30, 0);
  await expect
    .poll(() => slider(page).getAttribute('aria-valuetext'))
    .toMatch(/^30\.\d s\. East US refuses connections\./);
  await page.mouse.move(x + width * 0.25, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width * 0.75, y + height / 2, { steps: 5 });
  await page.mouse.up();
  expect(await momentOf(page)).toBeCloseTo(90, 0);
  await slider(page).press('Home');
  expect(await momentOf(page)).toBe(0);
  await slider(page).press('ArrowRight');
  await eventually(() => momentOf(page)).toBeGreaterThan(0);
  await page.keyboard.press('g');
  const current = page.getByRole('list', { name: 'Log' }).locator('[aria-current]');
  await page.keyboard.press('End');
  await eventually(() => momentOf(page)).toBe(120);
  await eventually(() => isInSight(current)).toBe(true);
  await page.getByRole('searchbox').fill('client 1 · call ');
  await page.getByRole('list', { name: 'Log' }).getByText('client 1 · call').first().waitFor();
  await page.getByRole('searchbox').fill('refused begins');
  await page.getByRole('button', { name: /refused begins/ }).click();
  await eventually(() => momentOf(page)).toBe(10);
});

test('what is played stops at the end, and a page that is paused asks for no frames', async () => {
  const page = await open('?scenario=calm&t=58');
  await page.getByLabel('Speed').selectOption('4');
  await page.getByRole('button', { name: 'Play' }).click();
  await eventually(() => momentOf(page)).toBe(60);
  await page.getByRole('button', { name: 'Play' }).waitFor();
  expect(await framesAskedFor(page)).toBe(0);
});

test('a setting changes the run at once, is marked, and goes back to its default', async () => {
  const page = await open('?scenario=blackout');
  const before = await metric(page, 'p95 wait').textContent();
  const chosen = page.getByLabel('Scenario').locator('option:checked');
  expect(await chosen.textContent()).not.toContain('changed');
  await page.getByText('Settings').click();
  await page.getByRole('slider', { name: 'clients' }).fill('20');
  await eventually(() => metric(page, 'p95 wait').textContent()).not.toBe(before);
  await page.getByLabel('attempts attempts per call').fill('1');
  await page.getByLabel('attempts attempts per call').blur();
  await eventually(() => metric(page, 'answered').textContent()).not.toBe('100 %');
  await page.getByRole('button', { name: 'Reset attempts' }).click();
  await eventually(() => metric(page, 'answered').textContent()).toBe('100 %');
  expect(await chosen.textContent()).toMatch(/^blackout: .* \(changed\)$/);
  await page.getByRole('tab', { name: 'Code' }).click();
  await page.getByRole('button', { name: 'Vitest' }).click();
  await eventually(() => page.locator('.code').textContent()).toContain("(changed)', async");
  await page.getByRole('button', { name: 'Reset', exact: true }).click();
  await eventually(() => metric(page, 'p95 wait').textContent()).toBe(before);
  expect(await chosen.textContent()).not.toContain('changed');
});

test('compares with plain fetch on the same calls, and opens the first call whose fate differs', async () => {
  const page = await open('?scenario=blackout');
  await page.keyboard.press('a');
  const compare = page.getByRole('region', { name: 'This library against' });
  await compare.getByRole('row', { name: /plain fetch/ }).waitFor();
  await compare.getByText(/plain fetch: failed/).waitFor();
  await compare.getByRole('button', { name: 'Explain the difference' }).click();
  const inspector = page.getByRole('complementary', { name: 'Inspector' });
  await inspector.getByRole('heading', { name: /^Call \d+/ }).waitFor();
  await inspector.getByText('explain(response)').waitFor();
  await compare.getByLabel('Rival').selectOption({ label: 'OpenAI SDK' });
  await compare.getByRole('row', { name: /OpenAI SDK/ }).waitFor();
});

test('a link brings back the scenario with its faults, the moment and the rival, and a damaged one says so', async () => {
  const page = await open('?scenario=calm&t=20');
  await card(page, 'eastus2').getByRole('button', { name: 'Slow' }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('button', { name: 'Share' }).click();
  const link = page.getByLabel('A link to this run');
  await eventually(() => link.inputValue()).toContain('#s=');
  const url = await link.inputValue();
  const moment = await momentOf(page);
  const again = await open(url.slice(suite.site.url.length));
  await eventually(() => momentOf(again)).toBeCloseTo(moment, 1);
  await headline(again).getByText('East US 2 takes 8 times as long.').waitFor();
  await again.getByRole('row', { name: /plain fetch/ }).waitFor();
  const broken = await open('#s=1.!!!');
  await broken
    .getByRole('alert')
    .getByText(/link cannot be opened/)
    .waitFor();
});

test('the code shown is that of the scenario as it is', async () => {
  const page = await open();
  await page.keyboard.press('c');
  const code = page.locator('.code');
  await code.getByText('createFailoverFetch').first().waitFor();
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  await page.locator('[aria-live=polite]').getByText('The code was copied.').waitFor({ state: 'attached' });
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await code.textContent());
  for (const name of ['Browser', 'OpenAI SDK', 'Vitest test']) {
    await page.getByRole('button', { name, exact: true }).click();
    await eventually(() => code.textContent()).toContain(name === 'OpenAI SDK' ? 'openai' : 'azure-openai-failover');
  }
});

test('a fault that is wrong is refused in words, and the last run stays', async () => {
  const page = await open();
  await card(page, 'eastus').getByRole('button', { name: 'More…' }).click();
  const sheet = page.getByRole('region', { name: 'Faults of East US' });
  await sheet.getByLabel('Any other fault').fill('status(9)');
  await sheet.getByRole('button', { name: 'Put on from now' }).click();
  await sheet
    .getByRole('alert')
    .getByText(/status/)
    .waitFor();
  expect(await metric(page, 'answered').textContent()).toBe('100 %');
  await page.getByRole('button', { name: 'Remove status(9)' }).click();
  await eventually(() => page.getByRole('alert').count()).toBe(0);
  await sheet.getByLabel('Any other fault').fill('status(500)%50');
  await sheet.getByRole('button', { name: 'Put on from now' }).click();
  await page.locator('[data-lane=eastus] .truth').getByText('down 50 %').waitFor({ state: 'attached' });
});

test('the guide ticks each step when the page is in its state', async () => {
  const page = await open('?scenario=calm&t=4.5');
  const ticked = () => page.locator('.guide [data-done=true]').count();
  await card(page, 'eastus').getByRole('button', { name: 'Refuse' }).click();
  await eventually(ticked).toBe(1);
  await page.getByLabel('Speed').selectOption('4');
  await eventually(ticked).toBe(2);
});

test('what is open stays open, and what was filtered filtered, when panes are closed and opened again', async () => {
  const page = await open();
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByRole('searchbox').fill('settled');
  await page.getByRole('tab', { name: 'Health' }).click();
  await page.getByRole('tab', { name: 'Log' }).click();
  expect(await page.getByRole('searchbox').inputValue()).toBe('settled');
});

test('fits a phone of 360 px, where calls can be watched with a finger', async () => {
  const page = await open('', { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
  await card(page, 'eastus').getByRole('button', { name: 'Refuse' }).tap();
  await headline(page)
    .getByText(/Calls go to East US 2/)
    .waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  const small = await page.locator('button:visible').evaluateAll((buttons) =>
    buttons.flatMap((button) => {
      const { height } = button.getBoundingClientRect();
      return height < 44 ? [`${button.textContent}: ${height}`] : [];
    }),
  );
  expect(small).toEqual([]);
});

test('the theme and the seed are chosen, and the theme is kept', async () => {
  const page = await open();
  const scheme = () => page.evaluate(() => document.documentElement.style.colorScheme);
  await page.getByRole('button', { name: 'Colours: as the system' }).click();
  expect(await scheme()).toBe('light');
  await page.getByRole('button', { name: 'Colours: light' }).click();
  expect(await scheme()).toBe('dark');
  await page.reload();
  expect(await scheme()).toBe('dark');
  const calls = await metric(page, 'attempts / call').locator('..').textContent();
  await page.getByLabel('Seed', { exact: true }).fill('8');
  await page.getByLabel('Seed', { exact: true }).blur();
  await eventually(() => metric(page, 'attempts / call').locator('..').textContent()).not.toBe(calls);
});

test('news are told to screen readers, once in a while', async () => {
  const page = await open();
  await card(page, 'eastus').getByRole('button', { name: 'Refuse' }).click();
  await page
    .locator('[aria-live=polite]')
    .getByText(/East US refuses connections/)
    .waitFor({ state: 'attached' });
});
