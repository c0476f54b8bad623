import fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '../../playground/engine/run.ts';
import type { RunRecord } from '../../playground/engine/types.ts';
import type { Scenario } from '../../src/simulator/index.ts';
import { anyScenario, withFewCalls } from '../simulator/arbitrary-scenario.ts';

const regions = [
  { id: 'eastus', latency: 40, model: 300 },
  { id: 'westeurope', latency: 120, model: 300 },
];
const quiet: Scenario = {
  v: 1,
  id: 'quiet',
  title: 'Nothing is wrong',
  seed: 3,
  duration: 30,
  regions,
  load: [{ clients: 2, rps: 1, stream: 0.5 }],
  client: {},
  faults: [],
  asserts: [],
};
const refused: Scenario = { ...quiet, faults: [[10, 20, 'eastus', 'refused']] };

test('a run is a function of the scenario and the policy', async () => {
  const { hash } = await run(refused, { id: 'ours' });
  expect((await run(refused, { id: 'ours' })).hash).toBe(hash);
  expect((await run({ ...refused, seed: 4 }, { id: 'ours' })).hash).not.toBe(hash);
  expect((await run(refused, { id: 'plain' })).hash).not.toBe(hash);
  expect((await run(refused, { id: 'ours', client: { breaker: { openMs: 1_000 } } })).hash).not.toBe(hash);
});

test('a record can be sent and kept as it is', async () => {
  const record = await run(refused, { id: 'ours' });
  expect(structuredClone(record)).toEqual(record);
  expect(JSON.parse(JSON.stringify(record))).toEqual(record);
});

test('every policy gets the same calls at the same times', async () => {
  const asked = async (id: 'ours' | 'plain' | 'openai-sdk' | 'fixed-fallback') =>
    (await run(refused, { id })).calls.map(({ beganAt, client, stream }) => ({ beganAt, client, stream }));
  const ours = await asked('ours');
  expect(ours.length).toBeGreaterThan(30);
  for (const id of ['plain', 'openai-sdk', 'fixed-fallback'] as const) expect(await asked(id)).toEqual(ours);
});

test('a fault that begins later changes nothing before', async () => {
  const before = ({ calls }: RunRecord) => calls.filter(({ endedAt }) => endedAt < 10_000);
  const [without, withFault] = [await run(quiet, { id: 'ours' }), await run(refused, { id: 'ours' })];
  expect(before(withFault).length).toBeGreaterThan(10);
  expect(before(withFault)).toEqual(before(without));
});

test('plain fetch fails while its region is down, and only then', async () => {
  const { calls, metrics } = await run(refused, { id: 'plain' });
  for (const { fate, beganAt, endedAt } of calls) {
    expect(fate === 'ok').toBe(beganAt >= 20_000 || endedAt < 10_000);
  }
  expect(metrics.avoidableErrors.value).toBe(metrics.errors.value);
  expect(metrics.errors.value).toBeGreaterThan(10);
});

test('an attempt tells what struck it, what its sender got, and what was made of it', async () => {
  const { calls } = await run(refused, { id: 'ours' });
  const moved = calls.find(({ beganAt, attempts }) => beganAt > 10_000 && attempts.length > 1);
  expect(moved).toMatchObject({ fate: 'ok', status: 200, region: 'westeurope' });
  expect(moved?.attempts[0]).toMatchObject({
    number: 1,
    region: 'eastus',
    kind: 'first',
    fault: 'refused',
    error: { name: 'TypeError', code: 'ECONNREFUSED' },
    verdict: { kind: 'connect', action: expect.any(String) },
    bytes: 0,
  });
  expect(moved?.attempts[0]).not.toHaveProperty('arrivedAt');
  const last = moved?.attempts.at(-1);
  expect(last).toMatchObject({ region: 'westeurope', kind: 'failover', status: 200, closedBy: 'server' });
  expect(last?.verdict?.kind).toBe('ok');
  expect((last?.headersAt ?? 0) - (last?.sentAt ?? 0)).toBeCloseTo(420);
  expect(moved?.explain).toMatch(/^eastus could not be reached .*; westeurope answered \(200, 420 ms\)$/);
});

test('an attempt that was given up brought nothing', async () => {
  const { calls } = await run({ ...quiet, faults: [[10, 20, 'eastus', 'silence']] }, { id: 'ours' });
  const met = calls
    .flatMap(({ attempts }) => attempts)
    // What was under way when it began was cut.
    .filter(({ fault, sentAt }) => fault === 'silence' && sentAt >= 10_000);
  expect(met.length).toBeGreaterThan(0);
  for (const attempt of met) {
    expect(attempt).toMatchObject({ arrivedAt: attempt.sentAt, closedBy: 'client', verdict: { kind: 'timeout' } });
    expect(attempt).not.toHaveProperty('headersAt');
    expect(attempt).not.toHaveProperty('status');
    expect(attempt.endedAt).toBeGreaterThan(attempt.sentAt);
  }
});

test('a stream that is cut after its first words is told of as broken, and not tried again', async () => {
  const scenario: Scenario = {
    ...quiet,
    load: [{ clients: 1, rps: 2, stream: 1 }],
    faults: [[0, 30, 'eastus', 'rst:sse:3']],
  };
  const { calls, metrics, errorsByClass } = await run(scenario, { id: 'ours' });
  const [first] = calls;
  expect(first).toMatchObject({ fate: 'broken', status: 200, error: { code: 'ERR_STREAM_BROKEN' } });
  expect(first?.attempts).toHaveLength(1);
  expect(first?.attempts[0]).toMatchObject({ events: 3, closedBy: 'fault', verdict: { kind: 'stream-broken' } });
  expect(metrics.truncatedSurfaced.value).toBe(metrics.errors.value);
  expect(errorsByClass).toEqual([{ name: 'ERR_STREAM_BROKEN', calls: metrics.errors.value }]);
});

test('a stream that ends too soon in order deceives plain fetch, and not the library', async () => {
  const scenario: Scenario = {
    ...quiet,
    load: [{ clients: 1, rps: 2, stream: 1 }],
    faults: [[0, 30, 'eastus', 'trunc:sse:3']],
  };
  const { calls } = await run(scenario, { id: 'plain' });
  expect(new Set(calls.map(({ fate }) => fate))).toEqual(new Set(['truncated']));
  const { metrics } = await run(scenario, { id: 'ours' });
  expect(metrics.truncatedSilent).toMatchObject({ value: 0, denominator: calls.length });
});

test('stripes go from the start to the end without a gap', async () => {
  const { regions, endMs } = await run({ ...quiet, faults: [[5, 25, '*', 'flap(2,3)']] }, { id: 'ours' });
  for (const { truth, belief = [] } of regions) {
    for (const spans of [truth, belief]) {
      expect(spans[0]?.from).toBe(0);
      expect(spans.at(-1)?.to).toBe(endMs);
      for (const [index, { to }] of spans.slice(0, -1).entries()) expect(spans[index + 1]?.from).toBe(to);
    }
  }
});

test('the log says what was switched before what follows from it', async () => {
  const { log, calls } = await run(refused, { id: 'ours' });
  expect(log.map(({ at }) => at)).toEqual(log.map(({ at }) => at).toSorted((a, b) => a - b));
  const on = log.findIndex(({ type }) => type === 'on');
  expect(log[on]).toMatchObject({ at: 10_000, text: 'eastus: refused begins', region: 'eastus' });
  const moved = log.find(({ type }) => type === 'failover');
  expect(moved?.text).toBe('from eastus to westeurope, because of connect');
  expect(calls[moved?.call ?? -1]?.region).toBe('westeurope');
  expect(log.filter(({ type }) => type === 'settled')).toHaveLength(calls.length);
});

test('only the library believes anything', async () => {
  const ours = await run(refused, { id: 'ours' });
  expect(ours.regions[0]?.belief?.map(({ state }) => state)).toEqual(expect.arrayContaining(['closed', 'open']));
  expect(ours.beliefs.find(({ state }) => state === 'open')).toMatchObject({ until: expect.any(Number) });
  const plain = await run(refused, { id: 'plain' });
  expect(plain.regions[0]).not.toHaveProperty('belief');
  expect(plain.beliefs).toEqual([]);
  expect(plain.metrics.beliefAccuracy.value).toBeNull();
});

test('a client that starts anew knows what it had stored', async () => {
  const faults = [
    [5, 25, 'eastus', 'refused'],
    [15, 16, 'client', 'reload'],
  ] as const;
  const { calls } = await run({ ...quiet, load: [{ clients: 1, rps: 4 }], faults }, { id: 'ours' });
  const after = calls.find(({ beganAt }) => beganAt > 15_000);
  expect(after?.attempts.map(({ region }) => region)).toEqual(['westeurope']);
  expect(calls.map(({ fate }) => fate)).not.toContain('failed');
});

test('clients that come with tokens get a new one when it is refused, and those of rivals keep theirs', async () => {
  const scenario: Scenario = {
    ...quiet,
    credential: 'token',
    load: [{ clients: 1, rps: 2 }],
    faults: [[10, 20, 'eastus', 'key-expired*1']],
  };
  const { calls } = await run(scenario, { id: 'ours' });
  const refused = calls.filter(({ attempts }) => attempts.length > 1);
  expect(refused.map(({ explain }) => explain)).toEqual([
    'eastus refused its credential (401, 40 ms); eastus, tried again, answered (200, 340 ms)',
  ]);
  const { errorsByClass } = await run(scenario, { id: 'plain' });
  expect(errorsByClass).toEqual([{ name: '401', calls: 1 }]);
});

test('who waits for ever is not waited for', async () => {
  const scenario: Scenario = {
    ...quiet,
    load: [{ at: 1, calls: 1, stream: 1 }],
    faults: [[0, 30, 'eastus', 'stall:sse:2']],
  };
  const { calls, endMs } = await run(scenario, { id: 'plain' });
  expect(calls).toMatchObject([{ fate: 'broken', status: 200, error: { name: 'TimeoutError' } }]);
  expect(endMs).toBe(601_000);
});

test('who sleeps does not call', async () => {
  const { calls } = await run({ ...quiet, faults: [[10, 20, 'client', 'sleep']] }, { id: 'ours' });
  expect(calls.filter(({ beganAt }) => beganAt > 10_000 && beganAt < 20_000)).toEqual([]);
  expect(calls.filter(({ beganAt }) => beganAt > 20_000).length).toBeGreaterThan(5);
});

test('a client that comes while all are offline is offline', async () => {
  const scenario: Scenario = {
    ...quiet,
    load: [{ at: 15, calls: 3 }],
    faults: [[10, 20, 'client', 'offline']],
  };
  const { calls, metrics } = await run(scenario, { id: 'ours' });
  expect(calls.map(({ error, client }) => [client, error?.code])).toEqual([0, 1, 2].map((nth) => [nth, 'ERR_OFFLINE']));
  expect(metrics.avoidableErrors.value).toBe(0);
});

test('clients whose clock is wrong are seen in the world’s time', async () => {
  const clock = { ...refused, faults: [...refused.faults, [5, 30, 'client', 'clock(3600)'] as const] };
  const { beliefs } = await run(clock, { id: 'ours' });
  const open = beliefs.filter(({ state }) => state === 'open');
  expect(open.length).toBeGreaterThan(0);
  for (const { at, until = 0 } of open) expect(until - at).toBeLessThan(60_000);
});

test('options of the scenario are the library’s, and the policy’s beat them', async () => {
  const one = { ...refused, client: { strategy: 'weighted' } };
  const { calls } = await run(one, { id: 'ours' });
  expect(new Set(calls.filter(({ endedAt }) => endedAt < 10_000).map(({ region }) => region)).size).toBe(2);
  const { metrics } = await run(
    { ...quiet, client: { strategy: 'weighted' } },
    { id: 'ours', client: { strategy: 'priority' } },
  );
  expect(metrics.nearestShare.value).toBe(1);
});

test('what is wrong is said by name', async () => {
  const ours = { id: 'ours' } as const;
  await expect(run({ ...quiet, regions: [] }, ours)).rejects.toThrow('scenario.regions');
  await expect(run({ ...quiet, client: { retry: { attempts: 0 } } }, ours)).rejects.toThrow(/retry\.attempts .*got 0/);
  await expect(run({ ...quiet, client: { strategy: 'luck' } }, ours)).rejects.toThrow(
    'client.strategy must be one of priority, weighted, latency, got "luck"',
  );
  await expect(run({ ...quiet, client: { credential: 'caller' } }, ours)).rejects.toThrow(
    'client must have no other options than strategy, retry, timeouts, breaker, hedge, got credential',
  );
});

test('a load that nobody could watch is refused', async () => {
  const load = [{ clients: 1_000, rps: 1_000 }];
  await expect(run({ ...quiet, load }, { id: 'ours' })).rejects.toThrow(
    'load must come to 20000 calls at most, got about 30000000',
  );
  await expect(
    run({ ...quiet, duration: 1_000_000, load: [], faults: [[0, 1_000_000, 'eastus', 'flap(1,1)']] }, { id: 'ours' }),
  ).rejects.toThrow('must change 2000 times at most');
});

test('a run that is not wanted any more ends soon', async () => {
  const controller = new AbortController();
  const running = run(quiet, { id: 'ours' }, { signal: controller.signal });
  const reason = new Error('enough');
  setImmediate(() => controller.abort(reason));
  await expect(running).rejects.toBe(reason);
  await expect(run(quiet, { id: 'ours' }, { signal: controller.signal })).rejects.toBe(reason);
});

test('runs that are begun together do not disturb each other', async () => {
  const alone = await run(refused, { id: 'ours' });
  const together = await Promise.all([
    run({ ...refused, shapes: 'browser' }, { id: 'ours' }),
    run({ ...quiet, regions: [] }, { id: 'ours' }).catch(() => undefined),
    run(refused, { id: 'ours' }),
  ]);
  expect(together[2]?.hash).toBe(alone.hash);
  expect(together[0]?.calls.flatMap(({ attempts }) => attempts.flatMap(({ error }) => error?.message ?? []))).toContain(
    'Failed to fetch',
  );
  expect(navigator.userAgent).toMatch(/^Node/);
});

test('any scenario runs, or is refused by name', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyScenario, async (scenario) => {
      const load = scenario.load.map(withFewCalls);
      const running = run({ ...scenario, load, client: {} }, { id: 'ours' });
      const record = await running.catch((error) => {
        expect(error).toBeInstanceOf(RangeError);
        return undefined;
      });
      for (const { beganAt, endedAt, attempts } of record?.calls ?? []) {
        expect(endedAt).toBeGreaterThanOrEqual(beganAt);
        for (const { sentAt } of attempts) expect(sentAt).toBeGreaterThanOrEqual(beganAt);
      }
    }),
    { numRuns: 25 },
  );
});
