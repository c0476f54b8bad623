import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { chat, endpoint, failure, started } from './support.ts';

const faults = [
  ['refused', 'TypeError ECONNREFUSED'],
  ['rst:request', 'TypeError ECONNRESET'],
  ['fin:request', 'TypeError UND_ERR_SOCKET'],
  ['silence', 'TimeoutError'],
] as const;

test.each(faults)('%s fails with %s on a new connection', async (fault, expected) => {
  const simulator = await started();
  await simulator.region('eastus').inject(fault);
  expect(await failure(chat(endpoint(simulator), { signal: AbortSignal.timeout(100) }))).toBe(expected);
});

test.each(faults)('%s fails with %s where a connection was pooled', async (fault, expected) => {
  const simulator = await started();
  await (await chat(endpoint(simulator))).json();
  await simulator.region('eastus').inject(fault);
  expect(await failure(chat(endpoint(simulator), { signal: AbortSignal.timeout(100) }))).toBe(expected);
});

test.each(faults)('%s resets the request that is open when it starts', async (fault) => {
  const simulator = await started();
  await simulator.region('eastus').inject('latency(5000)');
  const call = failure(chat(endpoint(simulator)));
  await expect.poll(() => simulator.journal.entries()[0]?.deployment).toBe('gpt-4o');
  await simulator.region('eastus').inject(fault);
  expect(await call).toBe('TypeError ECONNRESET');
  expect(simulator.journal.entries()).toMatchObject([{ fault, closedBy: 'fault' }]);
});

test.each(faults)('%s is over when it is ended, on the same port', async (fault) => {
  const simulator = await started();
  const before = endpoint(simulator);
  const injected = await simulator.region('eastus').inject(fault);
  await injected.end();
  await injected.end();
  expect(endpoint(simulator)).toEqual(before);
  expect((await chat(before)).status).toBe(200);
});

test.each(faults)('%s of one region leaves the other alone', async (fault) => {
  const simulator = await started();
  await simulator.region('eastus').inject(fault);
  expect((await chat(endpoint(simulator, 'westeurope'))).status).toBe(200);
});

test('a fault ends with its scope', async () => {
  const simulator = await started();
  {
    await using _refused = await simulator.region('eastus').inject('refused');
    expect(await failure(chat(endpoint(simulator)))).toBe('TypeError ECONNREFUSED');
  }
  expect((await chat(endpoint(simulator))).status).toBe(200);
});

test('heal ends every fault', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  await region.inject('refused');
  await region.inject('latency(10)');
  expect(region.faults.map(({ text }) => text)).toEqual(['refused', 'latency(10)']);
  await region.heal();
  expect(region.faults).toEqual([]);
  expect((await chat(endpoint(simulator))).status).toBe(200);
});

test('refuses a second fault of the connection', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  await region.inject('silence');
  await expect(region.inject('rst:request')).rejects.toThrow(
    'a region has one connection fault at a time: "rst:request" while "silence" is on',
  );
});

test('*times ends a fault of the connection', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  await region.inject('rst:request*1');
  expect(await failure(chat(endpoint(simulator)))).toBe('TypeError ECONNRESET');
  expect((await chat(endpoint(simulator))).status).toBe(200);
  expect(region.faults).toEqual([]);
});

test('refused can be switched on and off without waiting', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  for (let i = 0; i < 5; i++) {
    const injecting = region.inject('refused');
    region.heal();
    await injecting;
  }
  await region.heal();
  await expect.poll(() => failure(chat(endpoint(simulator)))).toBe('no failure');
});

test('says so when its port was taken meanwhile', async () => {
  const simulator = await started();
  const fault = await simulator.region('eastus').inject('refused');
  const port = Number(new URL(endpoint(simulator).url).port);
  const thief = createServer();
  await new Promise<void>((resolve) => thief.listen(port, '127.0.0.1', resolve));
  await expect(fault.end()).rejects.toThrow(`port ${port} must be free to listen on, and is in use`);
  await new Promise((resolve) => thief.close(resolve));
});
