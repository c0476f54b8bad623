import { monitorEventLoopDelay } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { drive } from '../../playground/engine/drive.ts';
import { recordOf } from '../../playground/engine/run.ts';
import { type Scenario, scenarios } from '../../src/simulator/index.ts';
import { socketWorld } from './socket-world.ts';

/**
 * On sockets, time is real, and no clock is made to run faster: a machine with much else to do would then be slower than any
 * region. So it is eighteen seconds with three of the fault, for one of each kind of fault, all side by side; and one client
 * calls twice as often. Faults of the clients are of virtual time only, as no test takes the machine's network away.
 */
const live = ['blackout', 'unavailable', 'throttle', 'cut-stream', 'late-limit', 'bad-key', 'no-deployment', 'total'];

/** What holds however slow the machine is; how many attempts it takes, and where, does not. */
const promises = ['errors', 'avoidableErrors', 'success', 'credentialLeaks', 'truncatedSilent'];
/** A machine that stands still for so long makes every region look dead, ms. */
const MOST_STALLED_MS = 300;

test('what scenarios assert holds on sockets', { timeout: 60_000 }, async () => {
  const delay = monitorEventLoopDelay();
  delay.enable();
  const outcomes = live.map(async (id) => {
    const scenario = shortened(scenarios.find((one) => one.id === id) as Scenario);
    await using world = await socketWorld(scenario);
    const observed = await drive(scenario, { id: 'ours' }, world, new AbortController().signal);
    const { scorecard, calls } = recordOf(scenario, { id: 'ours' }, observed, world.entries);
    expect(calls.length, id).toBeGreaterThan(80);
    const met = calls.flatMap(({ attempts }) => attempts).filter(({ fault }) => fault === scenario.faults[0]?.[3]);
    expect(met, id).not.toEqual([]);
    return scorecard.filter(({ holds }) => !holds).map((score) => ({ id, ...score }));
  });
  const wrong = (await Promise.all(outcomes)).flat();
  delay.disable();
  const isQuick = delay.max / 1e6 < MOST_STALLED_MS;
  const counted = wrong.filter(({ assert }) => isQuick || promises.includes(assert.metric));
  expect(counted.map(({ id, text, measured }) => `${id}: ${text}, got ${measured}`)).toEqual([]);
});

const shortened = (scenario: Scenario): Scenario => ({
  ...scenario,
  duration: 18,
  load: scenario.load.map((one) => ('rps' in one ? { ...one, clients: 1, rps: 10 } : one)),
  faults: scenario.faults.map(([, , target, fault]) => [2, 5, target, fault]),
  // A request that was on its way when the region asked for patience came too early, and nobody is to blame.
  asserts: scenario.asserts.filter((text) => !text.startsWith('earlyRetries')),
});
