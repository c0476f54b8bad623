import fc from 'fast-check';
import { expect, test } from 'vitest';
import { explain, FailoverError, type RegionOptions } from '../../src/index.ts';
import { type Answer, after, endless, refused, reset, silence, status, throttled } from '../support/service.ts';
import { CHAT, chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

/** Says whose request it answers. */
const echo: Answer = ({ headers, body }) => Response.json({ call: headers.get('x-call'), body });
const ANSWERS = {
  echo,
  refused,
  reset,
  silence,
  throttled: throttled(1),
  'server-error': status(500),
  'refused credential': status(401),
  invalid: status(400),
  'endless error': endless(503, 'x'),
  'endless answer': endless(),
} satisfies Record<string, Answer>;

const anAnswer = fc.record({
  kind: fc.constantFrom(...(Object.keys(ANSWERS) as (keyof typeof ANSWERS)[]), 'echo' as const, 'echo' as const),
  ms: fc.constantFrom(0, 0, 5, 200, 1_100, 30_000),
});
/** One caller: when it starts, what it will be told, when it gives up. */
const aCaller = fc.record({
  startMs: fc.constantFrom(0, 0, 1, 5, 1_000),
  answers: fc.array(anAnswer, { minLength: 1, maxLength: 6 }),
  abortMs: fc.option(fc.constantFrom(0, 1, 5, 100, 200, 260, 1_000, 1_200, 25_000, 200_000), { nil: undefined }),
});
const aDoor = fc.constantFrom(status(401), silence, refused);
const someCallers = fc.record({
  callers: fc.array(aCaller, { minLength: 2, maxLength: 5 }),
  tokenMs: fc.constantFrom(0, 5, 100),
  doors: fc.record({ sweden: aDoor, eastus: aDoor }),
  hedge: fc.constantFrom(false as const, { afterMs: 100, budget: 1 }),
});

test('U: any interleaving of calls leaves each call its own', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(someCallers, async ({ callers, tokenMs, doors, hedge }) => {
      const asked = new Map<number, number>();
      const answer: Answer = (sent, clock) => {
        const index = Number(sent.headers.get('x-call'));
        const answers = callers[index]?.answers ?? [];
        const turn = asked.get(index) ?? 0;
        asked.set(index, turn + 1);
        const { kind, ms } = answers[Math.min(turn, answers.length - 1)] ?? { kind: 'echo', ms: 0 };
        return after(ms, ANSWERS[kind])(sent, clock);
      };
      const regions: RegionOptions[] = [
        {
          name: 'sweden',
          endpoint: endpointOf('sweden'),
          credential: {
            async getToken({ refresh }) {
              await world.clock.sleep(tokenMs);
              return { token: refresh ? 'sweden-2' : 'sweden-1', expiresAt: Number.POSITIVE_INFINITY };
            },
          },
        },
        { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: ['eastus-1', 'eastus-2'] } },
      ];
      const world = setup({ script: { sweden: answer, eastus: answer }, doors, hedge, regions });
      const { fetch, clock, requests, heard, left } = world;
      const start = clock.now();

      const runs = callers.map(async ({ startMs, abortMs }, index) => {
        const caller = new AbortController();
        const reason = `caller ${index} had enough`;
        await clock.sleep(startMs);
        if (abortMs !== undefined) clock.sleep(abortMs).then(() => caller.abort(reason));
        const headers = { 'content-type': 'application/json', 'x-call': String(index) };
        const body = JSON.stringify({ model: 'gpt', n: index });
        const outcome = await outcomeOf(fetch(CHAT, chat({ headers, body, signal: caller.signal })));
        const settledAt = clock.now();
        if ('error' in outcome) {
          if (outcome.error === reason) expect(settledAt).toBe(start + startMs + (abortMs ?? Number.NaN));
          else expect(outcome.error).toBeInstanceOf(FailoverError);
          if (caller.signal.aborted) expect(outcome.error).toBe(reason);
        } else {
          const { response } = outcome;
          if (
            response.status === 200 &&
            response.headers.get('content-type') === 'application/json' &&
            !caller.signal.aborted
          )
            expect(await response.json()).toEqual({ call: String(index), body });
          else await response.body?.cancel();
        }
        const result = 'error' in outcome ? outcome.error : outcome.response;
        return { index, body, trace: explain(result), aborted: caller.signal.aborted, result };
      });
      const ended = await clock.run(Promise.all(runs));
      await clock.advance(1_000_000);

      for (const { index, body, trace, result } of ended) {
        const own = requests.filter(({ headers }) => headers.get('x-call') === String(index));
        expect(own.every((sent) => sent.body === body)).toBe(true);
        // One attempt more where a refused credential was renewed.
        expect(own.length).toBeLessThanOrEqual(6);
        const sent = own.map(({ region }) => region);
        const told = trace?.attempts.map(({ region }) => region);
        // Of two that ran side by side, the second may have ended first, or the first not yet.
        if (typeof result === 'object' && hedge) expect(sent).toEqual(expect.arrayContaining(told ?? []));
        else if (typeof result === 'object') expect(told).toEqual(sent);
      }
      for (const { region, headers } of requests) {
        expect(headers.get('authorization') ?? headers.get('api-key')).toContain(region);
        expect(headers.has('authorization') && headers.has('api-key')).toBe(false);
      }
      expect(heard('settled')).toHaveLength(callers.length);
      expect(left()).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('U: of two calls, one is aborted and the other fails over, as if it were alone', async () => {
  const alone = setup({ script: { sweden: after(100, refused) } });
  const expected = await (await alone.chat()).json();

  const { fetch, clock, requests, left } = setup({ script: { sweden: after(100, refused) } });
  const caller = new AbortController();
  const given = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  const other = fetch(CHAT, chat());
  await clock.advance(50);
  caller.abort('enough');
  expect(await given).toEqual({ error: 'enough' });
  expect(await (await clock.run(other)).json()).toEqual(expected);
  expect(requests.filter(({ signal }) => signal.aborted)).toHaveLength(1);
  expect(requests.slice(1).map(({ region }) => region)).toEqual(['sweden', 'sweden', 'eastus']);
  expect(left()).toEqual([]);
});

test('U: one signal for many calls ends them all, each with its reason, and leaves no listener behind', async () => {
  const { fetch, clock, left } = setup({ script: { sweden: silence } });
  const caller = new AbortController();
  const calls = Array.from({ length: 50 }, () => outcomeOf(fetch(CHAT, chat({ signal: caller.signal }))));
  await clock.advance(10);
  caller.abort('enough');
  expect(await Promise.all(calls)).toEqual(calls.map(() => ({ error: 'enough' })));
  expect(left()).toEqual([]);
});

test('U: a middleware that sends one call twice at once does not mix up what the two teach', async () => {
  const {
    chat: ask,
    stateOf,
    statusOf,
  } = setup({
    script: {
      sweden: [after(500, status(400)), status(403)],
      eastus: [throttled(60)],
      france: after(100, status(400)),
    },
    regions: ['sweden', 'eastus', 'france'],
    use: { perCall: [async (call, next) => (await Promise.all([next(call), next(call)]))[0] as Response] },
  });
  await ask();
  expect(statusOf('eastus')).toMatchObject({ state: 'closed', deployments: { gpt: { cause: 'throttled' } } });
  expect(statusOf('sweden')?.deployments).toEqual({});
  expect([stateOf('sweden'), stateOf('france')]).toEqual(['open', 'closed']);
});

test('U: one error thrown at two calls is judged for each by itself', async () => {
  let fail = (_: unknown): void => {};
  const failing = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const { fetch, clock, heard, requests } = setup({ script: { sweden: [() => failing, () => failing, refused] } });
  const slow = fetch(CHAT, chat());
  await clock.advance(1_500);
  const fast = fetch(CHAT, chat());
  await clock.advance(100);
  fail(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }));
  await clock.run(Promise.all([slow, fast]));
  const kindsOf = (call: string) =>
    heard('attempt').flatMap(({ callId, record }) =>
      callId.endsWith(call) ? [`${record.region} ${record.kind}`] : [],
    );
  expect(kindsOf('-1')).toEqual(['sweden first', 'eastus failover']);
  expect(requests.length).toBeLessThanOrEqual(5);
});
