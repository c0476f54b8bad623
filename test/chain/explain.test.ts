import { expect, test } from 'vitest';
import { explain } from '../../src/index.ts';
import { after, ok, refused, silence, status, throttled } from '../support/service.ts';
import { CHAT, chat, outcomeOf, setup } from '../support/setup.ts';

test('explain: an error also names the regions that were left alone, and why', async () => {
  const { chat: ask } = setup({ script: { sweden: refused, eastus: throttled(20) }, retry: { maxWaitMs: 500 } });
  expect((await ask()).status).toBe(429);
  await expect(ask()).rejects.toThrow(
    /^No region answered .*sweden could not be reached.*; eastus was left alone, as it asks for 2\d s more \(throttled\)$/,
  );
});

test('explain: tells every attempt behind a response, its verdict, time and request id', async () => {
  const { chat: ask, clock } = setup({
    script: {
      sweden: after(50, status(429, { 'retry-after': '30', 'apim-request-id': 'id-1' })),
      eastus: after(700, ok),
    },
  });
  const startedAt = clock.now();
  const trace = explain(await ask());
  expect(trace).toEqual({
    callId: expect.stringMatching(/^\w+-1$/),
    durationMs: 750,
    attempts: [
      {
        region: 'sweden',
        kind: 'first',
        startedAt,
        durationMs: 50,
        status: 429,
        requestId: 'id-1',
        verdict: { kind: 'throttled', blame: 'deployment', action: 'failover', worked: 'no', retryAfterMs: 30_000 },
      },
      {
        region: 'eastus',
        kind: 'failover',
        startedAt: startedAt + 50,
        durationMs: 700,
        status: 200,
        verdict: { kind: 'ok', blame: 'nobody', action: 'return', worked: 'yes' },
      },
    ],
  });
  expect(`${trace}`).toBe('sweden throttled it (429, 50 ms, asks for 30 s); eastus answered (200, 700 ms)');
});

test('explain: tells it of an error too, and the error’s message says it in words', async () => {
  const { chat: ask } = setup({ script: { sweden: refused, eastus: silence }, doors: { eastus: silence } });
  const outcome = await outcomeOf(ask());
  const error = 'error' in outcome ? (outcome.error as Error) : undefined;
  expect(String(explain(error))).toBe(
    'sweden could not be reached (0 ms); sweden, tried again, could not be reached (0 ms); ' +
      'eastus did not answer in time (4500 ms)',
  );
  expect(error?.message).toBe(`This client seems to be offline (chat.completions with gpt): ${explain(error)}`);
  expect(Object.keys(error ?? {})).not.toContain('trace');
});

test('explain: knows nothing of what it has not seen', () => {
  for (const other of [new Response(), new Error('x'), {}, null, undefined, 'text', 7, () => {}]) {
    expect(explain(other)).toBeUndefined();
  }
});

test('explain: an abort is told as what it was', async () => {
  const { fetch, clock } = setup({ script: { sweden: after(100, ok) } });
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(10);
  const reason = new Error('enough');
  caller.abort(reason);
  await answer;
  expect(String(explain(reason))).toBe('sweden was given up (10 ms)');
});
