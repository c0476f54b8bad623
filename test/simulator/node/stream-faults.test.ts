import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { startSimulator } from '../../../src/simulator/node/index.ts';
import { ManualClock } from '../../support/clock.ts';
import { chat, endpoint, failure, started } from './support.ts';

const stream = { body: { stream: true } };

/** Reads until so many events are here. */
async function readEvents(response: Response, count: number): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  const reader = response.body?.getReader();
  if (!reader) throw new Error('no body');
  let text = '';
  while (text.split('\n\n').length <= count) text += new TextDecoder().decode((await reader.read()).value);
  return reader;
}

test.each([
  ['rst:sse:3', 'fault', 'TypeError ECONNRESET'],
  ['fin:sse:3', 'fault', 'TypeError UND_ERR_SOCKET'],
  ['rst:bytes:800', 'fault', 'TypeError ECONNRESET'],
  ['trunc:sse:3', 'server', 'no failure'],
  ['badsse:sse:3', 'server', 'no failure'],
  ['sse-error:sse:3', 'server', 'no failure'],
])('%s is closed by the %s, and read to %s', async (fault, closedBy, end) => {
  const simulator = await started();
  await simulator.region('eastus').inject(`${fault}*1`);
  expect(await (await chat(endpoint(simulator))).json()).toMatchObject({ object: 'chat.completion' });
  const response = await chat(endpoint(simulator), stream);
  expect(response.status).toBe(200);
  expect(await failure(response.text())).toBe(end);
  await simulator.settled();
  expect(simulator.journal.entries().at(-1)).toMatchObject({ fault: `${fault}*1`, status: 200, closedBy });
  expect(await (await chat(endpoint(simulator), stream)).text()).toContain('[DONE]');
});

test('what is sent before a reset arrives before it', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('rst:sse:5');
  for (let nth = 0; nth < 20; nth++) {
    const reader = await readEvents(await chat(endpoint(simulator), stream), 5);
    expect(await failure(reader.read())).toBe('TypeError ECONNRESET');
  }
});

test.each([
  ['stall:sse:2', 2],
  ['stall:bytes:10', 0],
  ['hang:headers', 0],
])('%s keeps the connection until the client leaves', async (fault, events) => {
  const simulator = await started();
  await simulator.region('eastus').inject(fault);
  const controller = new AbortController();
  const response = await chat(endpoint(simulator), { ...stream, signal: controller.signal });
  const reader = await readEvents(response, events);
  const [entry] = simulator.journal.entries();
  expect(entry).toMatchObject({ fault, status: 200, events });
  expect(entry).not.toHaveProperty('closedBy');
  controller.abort();
  expect(await failure(drain(reader))).toBe('AbortError');
  await simulator.settled();
  expect(simulator.journal.entries()).toMatchObject([{ events, closedBy: 'client' }]);
});

async function drain(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}

test('hang:headers says how long the body is that never comes', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('hang:headers');
  const controller = new AbortController();
  const response = await chat(endpoint(simulator), { signal: controller.signal });
  expect(Number(response.headers.get('content-length'))).toBeGreaterThan(0);
  controller.abort();
  await simulator.settled();
  expect(simulator.journal.entries()).toMatchObject([{ fault: 'hang:headers', bytesOut: 0, closedBy: 'client' }]);
});

test('a simulator that closes ends what has stalled, and says so', async () => {
  const simulator = await startSimulator({ regions: { eastus: {} } });
  await simulator.region('eastus').inject('stall:sse:2');
  const reader = await readEvents(await chat(endpoint(simulator), stream), 2);
  const end = failure(reader.read());
  await expect(simulator.close()).rejects.toThrow('all requests must be over when the simulator closes: eastus POST');
  expect(await end).toBe('TypeError UND_ERR_SOCKET');
  expect(simulator.journal.entries()).toMatchObject([{ fault: 'stall:sse:2', closedBy: 'server' }]);
});

test('a fault of the connection resets what has stalled', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('stall:sse:2');
  const reader = await readEvents(await chat(endpoint(simulator), stream), 2);
  const end = failure(reader.read());
  await simulator.region('eastus').inject('refused');
  expect(await end).toBe('TypeError ECONNRESET');
  expect(simulator.journal.entries()).toMatchObject([{ fault: 'refused', closedBy: 'fault' }]);
});

test('a slow body takes its time by the clock, and leaves no timer when its client leaves', async () => {
  const clock = new ManualClock();
  const simulator = await started({ clock });
  await simulator.region('eastus').inject('slice(100,1000)');
  const reader = (await chat(endpoint(simulator), stream)).body?.getReader();
  for (let piece = 1; piece <= 3; piece++) {
    expect((await reader?.read())?.value?.length).toBe(100);
    await expect.poll(() => clock.open).toBe(1);
    expect(simulator.journal.entries()).toMatchObject([{ bytesOut: 100 * piece }]);
    await clock.advance(1000);
  }
  await reader?.cancel();
  await simulator.settled();
  expect(clock.open).toBe(0);
  expect(simulator.journal.entries()).toMatchObject([{ fault: 'slice(100,1000)', closedBy: 'client' }]);
});

test('slices without a pause are written one by one', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('slice(11,0)');
  const lengths: number[] = [];
  for await (const { length } of (await chat(endpoint(simulator), stream)).body ?? []) lengths.push(length);
  // Who has not begun to read gets what has come meanwhile at once.
  expect(lengths.slice(0, -1).every((length) => length % 11 === 0)).toBe(true);
  expect(lengths.length).toBeGreaterThan(100);
});

test.each([
  ['trunc:sse:1', /\r\n0\r\n\r\n$/],
  ['fin:sse:1', /\n\n\r\n$/],
  ['badchunk:sse:1', /\n\n\r\nnonsense\r\n$/],
])('%s ends on the wire with %o', async (fault, expected) => {
  const simulator = await started();
  await simulator.region('eastus').inject(fault);
  const { url, key } = endpoint(simulator);
  const body = JSON.stringify({ model: 'gpt-4o', messages: [], stream: true });
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(
    `POST /openai/v1/chat/completions HTTP/1.1\r\nhost: eastus\r\nconnection: close\r\napi-key: ${key}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  let text = '';
  for await (const chunk of socket) text += chunk;
  expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
  expect(text).toMatch(expected);
});

test('a stream that takes its time to begin is a 200 all the same, at once', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('stream(60000,40)');
  const controller = new AbortController();
  const response = await chat(endpoint(simulator), { body: { stream: true }, signal: controller.signal });
  expect(response.status).toBe(200);
  controller.abort();
  await simulator.settled();
  expect(simulator.journal.entries()).toMatchObject([{ closedBy: 'client', status: 200, events: 0 }]);
});
