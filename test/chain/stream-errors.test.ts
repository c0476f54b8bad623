import { expect, test } from 'vitest';
import { explain } from '../../src/index.ts';
import { type Answer, refused, status, throttled } from '../support/service.ts';
import * as sse from '../support/stream.ts';
import {
  CHATTING,
  CREATED,
  events,
  eventsWith,
  FAILED,
  LIMITED,
  RESPONSES,
  streaming,
  wait,
  word,
} from '../support/stream.ts';

const good = events(...CHATTING);
const answer = events(...sse.RESPONDING);

test.each<[string, Answer]>([
  ['at once', eventsWith({ 'retry-after': '40' }, LIMITED)],
  ['after a preamble', eventsWith({ 'retry-after': '40' }, CREATED, LIMITED)],
  ['of which it is first said that it failed', eventsWith({ 'retry-after': '40' }, CREATED, FAILED, LIMITED)],
  ['in one read', eventsWith({ 'retry-after': '40' }, CREATED + FAILED + LIMITED)],
  ['whose reason is late', eventsWith({ 'retry-after': '40' }, CREATED, FAILED, wait(200), LIMITED)],
  [
    'whose reason comes in pieces',
    eventsWith(
      { 'retry-after': '40' },
      CREATED,
      FAILED,
      LIMITED.slice(0, 30),
      LIMITED.slice(30, 60),
      LIMITED.slice(60),
    ),
  ],
  ['whose reason comes behind a keep-alive', eventsWith({ 'retry-after': '40' }, FAILED, ': ping\n\n', LIMITED)],
  [
    'that is flat',
    eventsWith({ 'retry-after': '40' }, sse.event('error', { code: 'rate_limit_exceeded', message: 'Slow down.' })),
  ],
  [
    'that says itself when',
    events(sse.event('error', { error: { code: 'rate_limit_exceeded', message: 'Try again in 40 seconds.' } })),
  ],
])('Q, H: a rate limit %s cools the deployment for as long as it says, and nothing more', async (_, limited) => {
  const { whole, statusOf, clock, heard } = streaming({ script: { sweden: limited, eastus: answer } });
  expect(await whole(RESPONSES)).toMatchObject({ ended: true });
  const verdict = { kind: 'throttled', blame: 'deployment', action: 'failover', retryAfterMs: 40_000 };
  expect(heard('attempt')[0]?.record).toMatchObject({ region: 'sweden', status: 200, verdict });
  const sweden = statusOf('sweden');
  expect(sweden).toMatchObject({ state: 'closed', deployments: { gpt: { cause: 'throttled' } } });
  expect(sweden?.deployments['gpt']?.until).toBeGreaterThanOrEqual(clock.now() + 39_000);
});

test('Q, H: a lack of capacity in a stream is one, not a throttle', async () => {
  const full = events(sse.failing({ message: 'We are currently experiencing high demand.' }));
  const { whole, heard } = streaming({ script: { sweden: full, eastus: good } });
  expect(await whole()).toMatchObject({ ended: true });
  expect(heard('attempt')[0]?.record.verdict).toMatchObject({ kind: 'no-capacity', blame: 'deployment' });
});

test('Q, H: a failure that is never explained is waited for 250 ms, and is the deployment’s', async () => {
  const { whole, clock, heard } = streaming({
    script: { sweden: events(CREATED, FAILED, sse.stalls), eastus: answer },
    retry: { sameRegion: 0 },
  });
  const start = clock.now();
  expect(await whole(RESPONSES)).toMatchObject({ ended: true });
  expect(clock.now() - start).toBe(250);
  expect(heard('attempt')[0]?.record.verdict).toMatchObject({ kind: 'server-error' });
});

test('W: a stream that fails fast with a server error is tried there once more', async () => {
  const { whole, asked } = streaming({ script: { sweden: [events(sse.failing()), good] } });
  expect(await whole()).toMatchObject({ text: CHATTING.join(''), ended: true });
  expect(asked()).toEqual(['sweden', 'sweden']);
});

test('K: server errors in streams open the deployment', async () => {
  const { whole, statusOf, asked } = streaming({ script: { sweden: events(sse.failing()), eastus: good } });
  for (let i = 0; i < 6; i++) expect(await whole()).toMatchObject({ ended: true });
  expect(statusOf('sweden')).toMatchObject({ deployments: { gpt: { cause: 'server-error' } } });
  expect(asked().slice(-2)).toEqual(['eastus', 'eastus']);
});

test('H: an error in a stream that is the caller’s own comes as it was, and is tried nowhere else', async () => {
  const filtered = sse.failing({ code: 'content_filter', message: 'The prompt was filtered.' });
  const { whole, asked, heard, stateOf } = streaming({ script: { sweden: events(sse.FILTERS, filtered) } });
  const { response, text, error } = await whole();
  expect(response?.status).toBe(200);
  expect(text).toBe(sse.FILTERS + filtered);
  expect(error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
  expect(asked()).toEqual(['sweden']);
  expect(heard('attempt')[0]?.record.verdict).toMatchObject({ kind: 'invalid', blame: 'caller' });
  expect(heard('stream-broken')).toEqual([]);
  expect(stateOf('sweden')).toBe('closed');
});

test('A: when all regions fail in their streams, the last best one comes as it was, and then rejects', async () => {
  const [one, two] = [
    [CREATED, FAILED, LIMITED],
    [CREATED, sse.IN_PROGRESS, FAILED, LIMITED],
  ] as const;
  const { whole, left, clock, heard, bodies, inFlight } = streaming({
    script: {
      sweden: eventsWith({ 'retry-after': '600' }, ...one),
      eastus: eventsWith({ 'retry-after': '500' }, ...two),
    },
  });
  const { response, text, error } = await whole(RESPONSES);
  expect(response?.status).toBe(200);
  expect(text).toBe(two.join(''));
  expect(error).toMatchObject({ name: 'FailoverError', code: 'ERR_STREAM_BROKEN' });
  const attempts = [{ region: 'sweden' }, { region: 'eastus', verdict: { kind: 'throttled' } }];
  expect(explain(error)?.attempts).toMatchObject(attempts);
  expect(explain(response)?.attempts).toMatchObject(attempts);
  expect(heard('stream-broken')).toEqual([]);
  expect(heard('attempt')).toHaveLength(2);
  expect(bodies[0]?.state).toBe('cancelled');
  expect([inFlight('sweden'), inFlight('eastus')]).toEqual([0, 0]);
  await clock.advance(5_000);
  expect(left()).toEqual([]);
});

test('C: what fails in its stream everywhere says that trying again is in vain, and when it would not be', async () => {
  const limited = eventsWith({ 'retry-after': '600' }, LIMITED);
  const { respond } = streaming({ script: { sweden: limited, eastus: limited } });
  const { headers } = await respond();
  expect(headers.get('x-should-retry')).toBe('false');
  expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(600);
});

test.each<[string, number, Answer, Answer]>([
  ['a 429 before', 429, throttled(600), events(CREATED, LIMITED)],
  ['a 429 after', 429, events(CREATED, LIMITED), throttled(600)],
  ['a 503 before', 503, status(503), events(CREATED, LIMITED)],
  ['a 503 after', 503, events(CREATED, LIMITED), status(503)],
  ['a 403 before', 403, status(403), events(CREATED, sse.failing())],
])('A: %s a stream that fails inside is the more useful answer', async (_, code, sweden, eastus) => {
  const { respond, bodies, left, clock } = streaming({
    script: { sweden, eastus },
    retry: { sameRegion: 0, maxWaitMs: 0, attempts: 2 },
  });
  const response = await respond();
  expect(response.status).toBe(code);
  expect(await response.json()).toHaveProperty('error');
  expect(bodies.map(({ state }) => state).toSorted()).toEqual(['cancelled', 'read']);
  await clock.advance(5_000);
  expect(left()).toEqual([]);
});

test('A: a stream that fails inside is a better answer than none', async () => {
  const { whole } = streaming({
    script: { sweden: refused, eastus: events(CREATED, LIMITED) },
    retry: { maxWaitMs: 0 },
  });
  const { response, text } = await whole(RESPONSES);
  expect(response?.status).toBe(200);
  expect(text).toBe(CREATED + LIMITED);
});

test('A: when all streams end before they have begun, there is no answer to hand over', async () => {
  const { whole, left } = streaming({ script: { sweden: events(), eastus: events(sse.ROLE) } });
  expect((await whole()).error).toMatchObject({ name: 'FailoverError', code: 'ERR_ALL_REGIONS_FAILED' });
  expect(left()).toEqual([]);
});

test('J: streams that break behind their headers, in all regions, show that the client has a network, and nobody is blamed', async () => {
  const { whole, fetch } = streaming({ script: { sweden: events(sse.breaks), eastus: events(sse.breaks) } });
  expect((await whole()).error).toMatchObject({ code: 'ERR_ALL_REGIONS_FAILED' });
  expect(fetch.regions().map(({ state }) => state)).toEqual(['closed', 'closed']);
});

test('classify: a stream that has begun, and that the caller’s own verdict rejects, is let go', async () => {
  const { whole, bodies, inFlight, stateOf } = streaming({
    script: { sweden: eventsWith({ 'x-odd': 'a' }, ...CHATTING), eastus: good },
    classify: ({ response }, verdict) =>
      response?.headers.has('x-odd') ? { ...verdict, kind: 'unknown', action: 'failover' } : undefined,
  });
  expect(await whole()).toMatchObject({ ended: true });
  expect(bodies.map(({ state }) => state)).toEqual(['cancelled', 'read']);
  expect(inFlight('sweden')).toBe(0);
  expect(stateOf('sweden')).toBe('closed');
});

test('classify: the caller’s own verdict on a stream that fails inside is heard', async () => {
  const { whole, asked } = streaming({
    script: { sweden: events(word('a') + sse.failing()), eastus: good },
    classify: (_, verdict) => (verdict.kind === 'server-error' ? { ...verdict, action: 'return' } : undefined),
  });
  expect((await whole()).error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
  expect(asked()).toEqual(['sweden']);
});
