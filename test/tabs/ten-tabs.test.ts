import { setTimeout } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { JournalEntry } from '../../src/simulator/node/index.ts';
import { seeded } from '../support/random.ts';
import type { Ended, Page } from './page.ts';
import { BACKUP, call, eventually, PRIMARY, scene, statusOf, useTabs, warningsOf } from './scene.ts';

declare const page: Page;

const TABS = 10;
/** As few calls as people make while the region dies, and then more, so that many are seen in little time. */
const FIRST = { calls: 3, everyMs: 1_000 };
const EVERY_MS = 200;
const DIES_AFTER_MS = 1_000;

useTabs();

/** When people make calls who know nothing of each other, ms from now. */
function arrivals(count: number, random: () => number): readonly number[] {
  let at = 0;
  return Array.from({ length: count }, (_, i) => {
    at -= (i < FIRST.calls ? FIRST.everyMs : EVERY_MS) * Math.log(1 - random());
    return at;
  });
}

/** Ten tabs make calls while the primary dies and comes back. */
async function outage(calls: number, before?: () => void) {
  const { simulator, open } = await scene(
    { openMs: 1_000, maxOpenMs: 4_000, rampMs: 0 },
    // Long enough that two who test the region at once are seen to.
    { latencyMs: 80, ...(before && { before }) },
  );
  const tabs = await Promise.all(Array.from({ length: TABS }, () => open()));
  const random = seeded(7);
  await Promise.all(tabs.map((tab) => tab.evaluate((times) => page.start(times), arrivals(calls, random))));
  await setTimeout(DIES_AFTER_MS);
  await simulator.region(PRIMARY).inject('status(502)');
  const ended = (await Promise.all(tabs.map((tab) => tab.evaluate(() => page.ended())))).flat();
  const journal = simulator.journal.entries().filter(({ method }) => method === 'POST');
  await simulator.region(PRIMARY).heal();
  return { tabs, ended, journal };
}

/** Of all calls after the first failure, the part that the dead region was asked first. */
function wasted(journal: readonly JournalEntry[]): number {
  const failedAt = journal.find(({ status = 0 }) => status >= 500)?.endedAt ?? Number.NaN;
  const firsts = journal.filter(
    ({ clientRequestId, arrivedAt }, i) =>
      arrivedAt > failedAt && journal.findIndex((one) => one.clientRequestId === clientRequestId) === i,
  );
  expect(firsts.length).toBeGreaterThan(100);
  return firsts.filter(({ region }) => region === PRIMARY).length / firsts.length;
}

/** Pairs of tabs that tested a region at one time. */
function overlaps(journal: readonly JournalEntry[], ended: readonly Ended[]): string[] {
  const probing = ended.filter(({ attempts }) => attempts.some(({ kind }) => kind === 'probe')).map(({ id }) => id);
  const probes = journal.filter(
    ({ region, clientRequestId = '' }) => region === PRIMARY && probing.includes(clientRequestId),
  );
  expect(probes.length).toBeGreaterThan(0);
  return probes.flatMap((one, i) =>
    probes
      .slice(i + 1)
      // From then on the tab may have its answer, and another's turn come.
      .filter((other) => other.arrivedAt < (one.firstByteAt ?? Number.POSITIVE_INFINITY))
      .map((other) => `${one.clientRequestId} and ${other.clientRequestId}`),
  );
}

test('T: when a region dies for ten tabs, few calls find out, and one tab at a time tests it', {
  timeout: 60_000,
}, async () => {
  const { tabs, ended, journal } = await outage(50);
  expect(ended.filter(({ status }) => status !== 200)).toEqual([]);
  expect(wasted(journal)).toBeLessThanOrEqual(0.05);
  expect(overlaps(journal, ended)).toEqual([]);
  expect((await Promise.all(tabs.map(warningsOf))).flat()).toEqual([]);
  // One tab finds out that it is back, and all others hear of it.
  await eventually(async () => {
    await Promise.all(tabs.map((tab) => call(tab)));
    for (const tab of tabs) expect(await statusOf(tab)).toMatchObject({ state: 'closed' });
  });
});

test('S: the same where nothing can be stored: tabs tell each other, and warn once', { timeout: 60_000 }, async () => {
  const { tabs, ended, journal } = await outage(20, () => {
    IDBFactory.prototype.open = () => {
      throw new DOMException('denied', 'SecurityError');
    };
  });
  expect(ended.filter(({ status }) => status !== 200)).toEqual([]);
  expect(overlaps(journal, ended)).toEqual([]);
  for (const tab of tabs) expect(await warningsOf(tab)).toEqual([expect.stringMatching(/^store: .*denied/)]);
  await tabs[0]?.evaluate((region) => page.force(region, 'out'), PRIMARY);
  for (const tab of tabs) await eventually(async () => expect(await statusOf(tab)).toMatchObject({ forced: 'out' }));
});

test('T: a tab that dies while it tests a region keeps no other from testing it', async () => {
  const { simulator, open } = await scene({ openMs: 50, maxOpenMs: 50, successesToClose: 1, rampMs: 0 });
  const [dying, other] = [await open(), await open()];
  await simulator.region(PRIMARY).inject('status(502)');
  await eventually(async () => {
    await call(dying);
    expect(await statusOf(dying)).not.toMatchObject({ state: 'closed' });
  });
  await simulator.region(PRIMARY).heal();
  await simulator.region(PRIMARY).inject('latency(60000)@method=POST');
  const held = () => other.evaluate(async () => (await navigator.locks.query()).held?.length);
  const tried = () => simulator.journal.entries({ region: PRIMARY }).filter(({ method }) => method === 'POST').length;
  const before = tried();
  // One of them is due to test it.
  await dying.evaluate(() => page.start([100, 200, 300, 400, 500]));
  await vi.waitFor(() => expect(tried()).toBe(before + 1), { timeout: 5_000, interval: 10 });
  expect(await held()).toBe(1);
  expect(await call(other, 3)).toEqual(Array.from({ length: 3 }, () => `${BACKUP} 200`));
  expect(tried()).toBe(before + 1);
  expect(await held()).toBe(1);
  await Promise.all([dying.waitForEvent('crash'), dying.goto('chrome://crash').catch(() => {})]);
  await eventually(async () => expect(await held()).toBe(0));
  await simulator.region(PRIMARY).heal();
  await eventually(async () => expect(await call(other)).toEqual([`${PRIMARY} 200`]));
});
