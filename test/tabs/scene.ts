import { type Browser, type BrowserContext, chromium, type Page as Tab } from 'playwright';
import { afterAll, beforeAll, expect, onTestFinished, vi } from 'vitest';
import { findChromium, quietArgs } from '../../scripts/chromium.ts';
import type { BreakerOptions } from '../../src/index.ts';
import { type Simulator, startSimulator } from '../../src/simulator/node/index.ts';
import type { Page } from './page.ts';
import { type Site, startSite } from './site.ts';

export const PRIMARY = 'sweden';
export const BACKUP = 'eastus';

/** What the app of these tests offers, by its name in the page. */
declare const page: Page;

let browser: Browser;
let site: Site;

/** Has a browser and a site for the tests of a file. */
export function useTabs(): void {
  vi.setConfig({ testTimeout: 30_000 });
  beforeAll(async () => {
    const executablePath = findChromium();
    [browser, site] = await Promise.all([
      chromium.launch({
        ...(executablePath && { executablePath }),
        args: [...quietArgs, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1'],
        // Playwright switches off what every user has.
        ignoreDefaultArgs: ['--disable-back-forward-cache'],
      }),
      startSite(),
    ]);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });
}

export interface Scene {
  readonly simulator: Simulator;
  /** One person's browser: what its tabs store is theirs. */
  readonly context: BrowserContext;
  readonly origin: string;
  /** Opens the app in a tab, and waits until it has read what is stored, unless told otherwise. */
  open(path?: string, options?: { readonly waits?: boolean }): Promise<Tab>;
  /** The same in a tab that is there. */
  visit(tab: Tab, path?: string, options?: { readonly waits?: boolean }): Promise<void>;
}

export interface Surroundings {
  /** What the regions take before each answer. */
  readonly latencyMs?: number;
  /** Runs in each page before the app. */
  readonly before?: () => void;
}

/** Two regions on sockets, and a browser that has not been there before. */
export async function scene(
  breaker: Partial<BreakerOptions> = {},
  { latencyMs = 0, before }: Surroundings = {},
): Promise<Scene> {
  const simulator = await startSimulator({ seed: 7, regions: { [PRIMARY]: { latencyMs }, [BACKUP]: { latencyMs } } });
  const context = await browser.newContext();
  if (before) await context.addInitScript(before);
  onTestFinished(async () => {
    await context.close();
    await simulator.close();
  });
  const regions = simulator.endpoints().map(({ region, url, key }) => {
    return { name: region, endpoint: url, credential: { apiKey: key } };
  });
  let tabs = 0;
  const visit: Scene['visit'] = async (tab, path = '/', { waits = true } = {}) => {
    const given = JSON.stringify({ tab: `tab${++tabs}`, regions, breaker });
    await tab.goto(`${site.origin}${path}?${new URLSearchParams({ given })}`);
    if (waits) await tab.evaluate(() => page.ready());
  };
  return {
    simulator,
    context,
    origin: site.origin,
    visit,
    async open(path, options) {
      const tab = await context.newPage();
      await visit(tab, path, options);
      return tab;
    },
  };
}

/** Tabs take their time, and more of it where the machine is busy. */
export const eventually = <T>(check: () => Promise<T>): Promise<T> => vi.waitFor(check, { timeout: 8_000 });

/** Makes one call after the other in a tab, and says where each was tried. */
export async function call(tab: Tab, count = 1): Promise<string[]> {
  const tried: string[] = [];
  for (let i = 0; i < count; i++) {
    const { status, attempts } = await tab.evaluate(() => page.call());
    tried.push([...attempts.map(({ region }) => region), status].join(' '));
  }
  return tried;
}

/** The state of a region, as a tab sees it. */
export const statusOf = async (tab: Tab, region = PRIMARY) =>
  (await tab.evaluate(() => page.regions())).find((one) => one.region === region);

export const warningsOf = (tab: Tab) => tab.evaluate(() => page.warnings());

/** Reloads a tab, and waits until it has read what is stored. */
export async function reload(tab: Tab): Promise<void> {
  await tab.reload();
  await tab.evaluate(() => page.ready());
}

/** Waits until the database has it: a change is written at once, or a second after the one before. */
export function stored(tab: Tab, what: string): Promise<void> {
  const read = (): Promise<string> =>
    tab.evaluate(async () => {
      const settled = (request: IDBRequest) =>
        new Promise<void>((resolve, reject) => {
          request.onsuccess = () => resolve();
          request.onerror = () => reject(request.error);
        });
      const opening = indexedDB.open('azure-openai-failover');
      await settled(opening);
      const all = opening.result.transaction('health').objectStore('health').getAll();
      await settled(all);
      opening.result.close();
      return all.result.join();
    });
  return eventually(async () => expect(await read()).toContain(what));
}
