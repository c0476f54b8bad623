import { expect, test } from 'vitest';
import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { read, respond, stream } from './stream-support.ts';
import { chat, simulated } from './virtual-support.ts';

function datasOf(events: readonly string[]): readonly unknown[] {
  return events.map((event) => JSON.parse(event.replace(/^(event: .*\n)?data: /, '')));
}

test('a truncated stream ends in order', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('trunc:sse:4');
  const { events, end } = await read(await chat(simulator, stream));
  expect(end).toBe('no failure');
  expect(events.length).toBe(4);
  expect(events.join('')).not.toContain('[DONE]');
  expect(simulator.journal.entries()).toMatchObject([{ fault: 'trunc:sse:4', events: 4, closedBy: 'server' }]);
});

test('an event whose JSON breaks off is one event all the same', async () => {
  for (const call of [(simulator: VirtualSimulator) => chat(simulator, stream), respond]) {
    const simulator = simulated();
    const whole = (await read(await call(simulator))).events;
    for (const after of [0, 2, whole.length - 1]) {
      const fault = simulator.region('eastus').inject(`badsse:sse:${after}`);
      const { events, end } = await read(await call(simulator));
      expect(end).toBe('no failure');
      expect(events.length).toBe(after + 1);
      expect(() => datasOf(events.slice(-1))).toThrow(SyntaxError);
      fault.end();
    }
  }
});

test.each([
  ['sse-error:sse:2', { type: 'server_error', code: null }, /^The server had an error .* request ID [\da-f-]{36} /],
  ['sse-error(rate):sse:2', { type: 'too_many_requests', code: 'rate_limit_exceeded' }, /exceeded rate limit/],
  ['sse-error(capacity):sse:2', { type: 'too_many_requests', code: 'rate_limit_exceeded' }, /high demand/],
])('%s puts an error into a chat', async (fault, expected, message) => {
  const simulator = simulated();
  simulator.region('eastus').inject(fault);
  const { events, end } = await read(await chat(simulator, stream));
  expect(end).toBe('no failure');
  expect(events.length).toBe(3);
  expect(datasOf(events)[2]).toEqual({ error: { ...expected, param: null, message: expect.stringMatching(message) } });
  expect(simulator.journal.entries()).toMatchObject([{ fault, events: 3, closedBy: 'server' }]);
});

test('an error in a stream of the Responses API has the form that was asked for', async () => {
  const simulator = simulated();
  const end = async (fault: string): Promise<readonly unknown[]> => {
    const injected = simulator.region('eastus').inject(fault);
    const { events } = await read(await respond(simulator));
    expect(events[0]).toMatch(/^event: response\.created\n/);
    injected.end();
    return datasOf(events).slice(1);
  };
  const limited = { code: 'rate_limit_exceeded', message: 'Your requests to the deployment have exceeded rate limit.' };
  const failed = { status: 'failed', incomplete_details: null, output: [], usage: null };
  const nested = { type: 'too_many_requests', ...limited, headers: { 'x-ms-fe-error': 'true' }, param: null };
  expect(await end('sse-error(rate):sse:1')).toEqual([
    { type: 'response.failed', response: expect.objectContaining({ ...failed, error: null }), sequence_number: 1 },
    { type: 'error', error: nested, sequence_number: 2 },
  ]);
  expect(await end('sse-error(rate,flat):sse:1')).toEqual([
    { type: 'error', ...limited, param: null, sequence_number: 1 },
  ]);
  expect(await end('sse-error(rate,failed):sse:1')).toEqual([
    { type: 'response.failed', response: expect.objectContaining({ ...failed, error: limited }), sequence_number: 1 },
  ]);
  expect(await end('sse-error:sse:1')).toMatchObject([
    { type: 'response.failed', response: { error: null } },
    { type: 'error', error: { type: 'server_error', code: 'server_error' } },
  ]);
});

test('an error can be all that a stream of the Responses API says', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('sse-error(capacity,failed):sse:0');
  const { events } = await read(await respond(simulator));
  expect(datasOf(events)).toMatchObject([
    {
      type: 'response.failed',
      response: { id: expect.stringMatching(/^resp_/), error: { code: 'rate_limit_exceeded' } },
      sequence_number: 0,
    },
  ]);
});

test('a limit is in the headers before its error, and who comes back too early is noted', async () => {
  const simulator = simulated();
  const { clock, journal } = simulator;
  const fault = simulator.region('eastus').inject('sse-error(rate,nested,7):sse:0');
  const response = await chat(simulator, stream);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'retry-after': '7',
    'x-ratelimit-remaining-requests': '0',
    'x-ratelimit-remaining-tokens': '0',
  });
  await response.text();
  fault.end();
  await clock.runUntil(clock.now() + 5000);
  await (await chat(simulator)).json();
  expect(journal.entries().at(-1)).toMatchObject({ earlyByMs: 2000 });
  simulator.region('eastus').inject('sse-error(capacity):sse:0');
  expect((await chat(simulator, stream)).headers.has('retry-after')).toBe(false);
});
