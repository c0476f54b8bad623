import { expect, test, vi } from 'vitest';
import { createFailoverFetch, memoryStore } from '../../src/index.ts';
import { ManualClock, settled } from '../support/clock.ts';
import { endless, ok, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

test('B: an abort after the headers reaches the body', async () => {
  const { fetch, clock, left, bodies } = setup({ script: { sweden: endless() } });
  const caller = new AbortController();
  const response = await clock.run(fetch(CHAT, chat({ signal: caller.signal })));
  const reader = response.body?.getReader();
  await reader?.read();
  const reading = outcomeOf(reader?.read() as never);
  caller.abort('enough');
  expect(await reading).toEqual({ error: 'enough' });
  expect(bodies).toMatchObject([{ state: 'broken', reason: 'enough' }]);
  expect(left()).toEqual([]);
  expect(fetch.regions()[0]?.state).toBe('closed');
});

test('B: an abort reaches the body of a final failure', async () => {
  const { fetch, clock, left } = setup({ script: { sweden: status(403), eastus: endless(403, '{"error":') } });
  const caller = new AbortController();
  const response = await clock.run(fetch(CHAT, chat({ signal: caller.signal })));
  const reader = response.body?.getReader();
  await reader?.read();
  const reading = outcomeOf(reader?.read() as never);
  caller.abort('enough');
  expect(await reading).toEqual({ error: 'enough' });
  // What was learned is written.
  await clock.advance(1_000);
  expect(left()).toEqual([]);
});

test('B: an abort between an answer and its delivery wins, and the answer’s body is let go', async () => {
  const caller = new AbortController();
  const { fetch, clock, left, bodies } = setup({
    script: { sweden: endless() },
    use: {
      perAttempt: [
        async (call, next) => {
          const response = await next(call);
          caller.abort('enough');
          return response;
        },
      ],
    },
  });
  expect(await outcomeOf(clock.run(fetch(CHAT, chat({ signal: caller.signal }))))).toEqual({ error: 'enough' });
  expect(bodies).toHaveLength(1);
  expect(left()).toEqual([]);
});

test('B: the request’s own stream is let go when the caller gives up while it is read', async () => {
  const cancelled = vi.fn();
  const { fetch, clock, left } = setup();
  const caller = new AbortController();
  const body = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(9)), cancel: cancelled });
  const answer = outcomeOf(fetch(CHAT, { method: 'POST', body, duplex: 'half', signal: caller.signal } as RequestInit));
  await clock.advance(100);
  caller.abort('enough');
  expect(await answer).toEqual({ error: 'enough' });
  await settled();
  expect(left()).toEqual([]);
  expect(cancelled).toHaveBeenCalledOnce();
});

test('B: a body that is dropped on the way is cancelled, whatever its length', async () => {
  const {
    chat: ask,
    clock,
    bodies,
    left,
  } = setup({
    script: { sweden: endless(502, 'x'), eastus: endless(429, 'x'), france: ok },
    regions: ['sweden', 'eastus', 'france'],
  });
  const response = await ask();
  await response.text();
  expect(bodies.map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled', 'read']);
  await clock.advance(1_000);
  expect(left()).toEqual([]);
});

test('B: what answers after the call was given up is let go', async () => {
  let answerLate = (_: Response): void => {};
  const late = new Promise<Response>((resolve) => {
    answerLate = resolve;
  });
  const cancelled = vi.fn();
  const clock = new ManualClock();
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    // It does not hear the signal.
    fetch: () => late,
    clock,
  });
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(1);
  caller.abort('enough');
  expect(await answer).toEqual({ error: 'enough' });
  answerLate(new Response(new ReadableStream({ cancel: cancelled })));
  await settled();
  expect(cancelled).toHaveBeenCalledOnce();
  expect(clock.open).toBe(0);
});
