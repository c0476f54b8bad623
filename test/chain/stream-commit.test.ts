import { expect, test } from 'vitest';
import { createFailoverFetch, memoryStore } from '../../src/index.ts';
import { ManualClock } from '../support/clock.ts';
import { type Answer, refused, type Script, silence } from '../support/service.ts';
import { CHAT as CHAT_URL, chat, endpointOf } from '../support/setup.ts';
import * as sse from '../support/stream.ts';
import {
  breaks,
  CHATTING,
  events,
  eventsWith,
  FILTERS,
  RESPONDING,
  ROLE,
  stalls,
  streamed,
  wait,
  word,
} from '../support/stream.ts';

const CHAT = CHATTING.join('');
const good = events(...CHATTING);
const { streaming } = sse;

test.each<[string, Answer]>([
  ['breaks before its first byte', events(breaks)],
  ['breaks in its preamble', events(FILTERS, ROLE, breaks)],
  ['breaks in the middle of its first event', events(FILTERS, word('a').slice(0, 20), breaks)],
  ['ends at once', events()],
  ['ends in its preamble', events(FILTERS, ROLE)],
  ['ends in the middle of its first event', events(FILTERS, word('a').slice(0, 20))],
  ['begins with what is no event', events('data: oops\n\n')],
  ['begins with null', events('data: null\n\n')],
  ['is garbage in the same read as content', events(word('a') + sse.data('oops'))],
  ['fails inside', events(sse.failing())],
  ['fails inside after its preamble', events(FILTERS, ROLE, sse.failing(), sse.DONE)],
  ['fails inside in the same read as content', events(FILTERS + word('a') + sse.failing())],
  ['is silent', silence],
  ['stalls before its first byte', events(stalls)],
  ['stalls in its preamble', events(FILTERS, ROLE, stalls)],
])('Q: a stream that %s fails over, and its caller notices nothing', async (_, answer) => {
  const { whole, heard, left, inFlight } = streaming({ script: { sweden: answer, eastus: good } });
  expect(await whole()).toMatchObject({ text: CHAT, ended: true });
  expect(heard('attempt').at(-1)?.record).toMatchObject({
    region: 'eastus',
    kind: 'failover',
    verdict: { kind: 'ok' },
  });
  expect(heard('failover')).toMatchObject([{ from: 'sweden', to: 'eastus' }]);
  expect(heard('stream-broken')).toEqual([]);
  expect(left()).toEqual([]);
  expect([inFlight('sweden'), inFlight('eastus')]).toEqual([0, 0]);
});

test.each<[string, Script[string]]>([
  ['ends in its preamble', events(sse.CREATED, sse.IN_PROGRESS)],
  ['breaks in its preamble', events(sse.CREATED, breaks)],
  ['keeps itself alive and breaks', events(sse.CREATED, sse.event('keepalive'), ': ping\n\n', breaks)],
  ['fails without a word', events(sse.CREATED, sse.FAILED)],
  ['fails, and then says why', events(sse.CREATED, sse.FAILED, wait(100), sse.LIMITED)],
  ['fails with its first event', events(sse.LIMITED)],
])('Q: a response whose stream %s fails over', async (_, answer) => {
  const { whole, asked, left, clock } = streaming({ script: { sweden: answer, eastus: events(...RESPONDING) } });
  expect(await whole(sse.RESPONSES)).toMatchObject({ text: RESPONDING.join(''), ended: true });
  expect(asked().at(-1)).toBe('eastus');
  // Ids that were learned are stored a moment later.
  await clock.advance(5_000);
  expect(left()).toEqual([]);
});

test.each<[string, readonly sse.Step[], number]>([
  ['its first content', [FILTERS, wait(100), ROLE, wait(100), word('a'), stalls], 200],
  ['a tool call', [wait(50), sse.delta({ tool_calls: [{ index: 0 }] }), stalls], 50],
  ['a finish_reason', [wait(50), sse.FINISH, stalls], 50],
])('Q: a chat is handed over with %s, and not before', async (_, steps, ms) => {
  const { ask, clock } = streaming({ script: { sweden: events(...steps) } });
  const start = clock.now();
  await (await ask()).body?.cancel();
  expect(clock.now() - start).toBe(ms);
});

test('Q: a response is handed over with the first event that is more than a preamble', async () => {
  const steps = [sse.CREATED, wait(100), sse.IN_PROGRESS, wait(100), sse.event('response.output_item.added'), stalls];
  const { respond, clock } = streaming({ script: { sweden: events(...steps) } });
  const start = clock.now();
  await (await respond()).body?.cancel();
  expect(clock.now() - start).toBe(200);
});

test('Q: what came before a stream was handed over is passed on once, chunk by chunk', async () => {
  const chunks = [FILTERS.slice(0, 10), FILTERS.slice(10) + ROLE, word('a') + word('b'), sse.FINISH, sse.DONE];
  const { ask, read } = streaming({ script: { sweden: events(...chunks) } });
  const got = await read(await ask());
  expect(got.chunks.map((chunk) => new TextDecoder().decode(chunk))).toEqual(chunks);
});

test.each([
  ['sends nothing', [wait(200_000), FILTERS], {}, 20_000],
  ['sends nothing of its answer', [FILTERS, wait(200_000)], { timeouts: { firstEventMs: 20_000 } }, 20_000],
  ['sends nothing of its answer, where no time was set,', [FILTERS, wait(200_000)], {}, 120_000],
])('Q: while another region is left, a stream that %s is left in time', async (_, steps, options, ms) => {
  const slow = events(...steps, word('a'));
  const { whole, clock, heard } = streaming({ script: { sweden: slow, eastus: good }, ...options });
  const start = clock.now();
  expect(await whole()).toMatchObject({ text: CHAT, ended: true });
  expect(clock.now() - start).toBe(ms);
  expect(heard('attempt')[0]?.record).toMatchObject({ region: 'sweden', verdict: { kind: 'timeout' } });
});

test('Q: where no other region is left, a stream has the time of any answer', async () => {
  const slow = events(FILTERS, wait(100_000), ...CHATTING.slice(1));
  const { whole, asked } = streaming({ script: { sweden: refused, eastus: slow } });
  expect(await whole()).toMatchObject({ text: CHAT, ended: true });
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus']);
});

test('Q: nothing is replayed once a stream was handed over', async () => {
  const { whole, asked } = streaming({ script: { sweden: events(FILTERS, word('a'), breaks), eastus: good } });
  expect(await whole()).toMatchObject({ text: FILTERS + word('a'), error: { code: 'ERR_STREAM_BROKEN' } });
  expect(asked()).toEqual(['sweden']);
});

test('M: the time a stream takes once it was handed over is not the call’s', async () => {
  const slow = events(word('a'), wait(50_000), word('b'), wait(50_000), sse.FINISH, sse.DONE);
  const { whole } = streaming({ script: { sweden: slow }, timeouts: { totalMs: 30_000 } });
  expect(await whole()).toMatchObject({ ended: true });
});

test('N: a region that dies in its preamble is left as soon as its front door does not answer', async () => {
  const { whole, clock } = streaming({
    script: { sweden: events(FILTERS, stalls), eastus: good },
    doors: { sweden: silence },
  });
  const start = clock.now();
  expect(await whole()).toMatchObject({ ended: true });
  expect(clock.now() - start).toBeLessThan(5_000);
});

test('Q: of a hedged stream only the one that begins first is read', async () => {
  const { whole, bodies, left, clock, inFlight } = streaming({
    script: { sweden: events(FILTERS, wait(9_000), word('late')), eastus: good },
    hedge: { afterMs: 1_000, budget: 1 },
  });
  expect(await whole()).toMatchObject({ text: CHAT, ended: true });
  await clock.advance(20_000);
  expect(bodies).toMatchObject([{ reason: { name: 'OutrunError' } }, { state: 'read' }]);
  expect([inFlight('sweden'), inFlight('eastus')]).toEqual([0, 0]);
  expect(left()).toEqual([]);
});

const SSE = { 'content-type': 'text/event-stream' };
test.each<[string, RequestInit, Response]>([
  ['a failure of the caller’s', streamed(), Response.json({ error: {} }, { status: 400 })],
  ['text', streamed(), new Response('data: x\n\n', { headers: { 'content-type': 'text/plain' } })],
  ['no body', streamed(), new Response(null, { headers: SSE })],
  ['another status', streamed(), new Response('data: x\n\n', { status: 202, headers: SSE })],
  ['a stream that nobody asked for', chat(), new Response('data: x\n\n', { headers: SSE })],
])('Q: an answer that is %s passes untouched', async (_, init, answer) => {
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () => answer,
    clock: new ManualClock(),
  });
  expect(await fetch(CHAT_URL, init)).toBe(answer);
  expect(answer.bodyUsed).toBe(false);
  expect(answer.body?.locked ?? false).toBe(false);
  expect(fetch.regions()).toMatchObject([{ state: 'closed', deployments: {} }]);
});

test('Q: a stream keeps its url, its status and its headers', async () => {
  const answer: Answer = (sent, clock) => {
    const response = eventsWith({ 'apim-request-id': 'id-1', 'x-odd': 'a' }, ...CHATTING)(sent, clock) as Response;
    return Object.defineProperty(response, 'url', { value: sent.url });
  };
  const { ask, heard } = streaming({ script: { sweden: answer } });
  const response = await ask();
  expect(response).toBeInstanceOf(Response);
  expect(response).toMatchObject({ status: 200, ok: true, bodyUsed: false });
  expect(response.url).toContain('contoso-sweden');
  expect([...response.headers.keys()].toSorted()).toEqual(['apim-request-id', 'content-type', 'x-odd']);
  expect(heard('attempt')[0]?.record.requestId).toBe('id-1');
});
