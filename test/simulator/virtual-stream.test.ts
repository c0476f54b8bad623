import { expect, test } from 'vitest';
import { chat, failure, simulated } from './virtual-support.ts';

const stream = { body: { stream: true } };

test('streams events as they are read', async () => {
  const simulator = simulated();
  const response = await chat(simulator, stream);
  const [entry] = simulator.journal.entries();
  expect(entry).toMatchObject({ status: 200, stream: true, events: 0, bytesOut: 0 });
  expect(entry).not.toHaveProperty('closedBy');
  const text = await response.text();
  expect(text.trimEnd()).toMatch(/data: \[DONE]$/);
  expect(simulator.journal.entries()).toMatchObject([
    { events: text.split('\n\n').length - 1, bytesOut: new TextEncoder().encode(text).length, closedBy: 'server' },
  ]);
});

test('sends no more than is asked for', async () => {
  const simulator = simulated();
  const reader = (await chat(simulator, stream)).body?.getReader();
  for (let events = 1; events <= 3; events++) {
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toMatch(/^data: \{.*\n\n$/);
    await simulator.clock.runUntil(simulator.clock.now() + 1000);
    expect(simulator.journal.entries()).toMatchObject([{ events }]);
  }
  await reader?.cancel();
});

test('a body that is cancelled was ended by the client', async () => {
  const simulator = simulated();
  const reader = (await chat(simulator, stream)).body?.getReader();
  await reader?.read();
  await reader?.cancel();
  await (await chat(simulator, stream)).body?.cancel();
  expect(simulator.journal.entries()).toMatchObject([
    { events: 1, closedBy: 'client' },
    { events: 0, closedBy: 'client' },
  ]);
});

test('a whole body that is not read was sent all the same', async () => {
  const simulator = simulated();
  await (await chat(simulator)).body?.cancel();
  await chat(simulator);
  expect(simulator.journal.entries()).toMatchObject([{ closedBy: 'server' }, { closedBy: 'server' }]);
});

test('can be read twice at once, piped and read into a buffer of the reader', async () => {
  const simulator = simulated();
  const response = await chat(simulator, stream);
  const copy = response.clone();
  const [left, right] = (await chat(simulator, stream)).body?.tee() ?? [];
  const piped = (await chat(simulator, stream)).body?.pipeThrough(new TextDecoderStream());
  const texts = [response.text(), copy.text(), new Response(left).text(), new Response(right).text()];
  let last = '';
  for await (const chunk of piped ?? []) last = chunk;
  expect(last).toBe('data: [DONE]\n\n');
  expect((await Promise.all(texts)).map((text) => text.slice(-8))).toEqual(Array(4).fill('[DONE]\n\n'));
  const byob = (await chat(simulator)).body?.getReader({ mode: 'byob' });
  let bytes = 0;
  for (;;) {
    const { done, value } = (await byob?.read(new Uint8Array(100))) ?? { done: true, value: undefined };
    bytes += value?.length ?? 0;
    if (done) break;
  }
  expect(simulator.journal.entries().at(-1)?.bytesOut).toBe(bytes);
});

test('a signal that has aborted stops a call before it is one', async () => {
  const simulator = simulated();
  expect(await failure(chat(simulator, { signal: AbortSignal.abort(new Error('mine')) }))).toBe('Error: mine');
  expect(simulator.journal.entries()).toEqual([]);
});

test('an abort ends the wait for an answer at once, with its reason', async () => {
  const simulator = simulated({ regions: { eastus: { latencyMs: 500 } } });
  const { clock, journal } = simulator;
  const controller = new AbortController();
  clock.timer(200, () => controller.abort(new Error('mine')));
  expect(await clock.run(failure(chat(simulator, { signal: controller.signal })))).toBe('Error: mine');
  expect(clock.open).toBe(0);
  const [entry] = journal.entries();
  expect((entry?.endedAt ?? 0) - (entry?.arrivedAt ?? 0)).toBe(200);
  expect(entry).toMatchObject({ closedBy: 'client', bytesOut: 0 });
});

test('an abort in the middle of a stream is what reading it fails with', async () => {
  const simulator = simulated();
  const controller = new AbortController();
  const reader = (await chat(simulator, { ...stream, signal: controller.signal })).body?.getReader();
  await reader?.read();
  controller.abort(new Error('mine'));
  expect(await failure(reader?.read() ?? Promise.resolve())).toBe('Error: mine');
  expect(simulator.journal.entries()).toMatchObject([{ events: 1, closedBy: 'client' }]);
});

test('an abort after the head fails a body that nobody has read', async () => {
  const simulator = simulated();
  const controller = new AbortController();
  const response = await chat(simulator, { signal: controller.signal });
  controller.abort(new Error('mine'));
  expect(await failure(response.text())).toBe('Error: mine');
  expect(simulator.journal.entries()).toMatchObject([{ closedBy: 'server' }]);
});

test('an abort after the end changes nothing', async () => {
  const simulator = simulated();
  const controller = new AbortController();
  const response = await chat(simulator, { ...stream, signal: controller.signal });
  const text = await response.text();
  controller.abort();
  expect(text).toContain('[DONE]');
  expect(simulator.journal.entries()).toMatchObject([{ closedBy: 'server' }]);
});

test('an abort ends an upload', async () => {
  const simulator = simulated();
  const controller = new AbortController();
  const body = new ReadableStream({ pull: () => new Promise<void>(() => {}) });
  const init = { method: 'POST', body, duplex: 'half', signal: controller.signal };
  simulator.clock.timer(100, () => controller.abort(new Error('mine')));
  const call = simulator.fetch(`${simulator.endpoints()[0]?.url}/openai/v1/responses`, init);
  expect(await simulator.clock.run(failure(call))).toBe('Error: mine');
  expect(simulator.journal.entries()).toMatchObject([{ closedBy: 'client', bytesIn: 0 }]);
});

test('an upload that fails fails the call', async () => {
  const simulator = simulated();
  const body = new ReadableStream({ start: (upload) => upload.error(new Error('from the disk')) });
  const init = { method: 'POST', body, duplex: 'half' };
  const call = simulator.fetch(`${simulator.endpoints()[0]?.url}/openai/v1/responses`, init);
  expect(await simulator.clock.run(failure(call))).toMatch(/Error: /);
  expect(simulator.journal.entries()).toMatchObject([{ closedBy: 'client' }]);
});

test('leaves no listener on a signal that serves many calls', async () => {
  const simulator = simulated();
  const { signal } = new AbortController();
  let listening = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (...args: unknown[]) => {
    listening++;
    Reflect.apply(addEventListener, signal, args);
  };
  signal.removeEventListener = (...args: unknown[]) => {
    listening--;
    Reflect.apply(removeEventListener, signal, args);
  };
  for (const init of [{}, stream]) await (await chat(simulator, { ...init, signal })).text();
  await (await chat(simulator, { ...stream, signal })).body?.cancel();
  simulator.region('eastus').inject('rst:request');
  await failure(chat(simulator, { signal }));
  expect(listening).toBe(0);
});
