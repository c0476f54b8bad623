import { expect, test } from 'vitest';
import { read, stream } from './stream-support.ts';
import { chat, failure, simulated } from './virtual-support.ts';

const withoutId = (event: string): string => event.replace(/"chatcmpl-[\da-f]+"/, '""');

test.each([{}, stream])('hang:headers is a head without a body: %o', async (init) => {
  const simulator = simulated();
  const { clock, journal } = simulator;
  simulator.region('eastus').inject('hang:headers');
  const controller = new AbortController();
  const response = await chat(simulator, { ...init, signal: controller.signal });
  expect(response.status).toBe(200);
  clock.timer(1000, () => controller.abort(new Error('mine')));
  expect(await clock.run(failure(response.text()))).toBe('Error: mine');
  expect(journal.entries()).toMatchObject([{ fault: 'hang:headers', bytesOut: 0, events: 0, closedBy: 'client' }]);
});

test('slices split what belongs together, and come in their time', async () => {
  const simulator = simulated();
  const { clock, journal } = simulator;
  const messages = [{ role: 'user', content: 'Grüß Gott 🌍' }];
  for (const body of [{ messages }, { messages, stream: true }]) {
    const whole = await (await chat(simulator, { body })).text();
    const length = new TextEncoder().encode(whole).length;
    const slow = simulator.region('eastus').inject('slice(3,5)');
    const startedAt = clock.now();
    const reader = (await chat(simulator, { body })).body?.getReader();
    const chunks: Uint8Array[] = [];
    for (;;) {
      const { value } = (await clock.run(reader?.read() ?? Promise.reject(new Error('no body')))) ?? {};
      if (!value) break;
      chunks.push(value);
    }
    expect(chunks.map((chunk) => chunk.length)).toEqual([...Array(Math.ceil(length / 3) - 1).fill(3), length % 3 || 3]);
    expect(clock.now() - startedAt).toBe((chunks.length - 1) * 5);
    const text = await new Response(new Blob(chunks as BlobPart[])).text();
    expect(withoutId(text).length).toBe(withoutId(whole).length);
    expect(chunks.some((chunk) => new TextDecoder().decode(chunk).includes('�'))).toBe(true);
    expect(journal.entries().at(-1)).toMatchObject({
      fault: 'slice(3,5)',
      bytesOut: length,
      events: body.stream ? whole.split('\n\n').length - 1 : 0,
      closedBy: 'server',
      endedAt: clock.now(),
    });
    slow.end();
  }
});

test('a throttled body takes its size by its rate', async () => {
  const simulator = simulated();
  const { clock, journal } = simulator;
  simulator.region('eastus').inject('throttle(200)');
  const startedAt = clock.now();
  await clock.run((await chat(simulator, stream)).text());
  const { bytesOut = 0 } = journal.entries()[0] ?? {};
  expect((clock.now() - startedAt) / 1000).toBeCloseTo(bytesOut / 200, 0);
});

test('what a slow reader has not read waits for it, and no longer than that', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  simulator.region('eastus').inject('slice(10,100)');
  const reader = (await chat(simulator, stream)).body?.getReader();
  await reader?.read();
  await clock.runUntil(clock.now() + 1000);
  const readAt = clock.now();
  for (let piece = 0; piece < 10; piece++) await reader?.read();
  expect(clock.now()).toBe(readAt);
  await clock.run(Promise.resolve(reader?.read()));
  expect(clock.now()).toBe(readAt + 100);
  await reader?.cancel();
});

test('a body that is slow also breaks', async () => {
  const simulator = simulated();
  const { clock, journal } = simulator;
  const region = simulator.region('eastus');
  region.inject('slice(50,1)');
  region.inject('rst:sse:2');
  const { events, end } = await clock.run(read(await chat(simulator, stream)));
  expect([events.length, end]).toEqual([2, 'TypeError: terminated (ECONNRESET read)']);
  expect(journal.entries()).toMatchObject([{ fault: 'rst:sse:2', events: 2, closedBy: 'fault' }]);
});

test('nothing of a slow body arrives where there is no network', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  const client = simulator.client();
  simulator.region('eastus').inject('slice(400,100)');
  const reader = (await chat(simulator, { ...stream, fetch: client.fetch })).body?.getReader();
  await reader?.read();
  client.offline = true;
  const startedAt = clock.now();
  clock.timer(5000, () => {
    client.offline = false;
  });
  await clock.run(Promise.resolve(reader?.read()));
  expect(clock.now()).toBe(startedAt + 5000);
  client.cut();
  expect(await failure(reader?.read() ?? Promise.resolve())).toBe('TypeError: terminated (ECONNRESET read)');
});

test('an error that is no success is not touched', async () => {
  const simulator = simulated();
  const region = simulator.region('eastus');
  region.inject('hang:headers');
  region.inject('slice(1,1000)');
  region.inject('status(503)');
  const response = await chat(simulator, stream);
  expect(response.status).toBe(503);
  await response.text();
  expect(simulator.journal.entries()).toMatchObject([{ fault: 'status(503)', closedBy: 'server' }]);
});

test('a stream has its own pace: the time to its first event, and the events of a second', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  simulator.region('eastus').inject('stream(500,40)');
  const startedAt = clock.now();
  const response = await chat(simulator, stream);
  const arrivals: number[] = [];
  const reader = response.body?.getReader();
  const drain = async (): Promise<void> => {
    while (!(await reader?.read())?.done) arrivals.push(clock.now() - startedAt);
  };
  await clock.run(drain());
  expect(arrivals.length).toBeGreaterThan(5);
  expect(arrivals).toEqual(arrivals.map((_, nth) => 500 + 25 * nth));
  // What is no stream has no events.
  await (await chat(simulator)).json();
  expect(simulator.journal.entries()[1]).not.toHaveProperty('fault');
});

test('the pace of a stream is as unsteady as it says, and the same for the same seed', async () => {
  const gaps = async (): Promise<readonly number[]> => {
    const simulator = simulated();
    const { clock } = simulator;
    simulator.region('eastus').inject('stream(0,10,0.3)');
    const reader = (await chat(simulator, stream)).body?.getReader();
    const arrivals: number[] = [];
    const drain = async (): Promise<void> => {
      while (!(await reader?.read())?.done) arrivals.push(clock.now());
    };
    await clock.run(drain());
    return arrivals.slice(1).map((at, nth) => at - (arrivals[nth] ?? 0));
  };
  const seen = await gaps();
  expect(Math.min(...seen)).toBeGreaterThanOrEqual(70);
  expect(Math.max(...seen)).toBeLessThanOrEqual(130);
  expect(new Set(seen.map(Math.round)).size).toBeGreaterThan(3);
  expect(await gaps()).toEqual(seen);
});
