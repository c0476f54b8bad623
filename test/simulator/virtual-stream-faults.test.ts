import { expect, test } from 'vitest';
import { hex } from '../../src/simulator/hash.ts';
import { ask, read, respond, stream } from './stream-support.ts';
import { chat, failure, simulated } from './virtual-support.ts';

const withoutId = (event: string): string => event.replace(/"chatcmpl-[\da-f]+"/, '""');

test.each([
  ['rst:sse:3', 'TypeError: terminated (ECONNRESET read)', 'TypeError: network error'],
  ['fin:sse:3', 'TypeError: terminated (UND_ERR_SOCKET)', 'TypeError: network error'],
  ['badchunk:sse:3', 'TypeError: terminated (HPE_INVALID_CHUNK_SIZE)', 'TypeError: network error'],
])('%s cuts a stream after three events, as Node and as a browser says it', async (fault, node, browser) => {
  for (const [shapes, expected] of [
    ['node', node],
    ['browser', browser],
  ] as const) {
    const simulator = simulated({ shapes });
    const { events: whole } = await read(await chat(simulator, stream));
    simulator.region('eastus').inject(fault);
    const { events, end } = await read(await chat(simulator, stream));
    expect(end).toBe(expected);
    expect(events.map(withoutId)).toEqual(whole.slice(0, 3).map(withoutId));
    const bytesOut = new TextEncoder().encode(events.join('')).length;
    expect(simulator.journal.entries().at(-1)).toMatchObject({
      fault,
      status: 200,
      events: 3,
      bytesOut,
      closedBy: 'fault',
    });
  }
});

test('a stream that is cut before its first event has a head', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('rst:sse:0');
  const response = await chat(simulator, stream);
  expect(response.status).toBe(200);
  expect(await failure(response.text())).toBe('TypeError: terminated (ECONNRESET read)');
  expect(simulator.journal.entries()).toMatchObject([{ events: 0, bytesOut: 0, closedBy: 'fault' }]);
});

test('who reads a whole body that is cut is told by a browser what it says of any', async () => {
  const simulator = simulated({ shapes: 'browser' });
  simulator.region('eastus').inject('fin:sse:1');
  expect(await failure((await chat(simulator, stream)).text())).toBe('TypeError: Failed to fetch');
});

test('a cut after bytes leaves half an event', async () => {
  const simulator = simulated();
  const [first = ''] = (await read(await chat(simulator, stream))).events;
  simulator.region('eastus').inject(`fin:bytes:${first.length + 10}`);
  const { events, end } = await read(await chat(simulator, stream));
  expect(events).toEqual([first, 'data: {"id']);
  expect(end).toBe('TypeError: terminated (UND_ERR_SOCKET)');
  expect(simulator.journal.entries().at(-1)).toMatchObject({
    events: 1,
    bytesOut: first.length + 10,
    closedBy: 'fault',
  });
});

test('a stall lasts until the client gives up', async () => {
  const simulator = simulated();
  const { clock, journal } = simulator;
  simulator.region('eastus').inject('stall:sse:2');
  const controller = new AbortController();
  const reader = (await chat(simulator, { ...stream, signal: controller.signal })).body?.getReader();
  await reader?.read();
  await reader?.read();
  const startedAt = clock.now();
  clock.timer(60_000, () => controller.abort(new Error('mine')));
  expect(await clock.run(failure(reader?.read() ?? Promise.resolve()))).toBe('Error: mine');
  expect(journal.entries()).toMatchObject([
    { fault: 'stall:sse:2', events: 2, closedBy: 'client', endedAt: startedAt + 60_000 },
  ]);
});

test('a stalled stream can be cancelled, and is cut by a fault of the connection', async () => {
  const simulator = simulated();
  simulator.region('eastus').inject('stall:bytes:100');
  const cancelled = (await chat(simulator, stream)).body?.getReader();
  await cancelled?.read();
  const pending = cancelled?.read();
  await cancelled?.cancel();
  expect(await pending).toEqual({ done: true, value: undefined });
  const cut = (await chat(simulator, stream)).body?.getReader();
  expect((await cut?.read())?.value?.length).toBe(100);
  const next = failure(cut?.read() ?? Promise.resolve());
  simulator.region('eastus').inject('refused');
  expect(await next).toBe('TypeError: terminated (ECONNRESET read)');
  expect(simulator.journal.entries()).toMatchObject([
    { fault: 'stall:bytes:100', events: 0, bytesOut: 100, closedBy: 'client' },
    { fault: 'refused', events: 0, bytesOut: 100, closedBy: 'fault' },
  ]);
});

test('what is no stream, or is over before, passes and does not count', async () => {
  const simulator = simulated();
  const region = simulator.region('eastus');
  const { events: whole } = await read(await chat(simulator, stream));
  for (const fault of ['rst:sse:1*1', 'rst:bytes:1*1', 'trunc:sse:1*1', 'sse-error:sse:1*1', 'badsse:sse:1*1']) {
    region.inject(fault);
    expect(await (await chat(simulator)).json()).toMatchObject({ object: 'chat.completion' });
    expect(simulator.journal.entries().at(-1)).not.toHaveProperty('fault');
    const { events } = await read(await chat(simulator, stream));
    expect(events.length).toBeLessThan(whole.length);
    expect(region.faults).toEqual([]);
  }
  for (const fault of [
    `fin:sse:${whole.length + 1}`,
    `trunc:sse:${whole.length}`,
    `badsse:sse:${whole.length}`,
    'stall:bytes:100000',
  ]) {
    region.inject(`${fault}*1`);
    const { events, end } = await read(await chat(simulator, stream));
    expect([events.length, end]).toEqual([whole.length, 'no failure']);
    expect(region.faults.length).toBe(1);
    region.heal();
  }
});

test('a stream can be cut between its last event and its end', async () => {
  const simulator = simulated();
  const { events: whole } = await read(await chat(simulator, stream));
  simulator.region('eastus').inject(`rst:sse:${whole.length}`);
  const { events, end } = await read(await chat(simulator, stream));
  expect(events.at(-1)).toBe('data: [DONE]\n\n');
  expect(end).toBe('TypeError: terminated (ECONNRESET read)');
});

test('strikes one deployment, some requests, and by turns', async () => {
  const simulator = simulated();
  const region = simulator.region('eastus');
  const ends = async (count: number, model?: string): Promise<readonly string[]> => {
    const seen: string[] = [];
    for (let nth = 0; nth < count; nth++) {
      const messages = [{ role: 'user', content: 'Good morning' }];
      seen.push((await read(await ask(simulator, 'chat/completions', { messages, stream: true, model }))).end);
    }
    return seen;
  };
  const cut = 'TypeError: terminated (ECONNRESET read)';
  region.inject('rst:sse:1@deployment=small');
  expect(await ends(1, 'gpt-4o')).toEqual(['no failure']);
  expect(await ends(1, 'small')).toEqual([cut]);
  region.heal();
  region.inject('rst:sse:1%40');
  const struck = (await ends(50, 'small')).filter((end) => end === cut).length;
  expect(struck).toBeGreaterThan(10);
  expect(struck).toBeLessThan(30);
  region.heal();
  region.inject('flap(3,5,rst:sse:1)');
  expect(await ends(1, 'small')).toEqual(['no failure']);
  await simulator.clock.runUntil(simulator.clock.now() + 3000);
  expect(await ends(1, 'small')).toEqual([cut]);
  region.heal();
});

test('broken streams are a function of the seed, and the same on every platform', async () => {
  const simulator = simulated();
  const { clock } = simulator;
  for (const fault of [
    'rst:sse:3%20',
    'fin:bytes:900%20',
    'stall:sse:2%20',
    'badchunk:sse:4%10',
    'sse-error(rate):sse:1%20',
    'badsse:sse:5%20',
    'slice(90,7)%30',
    'throttle(3000)%30',
  ]) {
    simulator.region('eastus').inject(fault);
  }
  const clients = (['node', 'browser'] as const).map((shapes) => simulator.client({ shapes }));
  const startedAt = clock.now();
  const seen: string[] = [];
  const ends = new Set<string>();
  for (let nth = 0; nth < 200; nth++) {
    clock.timer(nth * 50, async () => {
      const controller = new AbortController();
      const cancel = clock.timer(2000, () => controller.abort(new Error('too long')));
      const init = { fetch: clients[nth % 2]?.fetch ?? fetch, signal: controller.signal };
      const call = nth % 3 === 0 ? respond(simulator, init) : chat(simulator, { ...stream, ...init });
      const { events, end } = await read(await call);
      cancel();
      seen.push(`${clock.now() - startedAt} ${nth} ${end} ${hex(8, ...events)}`);
      ends.add(end);
    });
  }
  await clock.runUntil(startedAt + 60_000);
  expect([...ends].sort()).toEqual([
    'Error: too long',
    'TypeError: network error',
    'TypeError: terminated (ECONNRESET read)',
    'TypeError: terminated (HPE_INVALID_CHUNK_SIZE)',
    'TypeError: terminated (UND_ERR_SOCKET)',
    'no failure',
  ]);
  expect(hex(16, ...seen, JSON.stringify(simulator.journal.entries()))).toBe('774e6f787d60b24e');
});
