import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startSimulator } from '../../../src/simulator/node/index.ts';
import { chat, endpoint, failure } from './support.ts';

const listeners = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPServerWrap').length;

test('leaves no listener, socket or timer', async () => {
  const before = listeners();
  const simulator = await startSimulator({ regions: { eastus: {}, westeurope: {} } });
  const target = endpoint(simulator);
  await (await chat(target)).text();
  await (await chat(endpoint(simulator, 'westeurope'))).text();
  const idle = connect(Number(new URL(target.url).port), '127.0.0.1');
  await new Promise((resolve) => idle.once('connect', resolve));
  const ended = new Promise((resolve) => idle.once('close', resolve));
  idle.resume();
  await simulator.close();
  await ended;
  expect(listeners()).toBe(before);
  expect(await failure(chat(target))).toBe('TypeError ECONNREFUSED');
});

test('waits for what is being answered', async () => {
  const simulator = await startSimulator({ regions: { eastus: { latencyMs: 40 } } });
  const call = chat(endpoint(simulator)).then((response) => response.text());
  await expect.poll(() => simulator.journal.entries().length).toBe(1);
  await simulator.close();
  expect(await call).toContain('heard: Good morning');
});

test('rejects and says which request was left open, having ended it', async () => {
  const before = listeners();
  const simulator = await startSimulator({ regions: { eastus: {} } });
  await simulator.region('eastus').inject('silence');
  const call = failure(chat(endpoint(simulator)));
  await expect.poll(() => simulator.journal.entries()[0]?.fault).toBe('silence');
  await expect(simulator.close()).rejects.toThrow(
    'all requests must be over when the simulator closes: eastus POST /openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21 (silence)',
  );
  expect(await call).toBe('TypeError UND_ERR_SOCKET');
  expect(simulator.journal.entries()).toMatchObject([{ closedBy: 'server' }]);
  expect(listeners()).toBe(before);
});

test('gives up what it goes on with, whether or not its client has left', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  const before = timers();
  const simulator = await startSimulator({ regions: { eastus: {} } });
  await simulator.region('eastus').inject('duplicate-slow(60000)');
  const controller = new AbortController();
  const left = failure(chat(endpoint(simulator), { signal: controller.signal }));
  const stays = failure(chat(endpoint(simulator)));
  await expect.poll(() => simulator.journal.entries()[1]?.fault).toBe('duplicate-slow(60000)');
  controller.abort();
  await left;
  await expect(simulator.close()).rejects.toThrow('all requests must be over when the simulator closes');
  expect(await stays).toBe('TypeError UND_ERR_SOCKET');
  expect(simulator.journal.entries().map(({ closedBy }) => closedBy)).toEqual(['client', 'server']);
  expect(timers()).toBeLessThanOrEqual(before);
});

test.each(['noread', 'blackhole', 'flap(0.001,60,blackhole)', 'blackhole~60s..'])(
  'ends whom %s holds',
  async (fault) => {
    const before = listeners();
    const simulator = await startSimulator({ regions: { eastus: {} } });
    await simulator.region('eastus').inject(fault);
    const controller = new AbortController();
    const call = failure(chat(endpoint(simulator), { signal: controller.signal }));
    await simulator.close();
    controller.abort();
    await call;
    expect(listeners()).toBe(before);
  },
);

test('clears the timer of a client that left', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
  await using simulator = await startSimulator({ regions: { eastus: {} } });
  const before = timers();
  await simulator.region('eastus').inject('latency(60000)');
  const controller = new AbortController();
  const call = failure(chat(endpoint(simulator), { signal: controller.signal }));
  await expect.poll(() => simulator.journal.entries()[0]?.fault).toBe('latency(60000)');
  controller.abort();
  await call;
  await simulator.settled();
  expect(timers()).toBeLessThanOrEqual(before);
});

test('takes no fault afterwards, and brings no listener back', async () => {
  const before = listeners();
  const simulator = await startSimulator({ regions: { eastus: {} } });
  const fault = await simulator.region('eastus').inject('refused');
  await simulator.close();
  await fault.end();
  expect(listeners()).toBe(before);
  await expect(simulator.region('eastus').inject('silence')).rejects.toThrow('takes no fault: its simulator is closed');
});

test('leaves nothing when a port is taken at the start', async () => {
  const before = listeners();
  const first = await startSimulator({ regions: { eastus: {} } });
  const port = Number(new URL(endpoint(first).url).port);
  await expect(startSimulator({ regions: { westeurope: {}, eastus: { port } } })).rejects.toThrow(
    `port ${port} must be free`,
  );
  await first.close();
  expect(listeners()).toBe(before);
});
