import fc from 'fast-check';
import { expect, test } from 'vitest';
import { precedesRequests } from '../../src/simulator/connection-shape.ts';
import { printFault } from '../../src/simulator/fault.ts';
import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { type Decision, decide } from '../../src/simulator/region.ts';
import { RegionMemory } from '../../src/simulator/region-memory.ts';
import { regionModel } from '../../src/simulator/region-model.ts';
import { connectionFault, serviceFault } from './arbitrary-fault.ts';
import { type ChatInit, chat, endpoint, failure, simulated } from './virtual-support.ts';

/** Asks a region with a fault of the request's own; what comes of it. */
async function brings(simulator: VirtualSimulator, fault?: string, more: Record<string, string> = {}): Promise<string> {
  const { key } = endpoint(simulator);
  const headers = {
    'content-type': 'application/json',
    'api-key': key,
    ...(fault && { 'x-sim-fault': fault }),
    ...more,
  };
  return outcome(simulator, { headers });
}

async function outcome(simulator: VirtualSimulator, init: ChatInit): Promise<string> {
  let status = '';
  const failed = await simulator.clock.run(
    failure(
      chat(simulator, init).then((response) => {
        status = String(response.status);
      }),
    ),
  );
  return status || failed;
}

test('a fault that a request brings is met by that request alone', async () => {
  const simulator = simulated();
  expect(await brings(simulator, 'status(503)')).toBe('503');
  expect(await brings(simulator)).toBe('200');
  expect(await brings(simulator, 'rst:request')).toBe('TypeError: fetch failed (ECONNRESET read)');
  expect(await brings(simulator)).toBe('200');
  expect(simulator.region('eastus').faults).toEqual([]);
  expect(simulator.journal.entries().map(({ fault }) => fault)).toEqual([
    'status(503)',
    undefined,
    'rst:request',
    undefined,
  ]);
});

test('what a request brings goes before the queue, and that before what stands', async () => {
  const simulator = simulated();
  const region = simulator.region('eastus');
  region.inject('status(500)');
  region.inject('latency(250)');
  region.next('429(1)');
  const startedAt = simulator.clock.now();
  expect(await brings(simulator, 'status(503)')).toBe('503');
  expect(simulator.clock.now() - startedAt, 'what goes together does').toBe(250);
  expect(await brings(simulator, 'badjson'), 'and decides, if only about the body').toBe('200');
  expect(await brings(simulator)).toBe('429');
  expect(await brings(simulator)).toBe('500');
  expect(await brings(simulator, 'latency(1)'), 'and what decides nothing leaves it to the others').toBe('500');
});

test('the same text is one fault, until it is healed', async () => {
  const simulator = simulated();
  const all: string[] = [];
  for (let nth = 0; nth < 3; nth++) {
    all.push(await brings(simulator, 'status(503)*2'), await brings(simulator, 'sequence(429(1),ok)'));
  }
  expect(all).toEqual(['503', '429', '503', '200', '200', '429']);
  expect(await brings(simulator, 'status( 503 )*2'), 'however it is written').toBe('200');
  simulator.region('eastus').heal();
  expect(await brings(simulator, 'status(503)*2')).toBe('503');
});

test('what is used up, or about other requests, leaves the request to the others', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('status(500)');
  expect(await brings(simulator, 'status(503)*1')).toBe('503');
  expect(await brings(simulator, 'status(503)*1')).toBe('500');
  expect(await brings(simulator, 'status(503)@stream=true')).toBe('500');
  simulator.region('eastus').next('429(1)');
  expect(await brings(simulator, 'status(503)@stream=true')).toBe('429');
});

test('the first attempts of each call can be made to fail', async () => {
  const simulator = simulated();
  for (const call of ['a', 'b']) {
    const id = { 'x-ms-client-request-id': call };
    const attempts: string[] = [];
    for (let nth = 0; nth < 3; nth++) attempts.push(await brings(simulator, 'status(503)*2#request', id));
    expect(attempts, call).toEqual(['503', '503', '200']);
  }
});

test.each([
  ['status(99)', 'fault "status(99)": status must be a whole number from 100 to 599, got "99"'],
  ['', 'fault "": must read kind[(args)][:moment][@match][+skip][*times][#request][%prob][~ttl], got ""'],
  ['refused', 'what a request brings must be a fault of requests, got "refused"'],
  ['flap(1,2,noread)', 'what a request brings must be a fault of requests, got "flap(1,2,noread)"'],
  ['conn-limit(2)', 'what a request brings must be a fault of requests, got "conn-limit(2)"'],
])('a request that brings %s is told what is wrong with it', async (fault, expected) => {
  const simulator = simulated();
  const { key } = endpoint(simulator);
  const headers = { 'api-key': key, 'content-type': 'application/json', 'x-sim-fault': fault };
  const response = await simulator.clock.run(chat(simulator, { headers }));
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({
    error: { message: `x-sim-fault: ${expected}`, type: 'invalid_request_error', param: 'x-sim-fault', code: null },
  });
});

test('a connection that fails takes no notice of what its requests bring', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('fin:request');
  expect(await brings(simulator, 'nonsense')).toBe('TypeError: fetch failed (UND_ERR_SOCKET)');
  expect(await brings(simulator, 'status(503)'), 'unless they bring what decides').toBe('503');
});

test('a page has to ask before it brings a fault, and then may', async () => {
  for (const [cors, expected] of [
    ['preflight-slow(5)', '503'],
    ['none', 'TypeError: Failed to fetch'],
  ] as const) {
    const simulator = simulated({ shapes: 'browser', regions: { eastus: { cors } } });
    expect(await brings(simulator, 'status(503)')).toBe(expected);
    expect(simulator.journal.entries()[0], cors).toMatchObject({ method: 'OPTIONS', status: 200 });
  }
});

test.each(['rst:reuse', 'fin:reuse'])('a browser sends again by itself what brought %s', async (fault) => {
  const simulator = simulated({ shapes: 'browser' });
  expect(await brings(simulator, fault)).toBe('200');
  expect(await brings(simulator, fault)).toBe('200');
  expect(simulator.journal.entries().map(({ closedBy }) => closedBy)).toEqual(['server', 'fault', 'server']);
});

const model = regionModel('eastus', {}, 1);
const start = Date.UTC(2026, 0, 1);

/** What can be compared of a decision: all but the functions in it. */
function comparable(decision: Decision): string {
  return JSON.stringify(decision);
}

test('what a request brings is what the next request would have met of the queue', () => {
  fc.assert(
    fc.property(fc.oneof(serviceFault, connectionFault), (fault) => {
      fc.pre(!precedesRequests(fault));
      const text = printFault({ ...fault, times: fault.times ?? 1 });
      const queued = new RegionMemory();
      queued.faults.queue({ ...fault, times: fault.times ?? 1 }, start);
      const none = new RegionMemory();
      for (let nth = 1; nth <= 3; nth++) {
        const moment = { seed: 7, nth, now: start + 100 * (nth - 1) };
        const ask = (memory: RegionMemory, headers: Record<string, string>): string => {
          const sent = new Headers({ 'content-type': 'application/json', 'api-key': model.keys[0] ?? '', ...headers });
          const body = JSON.stringify({ model: 'gpt-4o', stream: true });
          return comparable(
            decide(
              model,
              memory,
              { method: 'POST', path: '/openai/v1/responses', headers: sent, body, reused: true },
              moment,
            ),
          );
        };
        expect(ask(none, { 'x-sim-fault': text })).toBe(ask(queued, {}));
      }
    }),
  );
});
