import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { startControl } from '../../src/simulator/node/index.ts';
import { ManualClock } from '../support/clock.ts';
import { failure, started } from './node/support.ts';

/** Of a minute in which a region takes no key. */
const scenario = JSON.stringify({
  v: 1,
  id: 'a',
  title: 'A',
  seed: 1,
  duration: 60,
  regions: [{ id: 'eastus' }],
  load: [],
  client: {},
  faults: [[0, 60, 'eastus', 'key']],
  asserts: [],
});

const listeners = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;

/** Timers of the system's clock that nobody has ended; those of the platform's own `fetch` are not among them. */
function openTimers(): ReadonlySet<object> {
  const open = new Set<object>();
  const { timer } = systemClock;
  const spy = vi.spyOn(systemClock, 'timer').mockImplementation((ms, callback) => {
    const one = {};
    open.add(one);
    const cancel = timer(ms, () => {
      open.delete(one);
      callback();
    });
    return () => {
      open.delete(one);
      cancel();
    };
  });
  onTestFinished(() => spy.mockRestore());
  return open;
}

test('leaves no listener, socket, timer, stream or scenario', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  const before = listeners();
  const timers = openTimers();
  const control = await startControl(simulator, { clock });
  const ask = (path: string, init?: RequestInit): Promise<Response> =>
    fetch(`${control.url}${path}`, {
      ...init,
      headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
    });
  const stream = await ask('/events');
  await ask('/scenario', { method: 'POST', body: scenario });
  await expect.poll(() => simulator.region('eastus').faults).toHaveLength(1);
  expect(timers.size).toBe(1);
  await control.close();
  await control.close();
  expect(await stream.text()).toContain('event: scenario');
  expect(simulator.region('eastus').faults).toEqual([]);
  expect(clock.open).toBe(0);
  expect(listeners()).toBe(before);
  expect(timers.size).toBe(0);
  expect(await failure(fetch(`${control.url}/health`))).toBe('TypeError ECONNREFUSED');
});

test('lets no scenario begin while it closes', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  for (let turns = 0; turns < 20; turns++) {
    const control = await startControl(simulator, { clock });
    const headers = { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' };
    const ask = (path: string, body: string): Promise<string> =>
      failure(fetch(`${control.url}${path}`, { method: 'POST', headers, body }));
    // To reset a region takes a while, which the scenario waits for.
    const posted = [ask('/regions/westeurope/faults', '"refused"'), ask('/scenario', scenario)];
    for (let turn = 0; turn < turns; turn++) await nextTurn();
    await control.close();
    expect([turns, clock.open, simulator.region('eastus').faults]).toEqual([turns, 0, []]);
    await Promise.all(posted);
    await simulator.region('westeurope').heal();
  }
});

test('leaves the simulator as it is', async () => {
  const simulator = await started();
  const control = await startControl(simulator);
  await simulator.region('eastus').inject('key');
  await control.close();
  expect(simulator.region('eastus').faults).toHaveLength(1);
});

test('says which port is taken', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const { port } = taken.address() as AddressInfo;
  const simulator = await started();
  await expect(startControl(simulator, { port })).rejects.toThrow(
    `port ${port} must be free for the control API to listen on, and is not`,
  );
  await new Promise((resolve) => taken.close(resolve));
});
