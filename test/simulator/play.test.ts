import { expect, test } from 'vitest';
import {
  createVirtualSimulator,
  playFaults,
  type Scenario,
  type ScenarioFault,
  type Stage,
  type StageClient,
} from '../../src/simulator/index.ts';
import { ManualClock, settled } from '../support/clock.ts';

function scenario(...faults: ScenarioFault[]): Scenario {
  const regions = [{ id: 'eastus' }, { id: 'westeurope' }];
  const names = { v: 1, id: 'test', title: 'Test', seed: 1 } as const;
  return { ...names, duration: 60, regions, load: [], client: {}, faults, asserts: [] };
}

interface Rehearsal extends Stage {
  /** What happened, with the second it happened in. */
  readonly told: readonly string[];
}

function rehearsal(clock: ManualClock, { client = true, fails = '' } = {}): Rehearsal {
  const startedAt = clock.now();
  const told: string[] = [];
  const tell = (what: string): void => {
    told.push(`${(clock.now() - startedAt) / 1000} ${what}`);
    if (what === fails) throw new Error(what);
  };
  const region: Stage['region'] = (name) => {
    if (!['eastus', 'westeurope'].includes(name)) throw new TypeError(`no region ${name}`);
    return {
      inject: async (fault) => {
        tell(`${name} ${fault}`);
        return { end: () => tell(`${name} well of ${fault}`) };
      },
    };
  };
  const offline = (on: boolean): void => tell(on ? 'offline' : 'online');
  const all = {
    offline,
    sleepFor: (ms: number) => tell(`asleep for ${ms}`),
    jump: (ms: number) => tell(`clock ${ms}`),
    reload: () => tell('loaded again'),
    forget: () => tell('forgot'),
  };
  return { region, told, ...(client && { client: all }) };
}

test('starts and ends each fault in its time, and is over with the scenario', async () => {
  const clock = new ManualClock();
  const stage = rehearsal(clock);
  const playing = playFaults(
    scenario([10, 40, 'eastus', 'refused'], [0, 60, 'westeurope', 'latency(5)'], [20, 30, '*', '429(2)']),
    stage,
    clock,
  );
  let over = false;
  void playing.then(() => {
    over = true;
  });
  await clock.advance(59_999);
  expect(over).toBe(false);
  await clock.advance(1);
  await playing;
  expect(stage.told).toEqual([
    '0 westeurope latency(5)',
    '10 eastus refused',
    '20 eastus 429(2)',
    '20 westeurope 429(2)',
    '30 eastus well of 429(2)',
    '30 westeurope well of 429(2)',
    '40 eastus well of refused',
    '60 westeurope well of latency(5)',
  ]);
  expect(clock.open).toBe(0);
});

test('is over in its time where there is nothing to do', async () => {
  const clock = new ManualClock();
  const startedAt = clock.now();
  await clock.run(playFaults(scenario(), rehearsal(clock, { client: false }), clock));
  expect(clock.now() - startedAt).toBe(60_000);
});

test('ends what makes room before it starts what takes it', async () => {
  const clock = new ManualClock();
  const stage = rehearsal(clock);
  await clock.run(playFaults(scenario([20, 30, 'eastus', 'silence'], [10, 20, 'eastus', 'refused']), stage, clock));
  expect(stage.told).toEqual([
    '10 eastus refused',
    '20 eastus well of refused',
    '20 eastus silence',
    '30 eastus well of silence',
  ]);
});

test('befalls the clients', async () => {
  const clock = new ManualClock();
  const stage = rehearsal(clock);
  const faults: ScenarioFault[] = [
    [5, 10, 'client', 'offline'],
    [10, 50, 'client', 'sleep'],
    [20, 30, 'client', 'clock(-600)'],
    [25, 26, 'client', 'reload'],
    [28, 29, 'client', 'forget'],
  ];
  await clock.run(playFaults(scenario(...faults), stage, clock));
  expect(stage.told).toEqual([
    '5 offline',
    '10 online',
    '10 asleep for 40000',
    '20 clock -600000',
    '25 loaded again',
    '28 forgot',
    '30 clock 600000',
  ]);
});

test('ends everything at once when its signal aborts', async () => {
  const clock = new ManualClock();
  const stage = rehearsal(clock);
  const stop = new AbortController();
  const faults: ScenarioFault[] = [
    [10, 40, '*', 'refused'],
    [5, 50, 'client', 'offline'],
    [30, 50, 'eastus', 'key'],
  ];
  const playing = playFaults(scenario(...faults), stage, clock, stop.signal);
  const failed = expect(playing).rejects.toThrow('enough');
  await clock.advance(20_000);
  stop.abort(new Error('enough'));
  await failed;
  expect(stage.told.slice(3).sort()).toEqual([
    '20 eastus well of refused',
    '20 online',
    '20 westeurope well of refused',
  ]);
  expect(clock.open).toBe(0);
});

test('starts nothing when its signal has aborted before', async () => {
  const clock = new ManualClock();
  const stage = rehearsal(clock);
  const playing = playFaults(scenario([0, 60, 'eastus', 'key']), stage, clock, AbortSignal.abort(new Error('enough')));
  await expect(playing).rejects.toThrow('enough');
  expect(stage.told).toEqual([]);
});

test('ends what is on when a fault cannot be started', async () => {
  const clock = new ManualClock();
  const stage = rehearsal(clock, { fails: 'westeurope refused' });
  const playing = playFaults(scenario([5, 50, 'eastus', 'key'], [10, 40, '*', 'refused']), stage, clock);
  await expect(clock.run(playing)).rejects.toThrow('westeurope refused');
  expect(stage.told.slice(3).sort()).toEqual(['10 eastus well of key', '10 eastus well of refused']);
});

test('refuses a scenario that is wrong, and a stage that has not what it takes', async () => {
  const clock = new ManualClock();
  const stage = rehearsal(clock, { client: false });
  await expect(playFaults(scenario([0, 90, 'eastus', 'key']), stage, clock)).rejects.toThrow('scenario.faults[0][1]');
  await expect(playFaults(scenario([0, 9, 'client', 'sleep']), stage, clock)).rejects.toThrow(
    'scenario "test" has a fault of the client, and its stage must have one, got none',
  );
  const elsewhere = { ...scenario(), regions: [{ id: 'mars' }] };
  await expect(playFaults(elsewhere, stage, clock)).rejects.toThrow('no region mars');
  await settled();
  expect(stage.told).toEqual([]);
});

test('plays on regions and clients in memory', async () => {
  const simulator = createVirtualSimulator({ regions: { eastus: {}, westeurope: {} } });
  const { clock } = simulator;
  const line = simulator.client();
  const own = clock.fork();
  const client: StageClient = {
    offline: (on) => {
      line.offline = on;
    },
    sleepFor: (ms) => own.sleepFor(ms),
    jump: (ms) => own.jump(ms),
    reload: () => {},
    forget: () => {},
  };
  const fates: string[] = [];
  const look = async (): Promise<void> => {
    const asked = simulator
      .endpoints()
      .map(({ url }) => line.fetch(`${url}/openai/v1/models`).then(({ status }) => String(status), String));
    fates.push(`${(await Promise.all(asked)).join(', ')}; ${(own.now() - clock.now()) / 1000} s ahead`);
  };
  const faults: ScenarioFault[] = [
    [10, 20, '*', 'refused'],
    [20, 40, 'client', 'offline'],
    [30, 50, 'client', 'clock(600)'],
    [40, 50, 'westeurope', 'status(503)'],
  ];
  const playing = playFaults(scenario(...faults), { region: simulator.region, client }, clock);
  for (let second = 5; second < 60; second += 10) {
    await clock.runUntil(clock.now() + (second === 5 ? 5000 : 10_000));
    await clock.run(look());
  }
  await clock.run(playing);
  expect(fates).toEqual([
    '401, 401; 0 s ahead',
    'TypeError: fetch failed, TypeError: fetch failed; 0 s ahead',
    'TypeError: fetch failed, TypeError: fetch failed; 0 s ahead',
    'TypeError: fetch failed, TypeError: fetch failed; 600 s ahead',
    '401, 503; 600 s ahead',
    '401, 401; 0 s ahead',
  ]);
});
