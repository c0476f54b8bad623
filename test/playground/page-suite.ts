import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchOnLoopback } from '../msal/chromium.ts';
import { type Opened, openPage } from './page-open.ts';
import { type PageSite, startPageSite } from './page-site.ts';

/** A browser, and the page as it is published, for the tests of a file. */
export interface PageSuite {
  readonly browser: Browser;
  readonly site: PageSite;
  /** Opens the page. After the test it is closed, and whatever else a test sees: it complained of nothing, and asked no other host. */
  open(query?: string, options?: BrowserContextOptions): Promise<Page>;
}

export function usePage(): PageSuite {
  let browser: Browser;
  let site: PageSite;
  const opened: Opened[] = [];
  beforeAll(async () => {
    [browser, site] = await Promise.all([launchOnLoopback(), startPageSite()]);
  }, 60_000);
  afterEach(async () => {
    const seen = opened.splice(0);
    for (const { page } of seen) await page.context().close();
    expect(seen.flatMap(({ complaints }) => complaints)).toEqual([]);
    expect(seen.flatMap(({ strays }) => strays)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.[Symbol.asyncDispose]();
  });
  return {
    get browser() {
      return browser;
    },
    get site() {
      return site;
    },
    async open(query = '', options) {
      const one = await openPage(browser, `${site.url}${query}`, options);
      opened.push(one);
      return one.page;
    },
  };
}
