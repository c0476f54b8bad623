import { onTestFinished } from 'vitest';
import { type Playground, startPlayground } from '../../src/cli/playground.ts';
import { type Opened, openPage } from './page-open.ts';
import type { PageSuite } from './page-suite.ts';

/** A page, and the command that opened it. */
export interface Live extends Opened {
  readonly playground: Playground;
}

/** Opens the page as the command does, in Live mode; until the test is over. */
export async function openLive(
  { browser, site }: PageSuite,
  change: (url: string) => string = (url) => url,
  port?: number,
): Promise<Live> {
  const playground = await startPlayground({ root: site.folder, port });
  const opened = await openPage(browser, change(playground.url));
  onTestFinished(async () => {
    await opened.page.context().close();
    await playground.end();
  });
  await opened.page.getByRole('button', { name: 'Live', exact: true }).click();
  return { ...opened, playground };
}
