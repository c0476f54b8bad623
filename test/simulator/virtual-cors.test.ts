import { expect, test } from 'vitest';
import type { Shapes, VirtualSimulator } from '../../src/simulator/index.ts';
import { chat, endpoint, failure, simulated } from './virtual-support.ts';

/** What a page, or Node, sees of a call: status and some of the headers, or a failure. */
async function seen(simulator: VirtualSimulator, fetch = simulator.fetch): Promise<string> {
  let answer = '';
  const failed = await simulator.clock.run(
    failure(
      chat(simulator, { fetch }).then((response) => {
        const names = ['retry-after', 'x-ms-region'].filter((name) => response.headers.has(name));
        answer = [response.status, ...names].join(' ');
      }),
    ),
  );
  return answer || failed;
}

function withCors(cors: string, shapes: Shapes = 'browser'): VirtualSimulator {
  return simulated({ shapes, regions: { eastus: { cors, latencyMs: 10 } } });
}

const hidden = 'TypeError: Failed to fetch';

test.each([
  ['azure', '200', '429', '503'],
  ['full', '200 x-ms-region', '429 retry-after x-ms-region', '503'],
  ['none-on-error', '200', hidden, hidden],
  ['none', hidden, hidden, hidden],
  ['preflight-fail', hidden, hidden, hidden],
  ['preflight-slow(100)', '200', '429', '503'],
])('with %s a page sees this of an answer, a 429 and a 503', async (cors, ...expected) => {
  for (const by of ['option', 'fault']) {
    const simulator = withCors(by === 'option' ? cors : 'azure');
    const region = simulator.region('eastus');
    if (by === 'fault') region.inject(`cors(${cors})`);
    const all: string[] = [];
    for (const fault of ['ok', '429(20)', 'status(503)']) {
      if (fault !== 'ok') region.inject(fault);
      all.push(await seen(simulator));
    }
    expect(all, by).toEqual(expected);
    // Nothing of this concerns who is no page.
    expect(await seen(simulator, simulator.client({ shapes: 'node' }).fetch)).toMatch(/^503/);
  }
});

test('what the network rules deny can be read with full alone', async () => {
  for (const cors of ['azure', 'full']) {
    const simulator = withCors(cors);
    simulator.region('eastus').inject('firewall');
    expect(await seen(simulator)).toBe(cors === 'full' ? '403' : hidden);
  }
});

test.each(['none', 'preflight-fail'])('with %s nothing is sent that has to be asked for', async (cors) => {
  const simulator = withCors(cors);
  await seen(simulator);
  const [asked, ...others] = simulator.journal.entries();
  expect(asked).toMatchObject({ method: 'OPTIONS', status: cors === 'none' ? 200 : 503, bytesIn: 0 });
  expect(others).toEqual([]);
  // An opaque answer can be had without asking.
  const { url } = endpoint(simulator);
  const opaque = await simulator.clock.run(simulator.fetch(`${url}/openai/v1/models`, { mode: 'no-cors' }));
  expect(opaque.type).toBe('opaque');
});

test('a preflight that is slow holds up who has not asked within five seconds', async () => {
  const simulator = withCors('preflight-slow(100)');
  const { clock, journal } = simulator;
  const took = async (fetch?: typeof globalThis.fetch): Promise<number> => {
    const startedAt = clock.now();
    expect(await seen(simulator, fetch)).toBe('200');
    return clock.now() - startedAt;
  };
  expect(await took()).toBe(120);
  expect(await took()).toBe(10);
  expect(await took(simulator.client().fetch)).toBe(120);
  await clock.runUntil(clock.now() + 5000);
  expect(await took()).toBe(120);
  expect(journal.entries().map(({ method }) => method)).toEqual([
    ...['OPTIONS', 'POST', 'POST', 'OPTIONS', 'POST', 'OPTIONS', 'POST'],
  ]);
});

test('a preflight meets faults of the connection, and no others', async () => {
  const simulator = withCors('preflight-slow(100)');
  const region = simulator.region('eastus');
  region.inject('status(503)');
  region.inject('latency(5000)');
  region.next('429(1)');
  const startedAt = simulator.clock.now();
  expect(await seen(simulator)).toBe('429');
  expect(simulator.clock.now() - startedAt).toBe(5120);
  expect(simulator.journal.entries()).toMatchObject([{ method: 'OPTIONS', status: 200 }, { status: 429 }]);
  await simulator.clock.runUntil(startedAt + 20_000);
  region.inject('rst:request');
  expect(await seen(simulator)).toBe(hidden);
  expect(simulator.journal.entries().at(-1)).toMatchObject({
    method: 'OPTIONS',
    fault: 'rst:request',
    closedBy: 'fault',
  });
});

test('a page asks nobody where it makes no difference', async () => {
  const simulator = withCors('none-on-error');
  await seen(simulator);
  expect(simulator.journal.entries().map(({ method }) => method)).toEqual(['POST']);
});

test('refuses a profile that there is not', () => {
  expect(() => withCors('open')).toThrow(
    'region "eastus": cors must be azure, full, none-on-error, none, preflight-fail or preflight-slow(ms), got "open"',
  );
});
