import { expect, test } from 'vitest';
import { defaults } from '../../src/options.ts';
import { HOUR, NOON } from '../support/credentials.ts';
import { pretend } from '../support/platform.ts';
import { type Answer, after, endless, ok, refused, reset, type Sent, silence, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

const { livenessMs, responseMs, firstEventMs } = defaults.timeouts;
/** A region is silent for so long until it is known to be dead. */
const DEAD_MS = livenessMs * 1.5;
const stream: RequestInit = { body: '{"model":"gpt","stream":true}' };
const timesOf = (sent: readonly Sent[], start: number) => sent.map(({ at }) => at - start);

test('N: a silent region that is dead is left after livenessMs and half of it, and the next one answers', async () => {
  const {
    chat: ask,
    clock,
    requests,
    heard,
    left,
  } = setup({ script: { sweden: silence }, doors: { sweden: silence } });
  const start = clock.now();
  expect(await (await ask()).json()).toEqual({ answered: 'contoso-eastus' });
  expect(timesOf(requests, start)).toEqual([0, DEAD_MS]);
  expect(requests[0]?.signal.aborted).toBe(true);
  expect(heard('attempt')[0]?.record).toMatchObject({
    durationMs: DEAD_MS,
    verdict: { kind: 'timeout', blame: 'network', action: 'failover', worked: 'maybe' },
  });
  expect(left()).toEqual([]);
});

test('N: livenessMs says after how long it is asked, and 0 that it never is', async () => {
  const world = { script: { sweden: silence }, doors: { sweden: silence } };
  for (const [ms, until] of [
    [1_000, 1_500],
    [0, responseMs],
    [responseMs, responseMs],
  ] as const) {
    const { chat: ask, clock, questions } = setup({ ...world, timeouts: { livenessMs: ms } });
    const start = clock.now();
    expect((await ask()).status).toBe(200);
    expect(clock.now() - start).toBe(until);
    expect(questions).toHaveLength(ms === 1_000 ? 1 : 0);
  }
});

test.each([
  ['not streaming', {}, responseMs],
  ['streaming', stream, firstEventMs],
])(
  'N: a silent region that is alive is waited for until its own limit, and never paid for twice: %s',
  async (_, init, limitMs) => {
    const { chat: ask, clock, requests, questions } = setup({ script: { sweden: after(limitMs - 1, ok) } });
    const start = clock.now();
    expect(await (await ask(init)).json()).toEqual({ answered: 'contoso-sweden' });
    expect(clock.now() - start).toBe(limitMs - 1);
    expect(requests).toHaveLength(1);
    // Asked again each time that the silence has doubled.
    const asked: number[] = [];
    for (let at = livenessMs; at < limitMs; at *= 2) asked.push(at);
    expect(timesOf(questions, start)).toEqual(asked);
  },
);

test('N: a region that dies while it is waited for is left when it is asked again', async () => {
  const {
    chat: ask,
    clock,
    requests,
  } = setup({ script: { sweden: silence }, doors: { sweden: [status(401), silence] } });
  const start = clock.now();
  expect((await ask()).status).toBe(200);
  expect(timesOf(requests, start)).toEqual([0, livenessMs * 2 + livenessMs / 2]);
});

test.each<[string, Answer]>([
  ...[200, 204, 401, 403, 404, 429, 500, 503].map((code): [string, Answer] => [String(code), status(code)]),
  ['a redirect', status(302, { location: 'https://elsewhere.example' })],
  ['a body that never ends', endless(200)],
  ['an answer in the last moment', after(livenessMs / 2 - 1, status(401))],
])('N: whatever a front door answers, it is alive: %s', async (_, door) => {
  const {
    chat: ask,
    asked,
    questions,
    left,
  } = setup({
    script: { sweden: after(livenessMs * 1.9, ok) },
    doors: { sweden: door },
  });
  await (await ask()).text();
  expect(asked()).toEqual(['sweden']);
  expect(questions).toHaveLength(1);
  expect(left()).toEqual([]);
});

test.each<[string, Answer, number]>([
  ['a refused connection', refused, livenessMs],
  ['a broken connection', reset, livenessMs],
  ['a broken connection, later', after(500, reset), livenessMs + 500],
  ['an answer that comes too late', after(livenessMs / 2 + 1, status(401)), DEAD_MS],
])('N: what does not answer is dead: %s', async (_, door, ms) => {
  const { chat: ask, clock, requests, left } = setup({ script: { sweden: silence }, doors: { sweden: door } });
  const start = clock.now();
  await (await ask()).text();
  expect(timesOf(requests, start)).toEqual([0, ms]);
  expect(left()).toEqual([]);
});

test('N: an answer that comes while the region is asked is the call’s, whatever becomes of the question', async () => {
  const {
    chat: ask,
    clock,
    asked,
    left,
  } = setup({
    script: { sweden: after(livenessMs + 100, ok) },
    doors: { sweden: silence },
  });
  await (await ask()).text();
  expect(asked()).toEqual(['sweden']);
  await clock.advance(livenessMs / 2);
  expect(left()).toEqual([]);
});

test('N: fifty calls that wait for one region cost one question', async () => {
  pretend('server');
  const { fetch, clock, questions, asked } = setup({ script: { sweden: silence }, doors: { sweden: silence } });
  const calls = Array.from({ length: 50 }, () => fetch(CHAT, chat()));
  const start = clock.now();
  const responses = await clock.run(Promise.all(calls));
  expect(responses.every(({ status }) => status === 200)).toBe(true);
  expect(clock.now() - start).toBe(DEAD_MS);
  expect(questions).toHaveLength(1);
  expect(asked().filter((name) => name === 'eastus')).toHaveLength(50);
});

test('N: an answer serves the calls that come to ask soon after', async () => {
  const { fetch, clock, questions } = setup({ script: { sweden: after(livenessMs * 1.9, ok) } });
  const start = clock.now();
  const calls: Promise<Response>[] = [];
  for (let i = 0; i < 6; i++) {
    calls.push(fetch(CHAT, chat()));
    await clock.advance(livenessMs / 3);
  }
  await clock.run(Promise.all(calls));
  expect(timesOf(questions, start)).toEqual([livenessMs, livenessMs * 2]);
});

test('N: what was dead a moment ago is taken for dead while it is asked again', async () => {
  const {
    chat: ask,
    clock,
    fetch,
    requests,
  } = setup({
    script: { sweden: silence },
    doors: { sweden: silence },
    // Nothing is held against it, so that it is asked first each time.
    breaker: { openMs: 1 },
  });
  await ask();
  fetch.force('sweden', 'in');
  const start = clock.now();
  await ask();
  expect(timesOf(requests.slice(2), start)).toEqual([0, livenessMs]);
});

test('N: a call that must not be sent twice is not, when its region turns out to be dead', async () => {
  const { fetch, clock, requests } = setup({ script: { sweden: silence }, doors: { sweden: silence } });
  const files = CHAT.replace('chat/completions', 'files');
  const outcome = await outcomeOf(clock.run(fetch(files, { method: 'POST', body: '{}' })));
  expect(outcome).toMatchObject({ error: { name: 'FailoverError' } });
  expect(requests).toHaveLength(1);
});

test('N: a question outlives the calls that waited for its answer by no more than its own time', async () => {
  const { fetch, clock, left, heard } = setup({ script: { sweden: silence }, doors: { sweden: silence } });
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(livenessMs + 100);
  caller.abort('enough');
  expect(await answer).toEqual({ error: 'enough' });
  await clock.advance(livenessMs / 2 - 100);
  expect(left()).toEqual([]);
  expect(heard('health')).toEqual([]);
});

test('N: close() lets go of a question that is under way', async () => {
  const { fetch, clock, questions, left } = setup({ script: { sweden: silence }, doors: { sweden: silence } });
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(livenessMs + 100);
  caller.abort('enough');
  await answer;
  await clock.run(fetch.close());
  expect(questions[0]?.signal.aborted).toBe(true);
  expect(left()).toEqual([]);
});

test('N: a call whose time ends before it would be asked asks nothing', async () => {
  const { chat: ask, questions } = setup({ script: { sweden: silence, eastus: silence } });
  const headers = { 'content-type': 'application/json', 'x-stainless-timeout': String(livenessMs / 1_000) };
  await expect(ask({ headers })).rejects.toMatchObject({ code: 'ERR_TIMEOUT' });
  expect(questions).toEqual([]);
});

test.each(['server', 'browser'] as const)(
  'N: the question is a plain GET that shows no credential and nothing of the call: in a %s',
  async (platform) => {
    pretend(platform);
    const getToken = async () => ({ token: 'secret', expiresAt: NOON + HOUR });
    const { fetch, clock, questions } = setup({
      script: { sweden: after(5_000, refused), eastus: after(5_000, ok) },
      regions: [
        { name: 'sweden', endpoint: 'https://gw.example.com/se/openai/v1', credential: { getToken }, apiVersion: 'v1' },
        { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'secret' } },
      ],
    });
    const headers = {
      'content-type': 'application/json',
      'api-key': 'secret',
      authorization: 'Bearer secret',
      'x-mine': '1',
    };
    await clock.run(fetch('https://gw.example.com/se/openai/v1/chat/completions?api-version=v1', chat({ headers })));
    expect(questions.map(({ url }) => url)).toEqual([
      'https://gw.example.com/se/openai/v1/models',
      `${endpointOf('eastus')}/openai/v1/models`,
    ]);
    for (const { method, headers, init, signal } of questions) {
      expect(method).toBe('GET');
      expect([...headers]).toEqual([]);
      expect(init).toEqual({
        credentials: 'omit',
        cache: 'no-store',
        signal,
        ...(platform === 'browser' ? { mode: 'no-cors' } : { redirect: 'manual' }),
      });
    }
  },
);

test.each([
  ['browser', 5, ['sweden', 'eastus']],
  ['browser', 6, ['sweden']],
  ['browser', 7, ['sweden']],
  ['server', 6, ['sweden', 'eastus']],
] as const)('N: a %s’s question behind %i connections of its own: %j answer', async (platform, count, regions) => {
  pretend(platform);
  const { fetch, clock, asked } = setup({ script: { sweden: after(20_000, ok) }, doors: { sweden: silence } });
  await clock.run(Promise.all(Array.from({ length: count }, () => fetch(CHAT, chat()))));
  expect(new Set(asked())).toEqual(new Set(regions));
});
