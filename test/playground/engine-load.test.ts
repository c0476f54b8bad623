import { expect, test } from 'vitest';
import { drive } from '../../playground/engine/drive.ts';
import { recordOf, run } from '../../playground/engine/run.ts';
import type { CallRecord } from '../../playground/engine/types.ts';
import { virtualWorld } from '../../playground/engine/virtual-world.ts';
import type { Scenario, ScenarioLoad } from '../../src/simulator/index.ts';

const quiet: Scenario = {
  v: 1,
  id: 'quiet',
  title: 'Nothing is wrong',
  seed: 3,
  duration: 60,
  regions: [
    { id: 'eastus', latency: 40, model: 300 },
    { id: 'westeurope', latency: 120, model: 300 },
  ],
  load: [{ users: 4, thinkMs: 500, stream: 0.5 }],
  client: {},
  faults: [],
  asserts: [],
};

/** How long each user was silent between two calls, ms. */
const pauses = (calls: readonly CallRecord[]): readonly number[] =>
  [...new Set(calls.map(({ client }) => client))].flatMap((client) => {
    const own = calls.filter((call) => call.client === client);
    return own.slice(1).map(({ beganAt }, nth) => beganAt - (own[nth]?.endedAt ?? 0));
  });

test('a user has one call at a time, and thinks after each, whatever became of it', async () => {
  const faults = [
    [10, 30, 'eastus', 'silence'],
    [40, 50, '*', 'refused'],
  ] as const;
  const { calls, clients } = await run({ ...quiet, faults }, { id: 'ours' });
  expect(clients).toBe(4);
  expect(calls.length).toBeGreaterThan(100);
  expect(new Set(calls.map(({ fate }) => fate))).toEqual(new Set(['ok', 'failed']));
  for (const pause of pauses(calls)) expect(pause).toBeCloseTo(500, 3);
});

test('users who get no answers make fewer calls, as many as open loops make do not', async () => {
  const begun = async (load: ScenarioLoad) => {
    const scenario: Scenario = { ...quiet, load: [load], faults: [[20, 40, 'eastus', 'silence']] };
    const { calls } = await run(scenario, { id: 'plain' });
    return [0, 20].map((from) => {
      return calls.filter(({ beganAt }) => beganAt >= from * 1_000 && beganAt < (from + 20) * 1_000).length;
    });
  };
  const [before = 0, meanwhile = 0] = await begun({ users: 4, thinkMs: 1_000 });
  expect(before).toBeGreaterThan(50);
  expect(meanwhile).toBeLessThanOrEqual(4);
  const [openBefore = 0, openMeanwhile = 0] = await begun({ clients: 4, rps: 0.75 });
  expect(openMeanwhile).toBeGreaterThan(0.7 * openBefore);
});

test('users who are refused at once do not do nothing but call', async () => {
  const scenario: Scenario = { ...quiet, load: [{ users: 2, thinkMs: 0 }], faults: [[0, 60, '*', 'refused']] };
  const { calls } = await run(scenario, { id: 'plain' });
  expect(calls.length).toBeGreaterThan(1_000);
  expect(calls.length).toBeLessThanOrEqual(2 * 601);
});

test('a user whose call finds no place thinks again', async () => {
  const scenario: Scenario = { ...quiet, faults: [[10, 20, '*', 'silence']] };
  const world = { ...virtualWorld(scenario), mostCalls: 2 };
  const observed = await drive(scenario, { id: 'plain' }, world, new AbortController().signal);
  const { calls } = recordOf(scenario, { id: 'plain' }, observed, world.entries);
  const underWay = calls.map(({ beganAt }) => calls.filter((one) => one.beganAt <= beganAt && one.endedAt > beganAt));
  expect(Math.max(...underWay.map(({ length }) => length))).toBe(2);
  expect(new Set(calls.map(({ client }) => client)).size).toBe(4);
});

test('a run that is not wanted any more makes no more calls', async () => {
  const controller = new AbortController();
  const world = virtualWorld(quiet);
  world.clock.timer(5_000, () => controller.abort(new Error('enough')));
  let seen = (): number => 0;
  const driven = drive(quiet, { id: 'plain' }, world, controller.signal, (look) => {
    seen = () => look().calls.length;
  });
  await expect(driven).rejects.toThrow('enough');
  const made = seen();
  expect(made).toBeGreaterThan(0);
  await world.until(world.clock.now() + 30_000);
  expect(seen()).toBe(made);
});

test('users are the same in every run, and so are ramps', async () => {
  const load: readonly ScenarioLoad[] = [
    { users: 3, thinkMs: 'lognormal(800,0.5)', to: 30 },
    { clients: 3, rps: 0.2, ramp: { rps: 2, seconds: 20 }, from: 20 },
  ];
  const scenario: Scenario = { ...quiet, load, faults: [[10, 20, 'eastus', 'status(503)%50']] };
  const { hash } = await run(scenario, { id: 'ours' });
  expect((await run(scenario, { id: 'ours' })).hash).toBe(hash);
  expect((await run({ ...scenario, seed: 4 }, { id: 'ours' })).hash).not.toBe(hash);
});

test('calls say how long their answers may be, which a quota counts', async () => {
  const load = { clients: 1, rps: 1 };
  const scenario: Scenario = { ...quiet, faults: [[0, 60, 'eastus', 'quota(20000,6000)']] };
  const statuses = async (one: ScenarioLoad) => {
    const { calls } = await run({ ...scenario, load: [one] }, { id: 'plain' });
    return new Set(calls.map(({ status }) => status));
  };
  expect(await statuses(load)).toEqual(new Set([200]));
  expect(await statuses({ ...load, maxTokens: 1_000 })).toEqual(new Set([200, 429]));
  const bytes = async (one: ScenarioLoad) => {
    const { calls } = await run({ ...quiet, load: [one] }, { id: 'plain' });
    return calls[0]?.bytes ?? 0;
  };
  expect(await bytes({ ...load, maxTokens: 1 })).toBeLessThan(await bytes(load));
});
