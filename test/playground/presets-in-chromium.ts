import type { Browser } from 'playwright';
import type { startLive } from '../../playground/engine/live.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { startControl } from '../../src/simulator/node/index.ts';
import type { EngineSite } from './engine-site.ts';
import { type PresetRun, withStall } from './presets-run.ts';
import { startRegions } from './socket-regions.ts';

/** Runs a scenario with Chromium's `fetch` on sockets, in real time, in a page of another origin than the regions. */
export async function runInChromium(scenario: Scenario, browser: Browser, site: EngineSite): Promise<PresetRun> {
  await using simulator = await startRegions(scenario);
  await using control = await startControl(simulator, { origins: [new URL(site.url).origin] });
  const link = { control: new URL(control.url).origin, token: control.token };
  const page = await browser.newPage();
  try {
    await page.goto(site.url);
    await page.waitForFunction(() => 'startLive' in globalThis);
    const run = page.evaluate(
      async ({ text, link }) => {
        const { startLive: start } = globalThis as unknown as { readonly startLive: typeof startLive };
        let stalledMs = 0;
        let before = performance.now();
        setInterval(() => {
          const now = performance.now();
          stalledMs = Math.max(stalledMs, now - before);
          before = now;
        }, 10);
        const { done } = await start(JSON.parse(text), { id: 'ours' }, link, () => {});
        return JSON.stringify({ record: await done, stalledMs });
      },
      { text: JSON.stringify(scenario), link },
    );
    const [json, stalledMs] = await withStall(run);
    const inPage: PresetRun = JSON.parse(json);
    return { ...inPage, stalledMs: Math.max(stalledMs, inPage.stalledMs) };
  } finally {
    await page.close();
  }
}
