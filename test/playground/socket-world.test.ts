import { expect, test } from 'vitest';
import type { Scenario } from '../../src/simulator/index.ts';
import { settled } from '../support/clock.ts';
import { socketWorld } from './socket-world.ts';

const scenario: Scenario = {
  v: 1,
  id: 'made-up',
  title: 'Made up',
  seed: 1,
  duration: 60,
  regions: [{ id: 'eastus' }],
  load: [],
  client: {},
  faults: [],
  asserts: [],
};

test('clients on sockets can be without a network, loaded again, and wrong about the time', async () => {
  await using world = await socketWorld(scenario);
  const starts: string[] = [];
  const { fetch, clock } = world.client((stored) => starts.push(stored));
  const [{ url }] = world.sites;
  const minutesAhead = (): number => Math.round((clock.now() - world.clock.now()) / 60_000);
  const open = fetch(url);
  const over = new AbortController();
  const playing = world.play(
    {
      ...scenario,
      faults: [
        [0, 60, 'client', 'offline'],
        [0, 60, 'client', 'clock(3600)'],
        [0, 60, 'client', 'reload'],
      ],
    },
    over.signal,
  );
  const lost = { message: 'fetch failed', cause: { code: 'EAI_AGAIN' } };
  await expect(open).rejects.toMatchObject(lost);
  await settled();
  await expect(fetch(url)).rejects.toMatchObject(lost);
  expect(minutesAhead()).toBe(60);
  expect(starts).toEqual(['kept']);

  over.abort();
  await expect(playing).rejects.toBe(over.signal.reason);
  expect(minutesAhead()).toBe(0);
  await expect(fetch(url)).resolves.toBeInstanceOf(Response);
});

test('timers of clients on sockets wait while they sleep', async () => {
  await using world = await socketWorld(scenario);
  const { clock } = world.client(() => {});
  const asleepAt = clock.now();
  const playing = world.play(
    { ...scenario, duration: 0.1, faults: [[0, 0.1, 'client', 'sleep']] },
    new AbortController().signal,
  );
  await clock.sleep(1);
  expect(clock.now() - asleepAt).toBeGreaterThanOrEqual(100);
  await playing;
});
