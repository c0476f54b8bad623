import { expect, test } from 'vitest';
import { after, ok, refused, silence, status } from '../support/service.ts';
import { CHAT, chat, outcomeOf, setup } from '../support/setup.ts';

const within = (seconds: number): RequestInit => ({
  headers: { 'content-type': 'application/json', 'x-stainless-timeout': String(seconds) },
});
const stream: RequestInit = { body: '{"model":"gpt","stream":true}' };

test('M: one deadline spans all attempts, and none starts after it', async () => {
  const { chat: ask, requests, clock, left } = setup({ script: { sweden: silence, eastus: silence } });
  const start = clock.now();
  await expect(ask(within(10))).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  expect(clock.now() - start).toBe(10_000);
  expect(requests.map(({ at }) => at - start)).toEqual([0, 6_000]);
  expect(left()).toEqual([]);
});

test('M: an attempt leaves time for a region that has not been tried', async () => {
  const { chat: ask, asked, clock } = setup({ script: { sweden: silence } });
  const start = clock.now();
  expect((await ask(within(10))).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'eastus']);
  expect(clock.now() - start).toBe(6_000);
});

test('M: the last region has all the time that is left', async () => {
  const { chat: ask, clock } = setup({ script: { sweden: after(9_900, ok) }, regions: ['sweden'] });
  const start = clock.now();
  expect((await ask(within(10))).status).toBe(200);
  expect(clock.now() - start).toBe(9_900);
});

test.each([
  ['not streaming', {}, 120_000],
  ['streaming', stream, 20_000],
])('M: an attempt has its own limit: %s', async (_, init, ms) => {
  const { chat: ask, requests, clock, heard } = setup({ script: { sweden: silence } });
  const start = clock.now();
  expect((await ask(init)).status).toBe(200);
  expect((requests[1]?.at ?? 0) - start).toBe(ms);
  expect(heard('attempt')[0]?.record).toMatchObject({ verdict: { kind: 'timeout', blame: 'region' }, durationMs: ms });
});

test('M: totalMs bounds every call', async () => {
  const {
    chat: ask,
    clock,
    left,
  } = setup({ script: { sweden: silence, eastus: silence }, timeouts: { totalMs: 1_000 } });
  const start = clock.now();
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  expect(clock.now() - start).toBe(1_000);
  expect(left()).toEqual([]);
});

test.each(['', '0', '-5', 'soon', 'NaN', 'Infinity', '1e9'])(
  'M: an x-stainless-timeout of "%s" shortens nothing',
  async (value) => {
    const { chat: ask, clock } = setup({ script: { sweden: silence } });
    const start = clock.now();
    expect((await ask({ headers: { 'x-stainless-timeout': value } })).status).toBe(200);
    expect(clock.now() - start).toBe(120_000);
  },
);

test('M: a body that does not arrive in time is a matter of time', async () => {
  const { fetch, clock, left } = setup({ timeouts: { totalMs: 1_000 } });
  const body = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(9)) });
  const answer = clock.run(fetch(CHAT, { method: 'POST', body, duplex: 'half' } as RequestInit));
  await expect(answer).rejects.toMatchObject({ name: 'FailoverError', code: 'ERR_TIMEOUT' });
  expect(left()).toEqual([]);
});

test('M: what used up the time before the first attempt leaves none for it', async () => {
  const {
    chat: ask,
    clock,
    requests,
  } = setup({
    timeouts: { totalMs: 1_000 },
    use: {
      perCall: [
        async (call, next) => {
          await clock.sleep(2_000);
          return next(call);
        },
      ],
    },
  });
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  expect(requests).toEqual([]);
});

test('M: no second try starts when the deadline passed unnoticed', async () => {
  const {
    chat: ask,
    clock,
    requests,
  } = setup({
    timeouts: { totalMs: 500 },
    regions: ['sweden'],
    script: {
      sweden: (...args) => {
        // The event loop stood still: no timer fired.
        clock.jump(600);
        return refused(...args);
      },
    },
  });
  await outcomeOf(ask());
  expect(requests).toHaveLength(1);
});

test.each([
  ['connect', refused],
  ['a fast 500', status(500)],
])('W: %s is tried there once more, at once', async (_, answer) => {
  const { chat: ask, asked, requests, heard, stateOf } = setup({ script: { sweden: [answer, ok] } });
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden']);
  expect(requests[1]?.at).toBe(requests[0]?.at);
  expect(heard('attempt').map(({ record }) => record.kind)).toEqual(['first', 'retry']);
  expect(heard('failover')).toEqual([]);
  expect(stateOf('sweden')).toBe('closed');
});

test('W: the second failure is persistent: the call moves on', async () => {
  const { chat: ask, asked, heard } = setup({ script: { sweden: refused } });
  await ask();
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus']);
  expect(heard('failover')).toMatchObject([{ from: 'sweden', to: 'eastus', because: 'connect' }]);
});

test.each([
  ['slow connection failure', after(1_000, refused)],
  ['slow 500', after(1_500, status(500))],
  ['throttled', status(429)],
  ['not let in', status(403)],
  ['asked to stay away', status(503, { 'retry-after': '5' })],
])('W: what is no blink moves on straight away: %s', async (_, answer) => {
  const { chat: ask, asked } = setup({ script: { sweden: answer } });
  await ask();
  expect(asked()).toEqual(['sweden', 'eastus']);
});

test('W: a region with fresh evidence against it gets no second try', async () => {
  const { chat: ask, asked } = setup({ script: { sweden: [after(2_000, status(500)), status(500)] } });
  await ask();
  await ask();
  expect(asked()).toEqual(['sweden', 'eastus', 'sweden', 'eastus']);
});

test('W: sameRegion says how often, attempts how often in all, and another region’s first try comes first', async () => {
  const none = setup({ script: { sweden: refused }, retry: { sameRegion: 0 } });
  await none.chat();
  expect(none.asked()).toEqual(['sweden', 'eastus']);
  const two = setup({ script: { sweden: refused }, retry: { sameRegion: 5, attempts: 3 } });
  await outcomeOf(two.chat());
  expect(two.asked()).toEqual(['sweden', 'sweden', 'eastus']);
});

const NOT_TWICE = [
  ['POST', 'files'],
  ['POST', 'batches'],
  ['POST', 'fine_tuning/jobs'],
  ['POST', 'vector_stores'],
  ['DELETE', 'files/file-1'],
] as const;
const LOST = [
  ['a slow 500', after(1_500, status(500))],
  ['a fast 500', status(500)],
  ['a 504', status(504)],
  ['a broken connection', () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'ECONNRESET' } }))],
  ['silence', silence],
] as const;
test.each(NOT_TWICE.flatMap(([method, path]) => LOST.map(([what, answer]) => [method, path, what, answer] as const)))(
  'W: %s /%s is not sent twice when the work may have been done: %s',
  async (method, path, _, answer) => {
    const { clock, fetch, requests } = setup({ script: { sweden: answer } });
    const url = CHAT.replace('chat/completions', path);
    await outcomeOf(clock.run(fetch(url, { method, ...(method === 'POST' && { body: '{}' }) })));
    expect(requests).toHaveLength(1);
  },
);

test('W: what was provably not sent may be sent again', async () => {
  const { clock, fetch, asked } = setup({ script: { sweden: refused } });
  await clock.run(fetch(CHAT.replace('chat/completions', 'files'), { method: 'POST', body: '{}' }));
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus']);
});

test('W: a response made in the background is not made twice', async () => {
  const { clock, fetch, requests } = setup({ script: { sweden: status(504) } });
  const init = chat({ body: '{"model":"gpt","background":true}' });
  await clock.run(fetch(CHAT.replace('chat/completions', 'responses'), init));
  expect(requests).toHaveLength(1);
});
