import { expect, test } from 'vitest';
import { skippedInWords } from '../../src/chain/words.ts';
import { explain, type VerdictKind } from '../../src/index.ts';
import {
  type Answer,
  after,
  failedToFetch,
  ok,
  refused,
  reset,
  silence,
  status,
  throttled,
  throws,
} from '../support/service.ts';
import { BUSY, CHAT, chat, endpointOf, keyOf, outcomeOf, setup } from '../support/setup.ts';
import { breaks, data, events, streaming, word } from '../support/stream.ts';

const absent = status(404, {}, 'The API deployment for this resource does not exist.', 'DeploymentNotFound');
const other = { name: 'north', endpoint: endpointOf('north'), credential: { apiKey: keyOf('north') } };

/** Has what is given, and throws at everything else that may be asked for. */
const hostile = (has: object): object =>
  new Proxy(has, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name);
      throw new Error(`no ${String(name)}`);
    },
  });

test('explain: an error also names the regions that were left alone, and why', async () => {
  const { chat: ask } = setup({ script: { sweden: refused, eastus: throttled(20) }, retry: { maxWaitMs: 500 } });
  expect((await ask()).status).toBe(429);
  await expect(ask()).rejects.toThrow(
    /^No region answered .*sweden could not be reached.*; eastus was left alone, as it asks for 2\d s more \(throttled\)$/,
  );
});

test.each<[what: string, sweden: Answer, sentence: string]>([
  ['is down', refused, 'was left alone for 23 s more: it could not be reached'],
  ['asks for time', throttled(20), 'was left alone, as it asks for 21 s more (throttled)'],
  ['refuses its credential', status(401), 'was left alone for 301 s more: it refused its credential'],
  ['lacks the deployment', absent, 'was left alone for 301 s more: it lacks the deployment'],
])('explain: a call that goes elsewhere says why: a region that %s', async (_, sweden, sentence) => {
  const { chat: ask, asked, statusOf } = setup({ script: { sweden }, retry: { sameRegion: 0 } });
  await ask();
  const believed = statusOf('sweden');
  const tried = asked().length;
  const trace = explain(await ask());
  expect(asked().slice(tried)).toEqual(['eastus']);
  expect(trace?.skipped).toEqual([believed]);
  expect(String(trace)).toBe(`eastus answered (200, 0 ms); sweden ${sentence}`);
  expect(JSON.parse(JSON.stringify(trace))).toMatchObject({ skipped: [{ region: 'sweden' }] });
});

test('explain: a call says that a region is forced out, and nothing of one that it could not have gone to', async () => {
  const { fetch, chat: ask } = setup({ regions: ['sweden', 'eastus', { ...other, deployments: { gpt: false } }] });
  for (const { region } of fetch.regions()) if (region !== 'eastus') fetch.force(region, 'out');
  expect(String(explain(await ask()))).toBe('eastus answered (200, 0 ms); sweden is forced out');
});

test('explain: a call says that a region is being tested, or has only part of its traffic back', async () => {
  const {
    chat: ask,
    fetch,
    clock,
    openMs,
    stateOf,
  } = setup({
    script: { sweden: [refused, refused, after(500, ok)] },
    callsPerSecond: BUSY,
    random: () => 0.99,
  });
  for (let i = 0; i < 9 && stateOf('sweden') === 'closed'; i++) await ask();
  await clock.advance(openMs('sweden'));
  const probe = fetch(CHAT, chat());
  const beside = fetch(CHAT, chat());
  expect(String(explain(await clock.run(beside)))).toBe(
    'eastus answered (200, 0 ms); sweden was left alone until it is tested: it could not be reached',
  );
  await clock.run(probe);
  for (let i = 0; i < 9 && stateOf('sweden') === 'half-open'; i++) await ask();
  expect(String(explain(await ask()))).toBe('eastus answered (200, 0 ms); sweden has only 10 % of its traffic back');
});

test('explain: a call says that something failed a moment ago where it did not go', async () => {
  const { fetch, clock } = setup({ script: { sweden: refused, eastus: after(500, ok) }, retry: { sameRegion: 0 } });
  const first = fetch(CHAT, chat());
  await clock.advance(100);
  const second = fetch(CHAT, chat());
  await clock.run(first);
  expect(String(explain(await clock.run(second)))).toBe(
    'eastus answered (200, 500 ms); sweden was left alone for a moment: something failed there',
  );
});

test('explain: what a later version has stored for a reason of its own is told as unknown', () => {
  for (const cause of ['moon-phase', 'constructor'] as unknown as VerdictKind[]) {
    const status = { region: 'sweden', state: 'open', until: 5_000, cause, deployments: {} } as const;
    expect(skippedInWords(status, undefined, 0)).toBe(
      'sweden was left alone for 5 s more: it failed for an unknown reason',
    );
  }
});

test('explain: a region that is asked in the end is not told of as skipped', async () => {
  const { chat: ask } = setup({ script: { sweden: [refused, refused, ok], eastus: [ok, refused] } });
  await ask();
  const trace = explain(await ask());
  expect(trace?.attempts.map(({ region }) => region)).toEqual(['eastus', 'eastus', 'sweden']);
  expect(trace?.skipped).toEqual([]);
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
    skipped: [],
  });
  expect(`${trace}`).toBe('sweden throttled it (429, 50 ms, asks for 30 s); eastus answered (200, 700 ms)');
});

test('explain: tells it of an error too, and the error’s message says it in words', async () => {
  const { chat: ask } = setup({ script: { sweden: refused, eastus: silence }, doors: { eastus: silence } });
  const outcome = await outcomeOf(ask());
  const error = 'error' in outcome ? (outcome.error as Error) : undefined;
  expect(String(explain(error))).toBe(
    'sweden could not be reached (ECONNREFUSED, 0 ms); sweden, tried again, could not be reached (ECONNREFUSED, 0 ms); ' +
      'eastus did not answer in time (NO_SIGN_OF_LIFE, 4500 ms)',
  );
  expect(error?.message).toBe(
    `No region can be reached, perhaps because of this client’s network (chat.completions with gpt): ${explain(error)}`,
  );
  // What is logged of it: no trace, and nothing that is `undefined`.
  expect(Object.keys(error ?? {})).toEqual(['name', 'code']);
});

test('explain: knows nothing of what it has not seen', () => {
  for (const other of [new Response(), new Error('x'), {}, null, undefined, 'text', 7, () => {}]) {
    expect(explain(other)).toBeUndefined();
  }
});

test.each<[string, (failure: unknown) => unknown]>([
  ['as the cause', (failure) => new Error('x', { cause: failure })],
  ['as the cause of its cause', (failure) => new Error('x', { cause: new Error('y', { cause: failure }) })],
  ['as the last of several tries', (failure) => Object.assign(new Error('x'), { lastError: failure })],
  ['among several', (failure) => new AggregateError([new Error('y'), undefined, failure])],
  ['as the response', (failure) => Object.assign(new Error('x'), { response: failure })],
  ['beside what throws when it is read', (failure) => hostile({ lastError: failure })],
  [
    'in a circle',
    (failure) => {
      const outer = new Error('x', { cause: new AggregateError([]) });
      return Object.assign(outer, { errors: [outer, outer.cause, failure] });
    },
  ],
])('explain: finds what is known inside an error: %s', async (_, wrap) => {
  const { chat: ask } = setup({ script: { sweden: status(400) } });
  const response = await ask();
  const { chat: askInVain } = setup({ script: { sweden: refused, eastus: refused } });
  const error = await askInVain().catch((thrown: unknown) => thrown);
  for (const known of [response, error]) {
    expect(explain(known)).toBeDefined();
    expect(explain(wrap(known))).toBe(explain(known));
  }
});

test('explain: the nearest is told, and of several tries the last', async () => {
  const { chat: ask } = setup({ script: { sweden: status(400) } });
  const [first, last] = [await ask(), await ask()];
  expect(explain({ errors: [first, last], lastError: last })).toBe(explain(last));
  expect(explain({ cause: first, errors: [{ cause: last }] })).toBe(explain(first));
});

test('explain: knows a response that failed by its headers, which is what the OpenAI SDK keeps of it', async () => {
  const { chat: ask } = setup({ script: { sweden: status(400) } });
  const { headers } = await ask();
  const error = Object.assign(new Error('400 Bad request'), { headers });
  expect(explain(error)?.attempts).toMatchObject([{ region: 'sweden', status: 400 }]);
  expect(explain({ headers: new Headers(headers) })).toBeUndefined();
});

test('explain: gives up on what has no end, and throws at nothing', () => {
  const endless = (): object => ({
    get cause() {
      return endless();
    },
    get errors() {
      return [endless(), endless()];
    },
  });
  let deep: unknown = 'the end';
  for (let i = 0; i < 10_000; i++) deep = new Error('x', { cause: deep });
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const result of [endless(), deep, hostile({}), proxy, { cause: proxy, errors: proxy }]) {
    expect(explain(result)).toBeUndefined();
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

const withCause = (code: unknown) => throws(new TypeError('fetch failed', { cause: { code } }));

test.each<[what: string, answer: Answer, sentence: string]>([
  ['a name nobody has', withCause('ENOTFOUND'), 'could not be reached (ENOTFOUND, 0 ms)'],
  ['a certificate', withCause('SELF_SIGNED_CERT_IN_CHAIN'), 'could not be reached (SELF_SIGNED_CERT_IN_CHAIN, 0 ms)'],
  ['a lost connection', reset, 'lost the connection (ECONNRESET, 0 ms)'],
  ['a browser’s one word', failedToFetch, 'could not be reached, or its answer not read: network, CORS or CSP (0 ms)'],
  ['a status', absent, 'lacks the deployment (404 DeploymentNotFound, 0 ms)'],
  ['a status said twice', status(429, {}, 'Slow down.', '429'), 'throttled it (429, 0 ms)'],
  ['a redirect', () => new Response(null, { status: 302 }), 'redirected, which is never followed (302, 0 ms)'],
  ['a redirect that a browser hides', () => Response.error(), 'redirected, which is never followed (0 ms)'],
  [
    'a failure in a stream',
    events(data({ error: { code: 'server_error', message: 'No.' } })),
    'failed inside (200 server_error, 0 ms)',
  ],
])('explain: says why in the code of who says it: %s', async (_, answer, sentence) => {
  const { ask } = streaming({ script: { sweden: answer } });
  expect(String(explain(await ask())).split('; ')[0]).toBe(`sweden ${sentence}`);
});

test.each<[what: string, answer: Answer]>([
  ['the text of a body', status(403, {}, '', 'see https://contoso.com')],
  ['a text without end', status(403, {}, '', 'x'.repeat(65))],
  ['a web page', () => new Response('<h1>code</h1>', { status: 403 })],
  ['a number', withCause(42)],
  ['a path', withCause('/etc/hosts')],
])('explain: a code is a name and nothing else, which %s is not', async (_, answer) => {
  const { chat: ask } = setup({ script: { sweden: answer } });
  expect(explain(await ask())?.attempts[0]).not.toHaveProperty('code');
});

test('explain: what ends well, and what its caller gave up, has no code', async () => {
  const { fetch, chat: ask } = setup({ script: { sweden: [() => Response.json({ code: 'Fine' }), silence] } });
  expect(explain(await ask())?.attempts[0]).not.toHaveProperty('code');
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  const reason = Object.assign(new Error('enough'), { code: 'MINE' });
  caller.abort(reason);
  await answer;
  expect(explain(reason)?.attempts[0]).not.toHaveProperty('code');
});

test('explain: what a night asleep broke off is lost, whatever a browser may read', async () => {
  const { fetch, clock } = setup({ script: { sweden: silence } });
  const answer = fetch(CHAT, chat());
  await clock.advance(1_000);
  clock.jump(8 * 60_000);
  expect(String(explain(await clock.run(answer)))).toMatch(/^sweden lost the connection \(\d+ ms\); eastus answered/);
});

test('explain: a stream that breaks after it was handed over says what broke it', async () => {
  const { whole } = streaming({ script: { sweden: events(word('a'), breaks) } });
  const { error } = await whole();
  expect(String(explain(error))).toBe('sweden broke the stream (200 ECONNRESET, 0 ms)');
});
