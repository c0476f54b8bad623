import { expect, test } from 'vitest';
import { createFailoverFetch, memoryStore } from '../../src/index.ts';
import { ManualClock, settled } from '../support/clock.ts';
import { ok, silence } from '../support/service.ts';
import { CHAT, endpointOf, outcomeOf } from '../support/setup.ts';
import * as sse from '../support/stream.ts';
import { CHATTING, events, readAll, scripted, stalls, streamed, streaming, word } from '../support/stream.ts';

const reasons: readonly unknown[] = [
  'enough',
  undefined,
  new TypeError('mine'),
  new DOMException('late', 'TimeoutError'),
];
const reasonOf = (caller: AbortController, reason: unknown): unknown => {
  caller.abort(reason);
  return caller.signal.reason;
};

test.each(reasons)('B: an abort in the preamble rejects with the caller’s reason: %s', async (given) => {
  const { fetch, clock, left, bodies, inFlight } = streaming({ script: { sweden: events(sse.FILTERS, stalls) } });
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, streamed({ signal: caller.signal })));
  await clock.advance(1_000);
  const reason = reasonOf(caller, given);
  expect(await answer).toEqual({ error: reason });
  await settled();
  expect(bodies[0]?.state).not.toBe('open');
  expect(inFlight('sweden')).toBe(0);
  expect(left()).toEqual([]);
});

test.each(reasons)('B: an abort while a stream is read rejects with the caller’s reason: %s', async (given) => {
  const { fetch, clock, left, bodies, inFlight, heard } = streaming({ script: { sweden: events(word('a'), stalls) } });
  const caller = new AbortController();
  const response = await clock.run(fetch(CHAT, streamed({ signal: caller.signal })));
  const reading = readAll(response);
  await clock.advance(1_000);
  const reason = reasonOf(caller, given);
  const { text, error } = await reading;
  expect(text).toBe(word('a'));
  expect(error).toBe(reason);
  await settled();
  expect(bodies[0]?.state).not.toBe('open');
  expect(inFlight('sweden')).toBe(0);
  expect(heard('stream-broken')).toEqual([]);
  expect(left()).toEqual([]);
});

test('B: an abort while nobody reads ends the stream at once, and is what the next read says', async () => {
  const { fetch, clock, left, bodies, inFlight } = streaming({ script: { sweden: events(...CHATTING) } });
  const caller = new AbortController();
  const response = await clock.run(fetch(CHAT, streamed({ signal: caller.signal })));
  const reader = response.body?.getReader();
  for (let i = 0; i < 3; i++) await reader?.read();
  caller.abort('enough');
  await settled();
  expect(bodies[0]?.state).not.toBe('open');
  expect(inFlight('sweden')).toBe(0);
  expect(left()).toEqual([]);
  expect(await outcomeOf(reader?.read() as never)).toEqual({ error: 'enough' });
});

test('B: an abort before the first read keeps back what had come', async () => {
  const { fetch, clock, left } = streaming({ script: { sweden: events(...CHATTING) } });
  const caller = new AbortController();
  const response = await clock.run(fetch(CHAT, streamed({ signal: caller.signal })));
  caller.abort('enough');
  expect(await readAll(response)).toMatchObject({ text: '', error: 'enough' });
  await settled();
  expect(left()).toEqual([]);
});

test('B: an abort behind the last event lets go of the connection', async () => {
  const { fetch, clock, left, bodies } = streaming({ script: { sweden: events(...CHATTING, stalls) } });
  const caller = new AbortController();
  const reader = (await clock.run(fetch(CHAT, streamed({ signal: caller.signal })))).body?.getReader();
  for (let i = 0; i < CHATTING.length; i++) await reader?.read();
  caller.abort('enough');
  await settled();
  expect(bodies.map(({ state }) => state)).not.toContain('open');
  expect(left()).toEqual([]);
});

test('B: an abort while the end is waited for behind the last event rejects with the caller’s reason', async () => {
  const { fetch, clock, left } = streaming({ script: { sweden: events(...CHATTING, stalls) } });
  const caller = new AbortController();
  const reading = readAll(await clock.run(fetch(CHAT, streamed({ signal: caller.signal }))));
  await clock.advance(500);
  caller.abort('enough');
  await settled();
  expect(left()).toEqual([]);
  expect(await reading).toMatchObject({ text: CHATTING.join(''), error: 'enough' });
});

test('B: an abort when all is over changes nothing', async () => {
  const { fetch, clock, left } = streaming({ script: { sweden: events(...CHATTING) } });
  const caller = new AbortController();
  const response = await clock.run(fetch(CHAT, streamed({ signal: caller.signal })));
  expect(await clock.run(readAll(response))).toMatchObject({ ended: true });
  caller.abort('enough');
  await settled();
  expect(left()).toEqual([]);
});

test.each<[string, readonly sse.Step[]]>([
  ['in the middle', [word('a'), stalls]],
  ['before the first read', [...CHATTING]],
])('B: cancelling a body %s reaches the service, with its reason', async (_, steps) => {
  const { ask, bodies, left, inFlight } = streaming({ script: { sweden: events(...steps) } });
  await (await ask()).body?.cancel('enough');
  expect(bodies).toMatchObject([{ state: 'cancelled', reason: 'enough' }]);
  expect(inFlight('sweden')).toBe(0);
  expect(left()).toEqual([]);
});

test('B: cancelling a body while it is read ends the read', async () => {
  const { ask, bodies, left, heard, clock } = streaming({ script: { sweden: events(word('a'), stalls) } });
  const reader = (await ask()).body?.getReader();
  await reader?.read();
  const reading = reader?.read();
  await clock.advance(100);
  await reader?.cancel('enough');
  expect(await reading).toMatchObject({ done: true });
  await settled();
  expect(bodies).toMatchObject([{ state: 'cancelled' }]);
  expect(heard('stream-broken')).toEqual([]);
  expect(left()).toEqual([]);
});

const ENDS: readonly [string, readonly sse.Step[], ((response: Response) => Promise<unknown>)?][] = [
  ['end well', CHATTING],
  ['break', [word('a'), sse.breaks]],
  ['end too early', [word('a')]],
  ['stall', [word('a'), stalls]],
  ['stall behind their last event', [...CHATTING, stalls]],
  ['fail inside', [word('a'), sse.failing(), stalls]],
  ['are cancelled', [word('a'), stalls], async (response) => response.body?.cancel()],
];
test.each(ENDS)('B: a signal that outlives its streams keeps no listener of those that %s', async (_, steps, end) => {
  const { fetch, clock, left } = streaming({ script: { sweden: events(...steps), eastus: events(...steps) } });
  const { signal } = new AbortController();
  const open = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  signal.addEventListener = (type: string, listener: never, more?: never) => {
    open.add(listener);
    add(type, listener, more);
  };
  signal.removeEventListener = (type: string, listener: never) => {
    open.delete(listener);
    remove(type, listener);
  };
  let before = 0;
  for (let i = 0; i < 5; i++) {
    const response = await clock.run(fetch(CHAT, streamed({ signal })));
    await (end ? end(response) : clock.run(readAll(response)));
    await settled();
    if (i === 1) before = open.size;
  }
  expect(open.size).toBe(before);
  expect(left()).toEqual([]);
});

test('B: a fetch that does not hear the signal is let go of all the same', async () => {
  for (const steps of [
    [sse.FILTERS, stalls],
    [word('a'), stalls],
    [...CHATTING, stalls],
  ]) {
    const clock = new ManualClock();
    let cancelled = false;
    const body = scripted(steps, clock).pipeThrough(new TransformStream());
    const deaf = new Proxy(body, {
      get(target, name) {
        if (name !== 'getReader') return Reflect.get(target, name, target);
        return () => {
          const reader = target.getReader();
          const cancel = reader.cancel.bind(reader);
          reader.cancel = (reason) => {
            cancelled = true;
            return cancel(reason);
          };
          return reader;
        };
      },
    });
    const fetch = createFailoverFetch({
      store: memoryStore(),
      regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
      fetch: async () => {
        const response = new Response(null, { headers: { 'content-type': 'text/event-stream' } });
        return Object.defineProperty(response, 'body', { value: deaf });
      },
      clock,
    });
    const caller = new AbortController();
    const call = fetch(CHAT, streamed({ signal: caller.signal }));
    const reading = call.then(readAll, (error: unknown) => ({ error }));
    await clock.advance(500);
    caller.abort('enough');
    expect(await reading).toMatchObject({ error: 'enough' });
    await settled();
    expect(cancelled).toBe(true);
    expect(clock.open).toBe(0);
  }
});

test('B: a probe’s stream that was outrun leaves nothing open', async () => {
  const { ask, read, left, bodies, clock, chat } = streaming({
    script: { sweden: [silence, silence, events(sse.FILTERS, stalls)], eastus: [ok, events(...CHATTING)] },
    doors: { sweden: [silence, silence, ok] },
  });
  await (await chat()).text();
  await clock.advance(120_000);
  expect(await read(await ask())).toMatchObject({ ended: true });
  await clock.advance(120_000);
  expect(bodies.map(({ state }) => state)).not.toContain('open');
  expect(left().filter((one) => one === 'timer')).toEqual([]);
});
