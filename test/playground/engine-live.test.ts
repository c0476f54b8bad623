import { expect, onTestFinished, test } from 'vitest';
import { freePorts } from '../../playground/demo/ports.ts';
import { type LiveRun, startLive } from '../../playground/engine/live.ts';
import type { RunRecord } from '../../playground/engine/types.ts';
import type { LiveLink } from '../../src/cli/live-link.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { type Simulator, startControl, startSimulator } from '../../src/simulator/node/index.ts';

const scenario: Scenario = {
  v: 1,
  id: 'live',
  title: 'Live',
  seed: 5,
  duration: 3,
  regions: [{ id: 'eastus' }, { id: 'westeurope' }],
  load: [{ clients: 1, rps: 20, stream: 0.5 }],
  client: {},
  faults: [[1, 2, 'eastus', 'refused']],
  asserts: ['errors==0'],
};

async function setup(): Promise<{ readonly simulator: Simulator; readonly link: LiveLink }> {
  const [first = 0, second = 0] = await freePorts(2);
  const simulator = await startSimulator({ regions: { eastus: { port: first }, westeurope: { port: second } } });
  const control = await startControl(simulator);
  onTestFinished(async () => {
    await control.close();
    await simulator.close();
  });
  return { simulator, link: { control: new URL(control.url).origin, token: control.token } };
}

test('a run on sockets is told of while it goes on, and as a whole', { timeout: 20_000 }, async () => {
  const { link } = await setup();
  const looks: { readonly record: RunRecord; readonly at: number }[] = [];
  const run = await startLive(scenario, { id: 'ours' }, link, (record, at) => looks.push({ record, at }));
  const { calls, regions, scorecard, log } = await run.done;
  expect(scorecard).toMatchObject([{ measured: 0, holds: true }]);
  expect(calls.length).toBeGreaterThan(30);
  const moved = calls.find(({ attempts }) => attempts.length > 1);
  expect(moved).toMatchObject({ fate: 'ok', region: 'westeurope' });
  expect(moved?.attempts[0]).toMatchObject({ region: 'eastus', fault: 'refused' });
  expect(moved?.attempts.at(-1)).toMatchObject({ status: 200, closedBy: 'server', arrivedAt: expect.any(Number) });
  expect(regions[0]?.truth.map(({ state }) => state)).toEqual(['up', 'down', 'up']);
  expect(regions[0]?.belief?.map(({ state }) => state)).toContain('open');
  expect(log.some(({ type }) => type === 'failover')).toBe(true);

  expect(looks.length).toBeGreaterThan(2);
  for (const { record, at } of looks) {
    expect(record.calls.every(({ endedAt }) => endedAt <= at)).toBe(true);
    expect(record.calls.every(({ fate }) => fate === 'ok' || fate === 'open')).toBe(true);
    expect(record.calls.map(({ nth }) => nth)).toEqual([...record.calls.keys()]);
    expect(record.metrics.success).toMatchObject({ value: 1 });
    expect(record.regions[0]?.belief?.at(-1)?.to).toBe(at);
  }
  expect(calls.some(({ fate }) => fate === 'open')).toBe(false);
  expect(looks.at(-1)?.record.calls.length).toBeGreaterThan(looks[0]?.record.calls.length ?? 0);
});

test('what befalls the regions can be changed while it goes on', { timeout: 20_000 }, async () => {
  const { simulator, link } = await setup();
  const quiet: Scenario = { ...scenario, duration: 2, faults: [] };
  const run = await startLive(quiet, { id: 'ours' }, link, () => {});
  await run.follow({
    ...quiet,
    faults: [
      [0, 1.5, '*', 'status(503)'],
      [0, 1, 'eastus', 'slow(x2)'],
    ],
  });
  const faults = (): readonly string[] => simulator.region('eastus').faults.map(({ text }) => text);
  expect(faults()).toEqual(['status(503)', 'slow(x2)']);
  await expect(run.follow({ ...quiet, faults: [[0, 1, 'nowhere', 'refused']] })).rejects.toThrow('scenario.faults[0]');
  const { calls, regions, errorsByClass } = await run.done;
  expect(errorsByClass[0]?.name).toBe('503');
  expect(calls.filter(({ beganAt }) => beganAt > 1_700).map(({ fate }) => fate)).toContain('ok');
  expect(regions[1]?.truth.map(({ state }) => state)).toEqual(['down', 'up']);
  expect(faults()).toEqual([]);
});

test('a run that is stopped heals the regions, and leaves nothing open', { timeout: 20_000 }, async () => {
  const { simulator, link } = await setup();
  const hangs: Scenario = { ...scenario, duration: 60, faults: [[0, 60, '*', 'silence']] };
  let stopped: LiveRun | undefined;
  const run = await startLive(hangs, { id: 'ours' }, link, () => stopped?.stop());
  stopped = run;
  await expect(run.done).rejects.toMatchObject({ name: 'AbortError' });
  expect(simulator.region('eastus').faults).toEqual([]);
});

test('no more calls are under way at a time than a browser has connections for', { timeout: 20_000 }, async () => {
  const { simulator, link } = await setup();
  const hangs: Scenario = { ...scenario, duration: 1, faults: [[0, 1, '*', 'silence']] };
  let most = 0;
  const run = await startLive(hangs, { id: 'plain' }, link, ({ calls }) => {
    most = Math.max(most, calls.filter(({ fate }) => fate === 'open').length);
  });
  // Nobody waits for them to the end.
  const { calls } = await run.done;
  expect(most).toBe(5);
  expect(calls.map(({ fate }) => fate)).toEqual(Array(5).fill('open'));
  const open = () => simulator.journal.entries().filter(({ endedAt }) => endedAt === undefined);
  await expect.poll(open).toEqual([]);
});

test('a run ends when its regions are gone, and says so', { timeout: 20_000 }, async () => {
  const [first = 0] = await freePorts(1);
  const simulator = await startSimulator({ regions: { eastus: { port: first } } });
  const control = await startControl(simulator);
  const gone = async (): Promise<void> => {
    await control.close();
    await simulator.close();
  };
  const alone: Scenario = { ...scenario, duration: 60, regions: [{ id: 'eastus' }], faults: [] };
  let isGone: Promise<void> | undefined;
  const link = { control: new URL(control.url).origin, token: control.token };
  const run = await startLive(alone, { id: 'ours' }, link, () => {
    isGone ??= gone();
  });
  await expect(run.done).rejects.toThrow('the simulator does not answer: is it still running?');
  await isGone;
});

test('clients without a network reach nobody', { timeout: 20_000 }, async () => {
  const { link } = await setup();
  const offline: Scenario = { ...scenario, duration: 1, faults: [[0, 1, 'client', 'offline']] };
  const { calls } = await (await startLive(offline, { id: 'plain' }, link, () => {})).done;
  expect(new Set(calls.map(({ error }) => error?.message))).toEqual(new Set(['Failed to fetch']));
});

test('what keeps it from starting is said', async () => {
  const { link } = await setup();
  const start = (change: Partial<Scenario>, to: LiveLink = link) =>
    startLive({ ...scenario, ...change }, { id: 'ours' }, to, () => {});
  await expect(start({ regions: [] })).rejects.toThrow('scenario.regions');
  await expect(start({ regions: [{ id: 'mars' }], faults: [] })).rejects.toThrow(
    'live regions are eastus, westeurope, and none is mars',
  );
  await expect(start({ client: { retry: { attempts: 0 } } }).then(({ done }) => done)).rejects.toThrow(
    'retry.attempts must be',
  );
  await expect(start({}, { ...link, token: 'wrong' })).rejects.toThrow('the simulator refuses: authorization must be');
  const [free] = await freePorts(1);
  await expect(start({}, { ...link, control: `http://127.0.0.1:${free}` })).rejects.toThrow(
    'the simulator does not answer',
  );
});
