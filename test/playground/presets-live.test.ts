import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { type Scenario, scenarios } from '../../src/simulator/index.ts';
import { launchOnLoopback } from '../msal/chromium.ts';
import { type EngineSite, startEngineSite } from './engine-site.ts';
import { runInChromium } from './presets-in-chromium.ts';
import { runInNode } from './presets-in-node.ts';
import type { PresetRun } from './presets-run.ts';

// On sockets time is real, and no clock is made to run faster: a machine with much else to do would then be slower than any
// region. So all of them are run side by side, which takes as long as the longest.

/** What holds however slow the machine is; how many attempts it takes, where, and how long, may not. */
const promises = ['errors', 'avoidableErrors', 'success', 'credentialLeaks', 'truncatedSilent'];
/** A machine that stood still for longer says little of how quick anything is, ms; after three times as long, regions look dead. */
const MOST_STALLED_MS = 1_000;
/** As long as it takes a call to arrive, and a fault to be put on, ms. */
const EDGE_MS = 50;
/** The longest takes three minutes. */
const TIMEOUT_MS = 240_000;

const stopping = new AbortController();
const runs = new Map<string, Promise<PresetRun>>();
let browser: Browser;
let site: EngineSite;

beforeAll(async () => {
  [browser, site] = await Promise.all([launchOnLoopback(), startEngineSite()]);
  for (const scenario of scenarios.map(withShortSleep).toSorted((a, b) => b.duration - a.duration)) {
    const inChromium = scenario.shapes === 'browser';
    const run = inChromium ? runInChromium(scenario, browser, site) : runInNode(scenario, stopping.signal);
    run.catch(() => {});
    runs.set(scenario.id, run);
    // Not all in one moment, which nothing would be quick in.
    await systemClock.sleep(30);
  }
}, 60_000);

afterAll(async () => {
  stopping.abort();
  await browser?.close();
  await Promise.allSettled(runs.values());
  await site?.[Symbol.asyncDispose]();
}, 30_000);

test.each(scenarios)(
  '$id: what it asserts holds on sockets',
  { timeout: TIMEOUT_MS },
  async ({ id, faults, asserts }) => {
    const run = await runs.get(id);
    if (!run) throw new Error('it was not started');
    const { record, stalledMs } = run;
    const met = new Set(record.calls.flatMap(({ attempts }) => attempts.map(({ fault }) => fault)));
    const ofRegions = faults.filter(([, , target]) => target !== 'client').map(([, , , fault]) => fault);
    expect(ofRegions.filter((fault) => !met.has(fault))).toEqual([]);

    expect(record.scorecard.map(({ text }) => text)).toEqual(asserts);
    const isQuick = stalledMs < MOST_STALLED_MS;
    if (!isQuick) console.warn(`${id}: it stood still for ${stalledMs} ms, and only promises are looked at`);
    const holdsAnyway = setsClocks(faults) ? [] : promises;
    const wrong = record.scorecard.filter(
      ({ assert, holds, measured }) =>
        !holds &&
        (isQuick || holdsAnyway.includes(assert.metric)) &&
        !(assert.metric === 'avoidableErrors' && (measured ?? 0) <= failedAtEdges(record, stalledMs)),
    );
    expect(wrong.map(({ text, measured }) => `${text}, got ${measured}`)).toEqual([]);
  },
);

/** How many calls failed that began where a fault does, or ends: on sockets it takes its time to be on, or off, everywhere. */
function failedAtEdges({ calls, scenario: { faults } }: PresetRun['record'], stalledMs: number): number {
  const edges = faults.flatMap(([from, to]) => [from * 1_000, to * 1_000]);
  const isNear = (at: number): boolean => edges.some((edge) => Math.abs(at - edge) <= EDGE_MS + stalledMs);
  return calls.filter(({ fate, beganAt }) => fate !== 'ok' && isNear(beganAt)).length;
}

/** A call under way while its clock is set ahead looks slept through: the slower the machine, the more of them there are. */
const setsClocks = (faults: Scenario['faults']): boolean =>
  faults.some(([, , target, fault]) => target === 'client' && fault.startsWith('clock'));

/** An hour would last an hour: whoever sleeps, sleeps a minute, and what comes later is so much earlier. */
function withShortSleep(scenario: Scenario): Scenario {
  const sleep = scenario.faults.find(([, , target, fault]) => target === 'client' && fault === 'sleep');
  if (!sleep) return scenario;
  const [from, to] = sleep;
  const earlier = Math.max(0, to - from - 60);
  const moved = (at: number): number => (at < to ? Math.min(at, to - earlier) : at - earlier);
  return {
    ...scenario,
    duration: moved(scenario.duration),
    load: scenario.load.map((one) => {
      return 'at' in one
        ? { ...one, at: moved(one.at) }
        : { ...one, from: moved(one.from ?? 0), to: moved(one.to ?? scenario.duration) };
    }),
    faults: scenario.faults.map(([start, end, target, fault]) => [moved(start), moved(end), target, fault]),
  };
}
