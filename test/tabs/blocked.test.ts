import type { Page as Tab } from 'playwright';
import { expect, test } from 'vitest';
import type { Page } from './page.ts';
import { BACKUP, call, eventually, PRIMARY, reload, scene, statusOf, useTabs, warningsOf } from './scene.ts';

declare const page: Page;

const NAME = 'azure-openai-failover';
const IN_MEMORY = /^store: learned health is kept in memory only/;

useTabs();

/** The primary fails until the tab has learned it. */
async function learn(tab: Tab, { simulator }: Awaited<ReturnType<typeof scene>>): Promise<void> {
  await simulator.region(PRIMARY).inject('status(503)');
  await eventually(async () => {
    await call(tab);
    expect(await statusOf(tab)).toMatchObject({ state: 'open' });
  });
  expect(await call(tab)).toEqual([`${BACKUP} 200`]);
}

test('S: a page in a sandbox, which may store nothing, learns for itself and warns once', async () => {
  const here = await scene({ openMs: 60_000 });
  const tab = await here.open('/sandbox');
  expect(await tab.evaluate(() => globalThis.origin)).toBe('null');
  await learn(tab, here);
  await tab.evaluate(() => page.close());
  expect(await warningsOf(tab)).toEqual([expect.stringMatching(IN_MEMORY)]);
});

test('S: when a person clears what sites have stored, what is known is stored anew', async () => {
  const here = await scene({ openMs: 60_000 });
  const tab = await here.open();
  await learn(tab, here);
  const session = await here.context.newCDPSession(tab);
  await session.send('Storage.clearDataForOrigin', { origin: here.origin, storageTypes: 'indexeddb' });
  const cleared = await here.open();
  expect(await statusOf(cleared)).toMatchObject({ state: 'closed' });
  await tab.evaluate((region) => page.force(region, 'in'), BACKUP);
  await eventually(async () => {
    await reload(cleared);
    expect(await statusOf(cleared)).toMatchObject({ state: 'open' });
  });
  expect(await warningsOf(tab)).toEqual([]);
});

test('S: a tab that keeps the database from being opened keeps no call waiting, and nothing is lost when it goes', async () => {
  const here = await scene({ openMs: 60_000 });
  const holder = await here.context.newPage();
  await holder.goto(`${here.origin}/elsewhere`);
  // It closes for nobody, and so nobody can open what another one is to delete.
  const deleting = await holder.evaluate(async (name) => {
    await new Promise((resolve) => {
      indexedDB.open(name).onsuccess = resolve;
    });
    return new Promise((resolve) => {
      indexedDB.deleteDatabase(name).onblocked = () => resolve('blocked');
    });
  }, NAME);
  expect(deleting).toBe('blocked');
  const tab = await here.open('/', { waits: false });
  expect(await call(tab)).toEqual([`${PRIMARY} 200`]);
  await learn(tab, here);
  await holder.close();
  await tab.evaluate(() => page.ready());
  await eventually(async () => {
    const other = await here.open();
    expect(await statusOf(other)).toMatchObject({ state: 'open' });
  });
});
