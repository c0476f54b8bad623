import { expect, test } from 'vitest';
import { PausableClock } from '../../src/simulator/node/control-clock.ts';
import type { Scenario } from '../../src/simulator/node/index.ts';
import { ManualClock, settled } from '../support/clock.ts';
import { controlled } from './control-support.ts';

const scenario: Scenario = {
  v: 1,
  id: 'test',
  title: 'One region is down',
  seed: 7,
  duration: 60,
  regions: [{ id: 'eastus' }, { id: 'westeurope' }],
  load: [],
  client: {},
  faults: [[10, 40, 'eastus', 'key']],
  asserts: [],
};

test('plays a scenario to its end', async () => {
  const clock = new ManualClock();
  const { simulator, ask } = await controlled({ clock });
  const told = await ask('POST', '/scenario', scenario);
  expect(told).toMatchObject({ status: 201, json: { id: 'test', state: 'playing' } });
  await clock.advance(10_000);
  await expect.poll(() => simulator.region('eastus').faults.map(({ text }) => text)).toEqual(['key']);
  await clock.advance(30_000);
  await expect.poll(() => simulator.region('eastus').faults).toEqual([]);
  await clock.advance(20_000);
  await expect
    .poll(async () => (await ask('GET', '/state')).json)
    .toMatchObject({ scenario: { id: 'test', state: 'ended', atSeconds: 60 } });
  expect(clock.open).toBe(0);
});

test('holds a scenario: what is on stays on, and its time stands still', async () => {
  const clock = new ManualClock();
  const { simulator, ask } = await controlled({ clock });
  await ask('POST', '/scenario', scenario);
  await clock.advance(15_000);
  await expect.poll(() => simulator.region('eastus').faults).toHaveLength(1);
  expect((await ask('POST', '/scenario/pause')).json).toEqual({ id: 'test', state: 'paused', atSeconds: 15 });
  expect((await ask('POST', '/scenario/pause')).json).toEqual({ id: 'test', state: 'paused', atSeconds: 15 });
  await clock.advance(600_000);
  expect(simulator.region('eastus').faults).toHaveLength(1);
  expect((await ask('POST', '/scenario/resume')).json).toEqual({ id: 'test', state: 'playing' });
  await clock.advance(24_999);
  expect(simulator.region('eastus').faults).toHaveLength(1);
  await clock.advance(1);
  await expect.poll(() => simulator.region('eastus').faults).toEqual([]);
});

test.each(['playing', 'paused'])('stops a scenario that is %s, and ends its faults', async (state) => {
  const clock = new ManualClock();
  const { simulator, ask } = await controlled({ clock });
  await ask('POST', '/scenario', scenario);
  await clock.advance(10_000);
  await expect.poll(() => simulator.region('eastus').faults).toHaveLength(1);
  if (state === 'paused') await ask('POST', '/scenario/pause');
  expect((await ask('POST', '/scenario/stop')).json).toEqual({ id: 'test', state: 'stopped', atSeconds: 10 });
  expect(simulator.region('eastus').faults).toEqual([]);
  expect(clock.open).toBe(0);
  expect((await ask('POST', '/scenario/pause')).json).toMatchObject({
    status: 409,
    detail: 'a scenario must be playing, and none is',
  });
});

test('plays one at a time', async () => {
  const clock = new ManualClock();
  const { simulator, ask } = await controlled({ clock });
  await ask('POST', '/scenario', scenario);
  await clock.advance(10_000);
  await expect.poll(() => simulator.region('eastus').faults).toHaveLength(1);
  await ask('POST', '/scenario', { ...scenario, id: 'other' });
  expect(simulator.region('eastus').faults).toEqual([]);
  expect((await ask('GET', '/state')).json).toMatchObject({ scenario: { id: 'other', state: 'playing' } });
});

test('says why a scenario failed', async () => {
  const clock = new ManualClock();
  const { simulator, ask } = await controlled({ clock });
  await simulator.region('eastus').inject('silence');
  await ask('POST', '/scenario', { ...scenario, faults: [[10, 40, 'eastus', 'refused']] });
  await clock.advance(10_000);
  await expect
    .poll(async () => (await ask('GET', '/state')).json)
    .toMatchObject({
      scenario: {
        state: 'failed',
        atSeconds: 10,
        problem: 'a region has one connection fault at a time: "refused" while "silence" is on',
      },
    });
});

test.each([
  [{ ...scenario, duration: 0 }, 'scenario.duration: must be a number above 0'],
  [{ ...scenario, regions: [{ id: 'mars' }], faults: [] }, 'region must be one of eastus, westeurope, got "mars"'],
  [
    { ...scenario, faults: [[0, 9, 'client', 'sleep']] },
    'scenario "test" befalls clients with "sleep", and there are none in here',
  ],
  ['"blackout"', 'scenario: must be an object, got "blackout"'],
])('refuses a scenario that cannot be played here', async (body, detail) => {
  const { ask } = await controlled();
  expect((await ask('POST', '/scenario', body)).json).toMatchObject({
    status: 422,
    detail: expect.stringContaining(detail),
  });
  expect((await ask('GET', '/state')).json).toMatchObject({ scenario: null });
});

test('a clock that is paused wakes nobody, and leaves nothing', async () => {
  const base = new ManualClock();
  const clock = new PausableClock(base);
  const stop = new AbortController();
  const woken: string[] = [];
  void clock.sleep(100).then(() => woken.push('first'));
  void clock.sleep(100, stop.signal).catch(() => woken.push('stopped'));
  await base.advance(60);
  clock.pause();
  await base.advance(1000);
  expect(base.open).toBe(0);
  stop.abort();
  await settled();
  expect(woken).toEqual(['stopped']);
  clock.resume();
  await base.advance(39);
  expect(woken).toEqual(['stopped']);
  await base.advance(1);
  expect(woken).toEqual(['stopped', 'first']);
});
