import type { BrowserContextOptions, Page } from 'playwright';
import { expect, test, vi } from 'vitest';
import { shareUrl } from '../../playground/share/location.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { eightRegions } from './page-eight-regions.ts';
import { usePage } from './page-suite.ts';

vi.setConfig({ testTimeout: 40_000 });

const suite = usePage();

const widths: Readonly<Record<number, BrowserContextOptions>> = {
  1360: { viewport: { width: 1360, height: 900 } },
  1024: { viewport: { width: 1024, height: 900 } },
  768: { viewport: { width: 768, height: 900 } },
  360: { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};

/** All that can vary at once: what is so, what is thought, who waits, how much is said. */
const troubled: Scenario = {
  ...eightRegions,
  duration: 40,
  faults: [
    [5, 30, 'eastus', 'refused'],
    [8, 30, 'eastus2', '429(20)'],
    [10, 30, 'westeurope', 'capacity(1,429)'],
    [10, 25, 'swedencentral', 'slow(x8)%50'],
    [10, 25, 'swedencentral', 'key-expired'],
    [12, 25, '*', 'status(503)'],
    [32, 35, 'client', 'offline'],
  ],
};

/** Where each button of the cards has been, second by second; those that moved, by name. */
const moved = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async () => {
    const slider = document.querySelector('[aria-label="Moment of the run"]');
    const places = new Map<string, Set<string>>();
    const note = (): void => {
      for (const card of document.querySelectorAll('.card')) {
        for (const button of card.querySelectorAll('button')) {
          const { x, y, width, height } = button.getBoundingClientRect();
          const name = `${card.getAttribute('data-region')} ${button.textContent}`;
          const place = [x, y + scrollY, width, height].map(Math.round).join(' ');
          places.set(name, (places.get(name) ?? new Set()).add(place));
        }
      }
    };
    for (let second = 0; second < 48; second++) {
      note();
      slider?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowRight', shiftKey: true, bubbles: true }));
      await new Promise(requestAnimationFrame);
    }
    return [...places].filter(([, at]) => at.size > 1).map(([name, at]) => `${name}: ${[...at].join(', ')}`);
  });

for (const [width, options] of Object.entries(widths)) {
  test(`no button of a card moves while a run goes on, ${width} px wide`, async () => {
    for (const query of [
      '?scenario=blackout&t=0',
      new URL(await shareUrl(suite.site.url, { scenario: troubled })).hash,
    ]) {
      const page = await suite.open(query, options);
      expect(await moved(page)).toEqual([]);
    }
  });

  test(`a fault that is put on moves no button, ${width} px wide`, async () => {
    const page = await suite.open('?scenario=calm&t=4', options);
    const card = page.locator('[data-region=eastus]');
    const places = () =>
      card.getByRole('button').evaluateAll((all) =>
        all.map((one) => {
          const { x, y, width } = one.getBoundingClientRect();
          return [x, y + scrollY, width];
        }),
      );
    const before = await places();
    for (const name of ['Refuse', 'Cut stream', 'Flap']) await card.getByRole('button', { name }).click();
    await card.getByRole('button', { name: 'Flap', pressed: true }).waitFor();
    expect(await places()).toEqual(before);
  });

  test(`what clients believe fits in its pane, ${width} px wide`, async () => {
    const page = await suite.open('?scenario=blackout&t=14', options);
    await page.getByRole('tab', { name: 'Health' }).click();
    const tables = page.locator('.health .scroll');
    await tables.getByText('cannot connect').first().waitFor();
    const overhang = await tables.evaluateAll((all) => all.map((one) => one.scrollWidth - one.clientWidth));
    expect(overhang).toEqual([0, 0, 0]);
  });
}
