import type { Page as Tab } from 'playwright';
import { expect, test } from 'vitest';
import type { Page } from './page.ts';
import { BACKUP, call, eventually, PRIMARY, reload, scene, statusOf, stored, useTabs, warningsOf } from './scene.ts';

declare const page: Page;

useTabs();

test('T: what a page learned outlives it: after a reload the first call avoids the dead region', async () => {
  const { simulator, open } = await scene({ openMs: 60_000 });
  const tab = await open();
  await simulator.region(PRIMARY).inject('status(503)');
  await call(tab, 3);
  expect(await statusOf(tab)).toMatchObject({ state: 'open' });
  const tried = simulator.journal.entries({ region: PRIMARY }).length;
  await stored(tab, '"open":');
  await reload(tab);
  expect(await statusOf(tab)).toMatchObject({ state: 'open' });
  expect(await call(tab)).toEqual([`${BACKUP} 200`]);
  expect(simulator.journal.entries({ region: PRIMARY })).toHaveLength(tried);
  expect(await warningsOf(tab)).toEqual([]);
});

test('T: what one tab learned, a tab that is opened later knows at once', async () => {
  const { simulator, open } = await scene({ openMs: 60_000 });
  const first = await open();
  await simulator.region(PRIMARY).inject('status(503)');
  await call(first, 3);
  await stored(first, '"open":');
  const second = await open();
  expect(await call(second)).toEqual([`${BACKUP} 200`]);
});

test('T: what one tab learns, a tab that is open hears', async () => {
  const { simulator, open } = await scene({ openMs: 60_000 });
  const [first, second] = [await open(), await open()];
  await simulator.region(PRIMARY).inject('status(503)');
  await call(first, 3);
  await eventually(async () => expect(await statusOf(second)).toMatchObject({ state: 'open' }));
  expect(await call(second)).toEqual([`${BACKUP} 200`]);
});

test('T: a reload in the middle of a ramp goes on where it was', async () => {
  const { simulator, open } = await scene({ openMs: 50, maxOpenMs: 50, successesToClose: 1, rampMs: 60_000 });
  const tab = await open();
  // Who makes few calls gives all traffic back at once.
  await tab.evaluate((times) => page.start(times), Array(40).fill(0));
  await tab.evaluate(() => page.ended());
  await simulator.region(PRIMARY).inject('status(503)');
  await eventually(async () => {
    await call(tab);
    expect(await statusOf(tab)).toMatchObject({ state: 'open' });
  });
  await simulator.region(PRIMARY).heal();
  const status = await eventually(async () => {
    await call(tab);
    const now = await statusOf(tab);
    expect(now).toMatchObject({ state: 'ramping' });
    return now;
  });
  await stored(tab, '"ramp":');
  await reload(tab);
  const after = await statusOf(tab);
  expect(after).toMatchObject({ state: 'ramping' });
  const [was, is] = [status, after].map((one) => (one?.state === 'ramping' ? one.share : Number.NaN));
  expect(is).toBeGreaterThanOrEqual(was ?? Number.NaN);
  expect(is).toBeLessThan(0.5);
});

test('T: a region that was taken out of rotation stays out, for all tabs, until it is released', async () => {
  const { open } = await scene();
  const [tab, other] = [await open(), await open()];
  await tab.evaluate((region) => page.force(region, 'out'), PRIMARY);
  await stored(tab, '"to":"out"');
  await reload(tab);
  expect(await statusOf(tab)).toMatchObject({ forced: 'out' });
  expect(await call(tab)).toEqual([`${BACKUP} 200`]);
  await eventually(async () => expect(await statusOf(other)).toMatchObject({ forced: 'out' }));
  expect(await call(other)).toEqual([`${BACKUP} 200`]);
  await other.evaluate((region) => page.force(region, 'auto'), PRIMARY);
  await eventually(async () => expect(await statusOf(tab)).not.toHaveProperty('forced'));
  await stored(other, '"to":"auto"');
  await reload(tab);
  expect(await call(tab)).toEqual([`${PRIMARY} 200`]);
});

test('S: latencies, which nobody waits for, are written when a page is left', async () => {
  const { context, open, visit, origin } = await scene({}, { latencyMs: 40 });
  const leave: Readonly<Record<string, (tab: Tab) => Promise<unknown>>> = {
    reload,
    async visit(tab) {
      await tab.goto(`${origin}/elsewhere`);
      await visit(tab);
    },
    async close(tab) {
      await tab.close();
      await open();
    },
  };
  for (const [how, then] of Object.entries(leave)) {
    // On a busy machine a page may end before what it wrote last has reached the database.
    await eventually(async () => {
      const tab = context.pages()[0] ?? (await open());
      await call(tab);
      const { latencyMs = 0 } = (await statusOf(tab)) ?? {};
      expect(latencyMs).toBeGreaterThanOrEqual(40);
      await then(tab);
      const [next = tab] = context.pages();
      expect(await statusOf(next), how).toMatchObject({ latencyMs });
    });
  }
});

test('T: a page that was put aside comes back whole, and knows what others learned meanwhile', async () => {
  const { simulator, open, origin } = await scene({ openMs: 60_000 });
  const [tab, other] = [await open(), await open()];
  await call(tab);
  await tab.goto(`${origin}/elsewhere`);
  await simulator.region(PRIMARY).inject('status(503)');
  await call(other, 3);
  await eventually(async () => expect(await statusOf(other)).toMatchObject({ state: 'open' }));
  await tab.goBack({ waitUntil: 'commit' });
  await eventually(async () => expect(await statusOf(tab)).toMatchObject({ state: 'open' }));
  expect(await tab.evaluate(() => page.cameBack)).toBe(true);
  // And hears what they learn from now on.
  await other.evaluate((region) => page.force(region, 'out'), PRIMARY);
  await eventually(async () => expect(await statusOf(tab)).toMatchObject({ forced: 'out' }));
});

test('T: a page that is left while it writes is put aside whole, and keeps no other waiting', async () => {
  const { open, origin } = await scene({ openMs: 60_000 });
  const other = await open();
  for (const leaveInMs of [0, 1, 2, 4, 6, 8, 12]) {
    const tab = await open();
    await tab.evaluate(
      ({ region, url, ms }) => {
        page.force(region, 'in');
        setTimeout(() => globalThis.location.assign(url), ms);
      },
      { region: BACKUP, url: `${origin}/elsewhere`, ms: leaveInMs },
    );
    await tab.waitForURL('**/elsewhere');
    await other.evaluate((region) => page.force(region, 'auto'), BACKUP);
    await stored(other, '"to":"auto"');
    await tab.goBack({ waitUntil: 'commit' });
    await eventually(async () => expect(await tab.evaluate(() => page.cameBack), `${leaveInMs} ms`).toBe(true));
    await tab.close();
  }
});
