import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { FailoverError, type FailoverOptions, type HealthStore } from '../../src/index.ts';
import { hostile } from '../support/hostile.ts';
import { type Answer, endless, ok, refused, silence, throws } from '../support/service.ts';
import { CHAT, chat, outcomeOf, setup } from '../support/setup.ts';

beforeEach(() => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

const OWN = { by: 'the middleware' };
const weird = fc.oneof(
  fc.anything(),
  fc.constantFrom<unknown>(null, undefined, hostile, Symbol('s'), () => {}),
);

/** What `fetch` may be given, and what nobody should give it. */
const anInit = fc.oneof(
  fc.constant(chat()),
  fc.record(
    {
      method: fc.constantFrom('POST', 'post', 'GET', 'PATCH', 'CONNECT', 'ö'),
      headers: fc.oneof(fc.dictionary(fc.string(), fc.string()), weird),
      body: fc.oneof(fc.json(), fc.string(), fc.uint8Array(), weird),
      signal: fc.constantFrom<unknown>(undefined, null, {}, 'signal'),
      redirect: fc.constantFrom('follow', 'error', 'odd'),
      duplex: fc.constantFrom('half', 'full'),
    },
    { requiredKeys: [] },
  ),
);
const anAnswer: fc.Arbitrary<Answer> = fc.oneof(
  fc.constantFrom(
    ok,
    refused,
    silence,
    endless(500),
    endless(429),
    throws(null),
    throws('text'),
    throws(hostile),
    throws(Object.freeze({})),
  ),
  fc
    .record({
      code: fc.oneof(fc.integer({ min: 200, max: 599 }), fc.constantFrom(0, 100, 600, 999)),
      body: fc.oneof(fc.json(), fc.string(), fc.constant('<html>')),
      retryAfter: fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom('-1', '1e400', '99999999999')),
      type: fc.constantFrom('application/json', 'text/html', 'odd'),
    })
    .map(({ code, body, retryAfter, type }) => () => {
      const headers = new Headers({ 'content-type': type });
      if (/^[\x20-\x7e]*$/.test(retryAfter)) headers.set('retry-after', retryAfter);
      const response = new Response([204, 205, 304].includes(code) ? null : body, { headers });
      Object.defineProperty(response, 'status', { value: code });
      return response;
    }),
);
const anyway = fc.constantFrom<() => unknown>(
  () => {
    throw new Error('no');
  },
  () => Promise.reject(new Error('no')),
  () => new Promise(() => {}),
  async () => undefined,
  async () => 7,
  async () => ({ version: 1, records: { sweden: { savedAt: 'x', deployments: 7, open: [] } } }),
);
const aStore = fc.record({ load: anyway, save: anyway }) as unknown as fc.Arbitrary<HealthStore>;
type Use = NonNullable<FailoverOptions['use']>;
const aMiddleware = fc.constantFrom<NonNullable<Use['perCall']>[number]>(
  (call, next) => next(call),
  async (call, next) => (await next(call)) && next(call),
  () => {
    throw OWN;
  },
  () => Promise.reject(OWN),
  async () => new Response('short cut'),
  async (call, next) => next({ ...call, url: 'nonsense:' }),
  async (call, next) => {
    await next(call);
    throw OWN;
  },
);
const aWorld = fc.record({
  init: anInit,
  answers: fc.array(anAnswer, { minLength: 1, maxLength: 8 }),
  store: aStore,
  perCall: fc.array(aMiddleware, { maxLength: 1 }),
  perAttempt: fc.array(aMiddleware, { maxLength: 1 }),
  jumps: fc.array(fc.constantFrom(0, 0, 1, -86_400_000, 86_400_000, 3_600_000), { maxLength: 20 }),
  chance: fc.constantFrom(0, 0.5, 0.999999, 1, -1, Number.NaN, 1e9),
  listen: fc.boolean(),
  doors: fc.record({ sweden: anAnswer, eastus: anAnswer }),
  hedge: fc.constantFrom(false as const, {}, { afterMs: 0, budget: 1 }),
});

test('V: whatever goes in, out comes a response, a FailoverError or what the caller’s own middleware threw', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      aWorld,
      async ({ init, answers, store, perCall, perAttempt, jumps, chance, listen, doors, hedge }) => {
        const { fetch, clock, left } = setup({
          script: { sweden: answers, eastus: [...answers].reverse() },
          doors,
          hedge,
          use: { perCall, perAttempt },
          store,
          random: () => chance,
          onEvent() {
            clock.jump(jumps.pop() ?? 0);
            if (listen) throw new Error('a bug in a listener');
          },
        });
        for (let i = 0; i < 2; i++) {
          const answer = fetch(CHAT, init as RequestInit);
          expect(answer).toBeInstanceOf(Promise);
          const outcome = await outcomeOf(clock.run(answer));
          if ('response' in outcome) await outcome.response.body?.cancel().catch(() => {});
          else if (outcome.error !== OWN) expect(outcome.error).toBeInstanceOf(FailoverError);
        }
        expect(fetch.regions()).toHaveLength(2);
        // A region may be being asked still whether it is alive.
        await clock.advance(1_500);
        if (perCall.length + perAttempt.length === 0) expect(left()).toEqual([]);
      },
    ),
    { numRuns: 1_000 },
  );
});
