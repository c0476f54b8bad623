import { createServer } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { chat, endpoint, failure, started } from './support.ts';

const faults = [
  ['refused', 'TypeError ECONNREFUSED'],
  ['rst:request', 'TypeError ECONNRESET'],
  ['fin:request', 'TypeError UND_ERR_SOCKET'],
  ['rst:accept', 'TypeError ECONNRESET'],
  ['fin:accept', 'TypeError UND_ERR_SOCKET'],
  ['conn-limit(0)', 'TypeError ECONNRESET'],
  ['garbage', 'TypeError HTTPParserError'],
  // To who wants no TLS.
  ['tls', 'TypeError UND_ERR_SOCKET'],
  ['silence', 'TimeoutError'],
  ['noread', 'TimeoutError'],
  ['blackhole', 'TimeoutError'],
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

test('tls fails the handshake of who wants it', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('tls');
  const { url } = endpoint(simulator);
  const asked = fetch(url.replace('http:', 'https:')).catch((error) => error.cause.message);
  expect(await asked).toBe('Client network socket disconnected before secure TLS connection was established');
});

test('nothing arrives of what nobody reads, and what was held is reset in the end', async () => {
  const simulator = await started();
  const fault = await simulator.region('eastus').inject('noread');
  const calls = [failure(chat(endpoint(simulator))), failure(chat(endpoint(simulator)))];
  expect(await Promise.race([...calls, quiet()])).toBe('quiet');
  await fault.end();
  expect(await Promise.all(calls)).toEqual(['TypeError ECONNRESET', 'TypeError ECONNRESET']);
  expect(simulator.journal.entries()).toEqual([]);
  expect((await chat(endpoint(simulator))).status).toBe(200);
});

test('who connects to a blackhole is answered once it is gone', async () => {
  const simulator = await started();
  const fault = await simulator.region('eastus').inject('blackhole');
  const call = chat(endpoint(simulator));
  expect(await Promise.race([failure(call), quiet()])).toBe('quiet');
  await fault.end();
  // The kernel tries again a second after the first time.
  expect((await call).status).toBe(200);
});

test('a blackhole comes and goes by turns, and ends with the simulator', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  await region.inject('flap(0.1,0.3,blackhole)');
  expect((await chat(endpoint(simulator))).status).toBe(200);
  await expect
    .poll(() => failure(chat(endpoint(simulator), { signal: AbortSignal.timeout(50) })), { interval: 20 })
    .toBe('TimeoutError');
});

test('a fault of new connections counts them', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('rst:accept+1*2');
  const seen: string[] = [];
  for (let nth = 0; nth < 4; nth++) {
    seen.push(await failure(chat(endpoint(simulator), { headers: { connection: 'close', 'api-key': 'none' } })));
  }
  expect(seen).toEqual(['no failure', 'TypeError ECONNRESET', 'TypeError ECONNRESET', 'no failure']);
});

test('a limit of connections lets those through that are within it', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  await region.inject('latency(30)');
  await region.inject('conn-limit(2)');
  const calls = await Promise.all([1, 2, 3].map(() => failure(chat(endpoint(simulator)).then((r) => r.text()))));
  expect(calls.sort()).toEqual(['TypeError ECONNRESET', 'no failure', 'no failure']);
});

test.each([
  ['rst:reuse', 'TypeError ECONNRESET'],
  ['fin:reuse', 'TypeError UND_ERR_SOCKET'],
])('%s fails the second request on a connection, and no first', async (fault, expected) => {
  const simulator = await started();
  await simulator.region('eastus').inject(fault);
  const seen: string[] = [];
  for (let nth = 0; nth < 4; nth++) {
    seen.push(await failure(chat(endpoint(simulator)).then((response) => response.text())));
    await simulator.settled();
    // The pool has the connection back a little later.
    await nextTurn();
  }
  expect(seen).toEqual(['no failure', expected, 'no failure', expected]);
  expect(simulator.journal.entries().map(({ reused, closedBy }) => [reused, closedBy])).toEqual([
    [false, 'server'],
    [true, 'fault'],
    [false, 'server'],
    [true, 'fault'],
  ]);
});

test('a region goes on with what its client has left, where it is told to', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('duplicate-slow(80)*1');
  expect(await failure(chat(endpoint(simulator), { signal: AbortSignal.timeout(20) }))).toBe('TimeoutError');
  expect((await chat(endpoint(simulator))).status).toBe(200);
  await simulator.settled();
  const [left, other] = simulator.journal.entries();
  expect(left).toMatchObject({ closedBy: 'client', status: 200, fault: 'duplicate-slow(80)*1', bytesOut: 0 });
  expect(left?.firstByteAt).toBeGreaterThan(left?.endedAt ?? 0);
  expect(other).toMatchObject({ closedBy: 'server' });
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

/** Long enough for anything to happen on loopback that is going to. */
async function quiet(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  return 'quiet';
}
