import { expect, test } from 'vitest';
import type { Scenario } from '../../../src/simulator/node/index.ts';
import { ManualClock } from '../../support/clock.ts';
import { chat, endpoint, failure, started } from './support.ts';

const scenario: Scenario = {
  v: 1,
  id: 'test',
  title: 'One region is down, the other throttles',
  seed: 7,
  duration: 60,
  regions: [{ id: 'eastus' }, { id: 'westeurope' }],
  load: [],
  client: {},
  faults: [
    [10, 40, 'eastus', 'refused'],
    [20, 30, 'westeurope', '429(5)'],
  ],
  asserts: [],
};

test('plays a scenario on sockets', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  const playing = simulator.play(scenario);
  const fates = async (): Promise<string[]> => {
    const east = await failure(chat(endpoint(simulator)));
    const west = await chat(endpoint(simulator, 'westeurope'));
    await west.text();
    return [east, String(west.status)];
  };
  expect(await fates()).toEqual(['no failure', '200']);
  await clock.advance(10_000);
  await expect.poll(fates).toEqual(['TypeError ECONNREFUSED', '200']);
  await clock.advance(10_000);
  await expect.poll(fates).toEqual(['TypeError ECONNREFUSED', '429']);
  await clock.advance(10_000);
  await expect.poll(fates).toEqual(['TypeError ECONNREFUSED', '200']);
  await clock.advance(10_000);
  await expect.poll(fates).toEqual(['no failure', '200']);
  await clock.advance(20_000);
  await playing;
  expect(clock.open).toBe(0);
});

test('stops when it is told to, and leaves regions that are well', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  const stop = new AbortController();
  const playing = simulator.play(scenario, { signal: stop.signal });
  const failed = expect(playing).rejects.toThrow('enough');
  await clock.advance(10_000);
  await expect.poll(() => failure(chat(endpoint(simulator)))).toBe('TypeError ECONNREFUSED');
  stop.abort(new Error('enough'));
  await failed;
  expect(simulator.region('eastus').faults).toEqual([]);
  expect((await chat(endpoint(simulator))).status).toBe(200);
});

test('ends with the simulator', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  const failed = expect(simulator.play(scenario)).rejects.toThrow('the simulator closed before the scenario was over');
  await clock.advance(10_000);
  await simulator.close();
  await failed;
  expect(clock.open).toBe(0);
});

test('refuses a scenario with other regions, and one with clients where there are none', async () => {
  const simulator = await started();
  await expect(simulator.play({ ...scenario, regions: [{ id: 'mars' }], faults: [] })).rejects.toThrow(
    'region must be one of eastus, westeurope, got "mars"',
  );
  await expect(simulator.play({ ...scenario, faults: [[0, 9, 'client', 'sleep']] })).rejects.toThrow(
    'has a fault of the client',
  );
});
