import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { expect } from 'vitest';

/** A page that was opened, and what it should never do. */
export interface Opened {
  readonly page: Page;
  /** What its console complained of, and errors that nothing caught. */
  readonly complaints: readonly string[];
  /** Requests to anywhere but its own host. */
  readonly strays: readonly string[];
}

/** Opens the playground in a context of its own, and waits until its first run is shown. */
export async function openPage(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Opened> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  const strays: string[] = [];
  const { origin } = new URL(url);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    const wanted = request.url();
    if (!wanted.startsWith(`${origin}/`) && !/^(blob|data):/.test(wanted)) strays.push(wanted);
  });
  await page.goto(url);
  await page.locator('[data-lane] .block').first().waitFor({ state: 'attached' });
  return { page, complaints, strays };
}

/** Expects something of a page that may take its time on a machine that is busy. */
export const eventually = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 8_000 });
