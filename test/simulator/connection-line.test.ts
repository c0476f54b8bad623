import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { type ChatInit, chat, endpoint, failure, simulated } from './virtual-support.ts';

/** How a call ends, and how many ms after the first one it does. */
async function outcome(simulator: VirtualSimulator, init: ChatInit = {}): Promise<string> {
  let status = '';
  const failed = await failure(
    chat(simulator, init).then(async (response) => {
      await response.text();
      status = String(response.status);
    }),
  );
  return `${status || failed} after ${simulator.clock.now() - Date.UTC(2026, 0, 1)} ms`;
}

const arrived = ({ journal }: VirtualSimulator, region = 'eastus'): number => journal.entries({ region }).length;

function many(count: number, simulator: VirtualSimulator, init: ChatInit = {}): Promise<readonly string[]> {
  return Promise.all(Array.from({ length: count }, () => outcome(simulator, init)));
}

test('a client with six connections to an origin uses no more, and who comes later waits for one', async () => {
  const simulator = simulated({ shapes: 'browser', connections: 6 });
  simulator.region('eastus').inject('latency(100)');
  expect(await simulator.clock.run(many(14, simulator))).toEqual([
    ...Array.from({ length: 6 }, () => '200 after 100 ms'),
    ...Array.from({ length: 6 }, () => '200 after 200 ms'),
    ...Array.from({ length: 2 }, () => '200 after 300 ms'),
  ]);
  expect(new Set(simulator.journal.entries().map(({ connection }) => connection)).size).toBe(6);
});

test('there are as many connections as are wanted where nothing is said', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('latency(100)');
  expect(new Set(await simulator.clock.run(many(14, simulator)))).toEqual(new Set(['200 after 100 ms']));
});

test.each([0, -1, 1.5, Number.NaN])('connections must be a whole number above 0, not %s', (connections) => {
  expect(() => simulated({ connections })).toThrow(`connections must be a whole number above 0, got ${connections}`);
});

test.each(['silence', 'noread', 'blackhole'])('a region that is lost to %s holds up nobody else', async (fault) => {
  const simulator = simulated({ shapes: 'browser', connections: 6 });
  const { clock } = simulator;
  const injected = simulator.region('eastus').inject(fault);
  const controllers = Array.from({ length: 8 }, () => new AbortController());
  const calls = controllers.map(({ signal }) => outcome(simulator, { signal }));
  await clock.runUntil(clock.now() + 100);
  expect(arrived(simulator)).toBe(fault === 'silence' ? 6 : 0);
  expect(await clock.run(outcome(simulator, { region: 'westeurope' }))).toBe('200 after 100 ms');
  expect(await outcome(simulator, { region: 'westeurope', fetch: simulator.client().fetch })).toBe('200 after 100 ms');
  // In line as well as on a connection.
  controllers[7]?.abort(new Error('enough'));
  controllers[0]?.abort(new Error('enough'));
  expect(await calls[7]).toBe('Error: enough after 100 ms');
  expect(await calls[0]).toBe('Error: enough after 100 ms');
  await clock.runUntil(clock.now() + 100);
  expect(arrived(simulator), 'the seventh has its connection').toBe(fault === 'silence' ? 7 : 0);
  injected.end();
  for (const controller of controllers) controller.abort(new Error('enough'));
  await clock.run(Promise.all(calls));
  expect(await clock.run(many(6, simulator))).toHaveLength(6);
});

test('a connection that fails makes room, as one that is used up does', async () => {
  const simulator = simulated({ shapes: 'browser', connections: 6 });
  simulator.region('eastus').inject('sequence(rst:request,status(503),trunc:sse:1)');
  const seen = await simulator.clock.run(many(20, simulator, { body: { stream: true } }));
  expect(seen.filter((one) => one.startsWith('200'))).toHaveLength(6);
  expect(seen.filter((one) => one.startsWith('503'))).toHaveLength(7);
  expect(seen.filter((one) => one.startsWith('TypeError'))).toHaveLength(7);
});

test('a stream holds its connection until it is read or left', async () => {
  const simulator = simulated({ shapes: 'browser', connections: 6 });
  simulator.region('eastus').inject('stall:sse:1');
  const streams = await simulator.clock.run(
    Promise.all(Array.from({ length: 6 }, () => chat(simulator, { body: { stream: true } }))),
  );
  const seventh = outcome(simulator);
  await simulator.clock.runUntil(simulator.clock.now() + 1000);
  expect(arrived(simulator)).toBe(6);
  await Promise.all(streams.map(({ body }) => body?.cancel()));
  expect(await simulator.clock.run(seventh)).toBe('200 after 1000 ms');
});

test('a refused connection lets the next be tried', async () => {
  const simulator = simulated({ shapes: 'browser', connections: 6 });
  simulator.region('eastus').inject('refused');
  expect(new Set(await many(20, simulator))).toEqual(new Set(['TypeError: Failed to fetch after 0 ms']));
});

test('when all is cut, those in line fail as well', async () => {
  const simulator = simulated({ shapes: 'browser', connections: 6 });
  simulator.region('eastus').inject('silence');
  const client = simulator.client();
  const calls = many(9, simulator, { fetch: client.fetch });
  await simulator.clock.runUntil(simulator.clock.now() + 100);
  client.cut();
  expect(new Set(await calls)).toEqual(new Set(['TypeError: Failed to fetch after 100 ms']));
  expect(arrived(simulator)).toBe(6);
});

test('whose turn comes without a network cannot be sent', async () => {
  const simulator = simulated({ shapes: 'browser', connections: 6 });
  simulator.region('eastus').inject('silence');
  const client = simulator.client();
  const controllers = Array.from({ length: 7 }, () => new AbortController());
  const calls = controllers.map(({ signal }) => outcome(simulator, { fetch: client.fetch, signal }));
  await simulator.clock.runUntil(simulator.clock.now() + 100);
  client.offline = true;
  controllers[0]?.abort(new Error('enough'));
  expect(await calls[6]).toBe('TypeError: Failed to fetch after 100 ms');
  expect(arrived(simulator)).toBe(6);
  for (const controller of controllers) controller.abort(new Error('enough'));
  await Promise.all(calls);
});

test('what a browser sends again by itself goes to the end of the line', async () => {
  const simulator = simulated({ shapes: 'browser', connections: 6 });
  const region = simulator.region('eastus');
  region.inject('rst:reuse');
  region.inject('latency(100)');
  const { key } = endpoint(simulator);
  const ask = (nth: number): Promise<string> =>
    outcome(simulator, { headers: { 'api-key': key, 'x-ms-client-request-id': String(nth) } });
  await simulator.clock.run(many(6, simulator));
  await simulator.clock.run(Promise.all([1, 2, 3, 4, 5, 6, 7].map(ask)));
  const again = simulator.journal.entries().slice(12);
  expect(again.map(({ clientRequestId }) => clientRequestId)).toEqual(['7', '1', '2', '3', '4', '5', '6']);
});

const call = fc.record({ at: fc.nat({ max: 300 }), abortAfter: fc.option(fc.nat({ max: 200 }), { nil: undefined }) });
const upset = fc.record({
  at: fc.nat({ max: 300 }),
  forMs: fc.nat({ max: 100 }),
  fault: fc.constantFrom('refused', 'silence', 'rst:request', 'blackhole', 'noread', 'stall:sse:1', 'rst:accept'),
});

test('never more than six are with a region, whatever happens, and no connection is lost', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 40 }), fc.array(upset, { maxLength: 3 }), async (calls, upsets) => {
      let open = 0;
      let most = 0;
      const simulator = simulated({
        shapes: 'browser',
        connections: 6,
        onArrival: () => {
          most = Math.max(most, ++open);
        },
        onEnd: () => open--,
      });
      const { clock } = simulator;
      const region = simulator.region('eastus');
      region.inject('latency(uniform(1,80))');
      for (const { at, forMs, fault } of upsets) {
        clock.timer(at, () => {
          if (region.faults.length > 1) return;
          const injected = region.inject(fault);
          clock.timer(forMs, () => injected.end());
        });
      }
      const ends: Promise<string>[] = [];
      for (const { at, abortAfter } of calls) {
        clock.timer(at, () => {
          const controller = new AbortController();
          clock.timer(abortAfter ?? 5000, () => controller.abort(new Error('enough')));
          ends.push(outcome(simulator, { signal: controller.signal, body: { stream: at % 2 === 0 } }));
        });
      }
      await clock.runUntil(clock.now() + 10_000);
      await Promise.all(ends);
      expect(ends).toHaveLength(calls.length);
      expect(open).toBe(0);
      expect(most).toBeLessThanOrEqual(6);
      region.heal();
      region.inject('latency(1000)');
      const [first, second] = [many(6, simulator), outcome(simulator)];
      const startedAt = clock.now();
      await clock.run(first);
      expect(clock.now() - startedAt, 'all six are to be had').toBe(1000);
      await clock.run(second);
      expect(clock.now() - startedAt, 'and no more').toBe(2000);
    }),
    { numRuns: 60 },
  );
});
