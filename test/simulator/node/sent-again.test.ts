import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import type { Simulator } from '../../../src/simulator/node/index.ts';
import { endpoint, started } from './support.ts';

const chromium =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36';

/** Connections that are used again, by hand: what fails is not sent again by itself. */
function connections(): Agent {
  const agent = new Agent({ keepAlive: true });
  onTestFinished(() => agent.destroy());
  return agent;
}

interface Sending {
  readonly agent: Agent;
  readonly id?: string;
  readonly userAgent?: string;
  readonly path?: string;
  /** That the request brings. */
  readonly fault?: string;
}

/** The status, or the code of the failure. */
async function send(
  simulator: Simulator,
  { agent, id = 'a', userAgent = chromium, path = '/openai/v1/models', fault }: Sending,
): Promise<number | string | undefined> {
  const { url, key } = endpoint(simulator);
  const headers = {
    'api-key': key,
    'user-agent': userAgent,
    ...(id !== '' && { 'x-ms-client-request-id': id }),
    ...(fault && { 'x-sim-fault': fault }),
  };
  const sent = request(`${url}${path}`, { agent, headers }).end();
  try {
    const [response]: IncomingMessage[] = await once(sent, 'response');
    await response?.resume().toArray();
    return response?.statusCode;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  } finally {
    await simulator.settled();
  }
}

const dups = ({ journal }: Simulator): readonly (number | undefined)[] => journal.entries().map(({ dupOf }) => dupOf);

test('knows what a browser sends again that found its connection closed', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('rst:reuse');
  const agent = connections();
  expect(await send(simulator, { agent })).toBe(200);
  expect(await send(simulator, { agent })).toBe('ECONNRESET');
  expect(await send(simulator, { agent })).toBe(200);
  expect(await send(simulator, { agent: connections() })).toBe(200);
  expect(dups(simulator)).toEqual([undefined, undefined, 2, undefined]);
});

test('what is sent a third time is told of the first', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('fin:reuse');
  const [one, two] = [connections(), connections()];
  for (const agent of [one, two]) await send(simulator, { agent, id: 'other' });
  for (const agent of [one, two, connections()]) await send(simulator, { agent });
  expect(dups(simulator)).toEqual([undefined, undefined, undefined, 3, 3]);
});

test.each<readonly [what: string, sending: Partial<Sending>]>([
  ['of another call', { id: 'b' }],
  ['without an id', { id: '' }],
  ['to another path', { path: '/openai/v1/files' }],
  ['by another browser', { userAgent: chromium.replace('156', '157') }],
])('nothing %s is taken for what was sent again', async (_what, other) => {
  const simulator = await started();
  await simulator.region('eastus').inject('rst:reuse');
  const agent = connections();
  await send(simulator, { agent });
  expect(await send(simulator, { agent })).toBe('ECONNRESET');
  await send(simulator, { agent: connections(), ...other });
  expect(dups(simulator)).toEqual([undefined, undefined, undefined]);
});

test.each(['node', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', ''])(
  'what is not Chromium may try again for itself: %s',
  async (userAgent) => {
    const simulator = await started();
    await simulator.region('eastus').inject('rst:reuse');
    const agent = connections();
    for (let nth = 0; nth < 3; nth++) await send(simulator, { agent, userAgent });
    expect(dups(simulator)).toEqual([undefined, undefined, undefined]);
  },
);

test('what failed on a connection of its own is tried again by its page', async () => {
  const simulator = await started();
  expect(await send(simulator, { agent: connections(), fault: 'rst:request' })).toBe('ECONNRESET');
  expect(await send(simulator, { agent: connections() })).toBe(200);
  expect(dups(simulator)).toEqual([undefined, undefined]);
});

test('what cannot be sent again is tried again by its page', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  const agent = connections();
  await send(simulator, { agent });
  expect(await send(simulator, { agent, fault: 'rst:request' })).toBe('ECONNRESET');
  const fault = await region.inject('rst:accept');
  expect(await send(simulator, { agent: connections() })).toBe('ECONNRESET');
  await fault.end();
  expect(await send(simulator, { agent })).toBe(200);
  expect(dups(simulator)).toEqual([undefined, undefined, undefined]);
});

test('what is lost as its region closes is tried again by its page', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  const agent = connections();
  await send(simulator, { agent });
  const lost = send(simulator, { agent, fault: 'silence' });
  await expect.poll(() => simulator.journal.entries().at(-1)?.fault).toBe('silence');
  const fault = await region.inject('refused');
  expect(await lost).toBe('ECONNRESET');
  await fault.end();
  expect(await send(simulator, { agent })).toBe(200);
  expect(dups(simulator)).toEqual([undefined, undefined, undefined]);
});

test('what was answered, if only with nonsense, is not sent again', async () => {
  const simulator = await started();
  const agent = connections();
  await send(simulator, { agent });
  expect(await send(simulator, { agent, fault: 'garbage' })).toBe('HPE_INVALID_CONSTANT');
  expect(await send(simulator, { agent })).toBe(200);
  expect(dups(simulator)).toEqual([undefined, undefined, undefined]);
});

test('who comes back later tries again', async () => {
  let now = 1_800_000_000_000;
  const simulator = await started({ clock: { now: () => now, sleep: async () => {} } });
  const agent = connections();
  await send(simulator, { agent });
  expect(await send(simulator, { agent, fault: 'fin:reuse' })).toBe('ECONNRESET');
  now += 1001;
  expect(await send(simulator, { agent })).toBe(200);
  expect(dups(simulator)).toEqual([undefined, undefined, undefined]);
});
