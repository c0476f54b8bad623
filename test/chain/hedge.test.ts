import { expect, test, vi } from 'vitest';
import { explain, latency } from '../../src/index.ts';
import { settled } from '../support/clock.ts';
import { type Answer, after, endless, ok, refused, type Sent, silence, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, type Given, outcomeOf, setup } from '../support/setup.ts';

const timesOf = (sent: readonly Sent[], start: number) => sent.map(({ at, region }) => `${region} ${at - start}`);
const answeredBy = async (response: Response) => ((await response.json()) as { answered: string }).answered;
const slow = (ms: number): Given => ({ script: { sweden: after(ms, ok) } });

test('hedge: is off unless it is asked for', async () => {
  const { chat: ask, asked } = setup(slow(100_000));
  expect(await answeredBy(await ask())).toBe('contoso-sweden');
  expect(asked()).toEqual(['sweden']);
});

test('hedge: the second region is asked when the first has been silent for afterMs, and the first answer is taken', async () => {
  const { chat: ask, clock, requests, heard, left } = setup({ ...slow(30_000), hedge: { afterMs: 700 } });
  const start = clock.now();
  const response = await ask();
  expect(clock.now() - start).toBe(700);
  expect(await answeredBy(response)).toBe('contoso-eastus');
  expect(timesOf(requests, start)).toEqual(['sweden 0', 'eastus 700']);
  expect(heard('attempt').find(({ record }) => record.region === 'eastus')?.record.kind).toBe('hedge');
  expect(left()).toEqual([]);
});

test('hedge: the first region’s answer is taken too when it comes first, and the second is let go', async () => {
  const {
    chat: ask,
    clock,
    requests,
    stateOf,
    left,
  } = setup({
    script: { sweden: after(1_000, ok), eastus: after(5_000, ok) },
    hedge: { afterMs: 700 },
  });
  const start = clock.now();
  expect(await answeredBy(await ask())).toBe('contoso-sweden');
  expect(clock.now() - start).toBe(1_000);
  await settled();
  expect(requests.map(({ signal }) => signal.aborted)).toEqual([false, true]);
  expect([stateOf('sweden'), stateOf('eastus')]).toEqual(['closed', 'closed']);
  expect(left()).toEqual([]);
});

test('hedge: an answer within afterMs costs nothing more', async () => {
  const { chat: ask, clock, asked, left } = setup({ ...slow(699), hedge: { afterMs: 700 } });
  await (await ask()).text();
  await clock.advance(10_000);
  expect(asked()).toEqual(['sweden']);
  expect(left()).toEqual([]);
});

test('hedge: the loser’s signal is aborted, and a body that it has begun is cancelled', async () => {
  let deliver = (): void => {};
  const late: Answer = async (sent, clock) => {
    await new Promise<void>((resolve) => {
      deliver = resolve;
    });
    return endless()(sent, clock);
  };
  const { fetch, clock, requests, bodies, left } = setup({
    script: { sweden: late, eastus: after(1_000, ok) },
    hedge: { afterMs: 700 },
    use: {
      perAttempt: [
        async (call, next) => {
          const response = await next(call);
          // It answers while the other one's answer is on its way to the caller.
          if (call.attempt?.region.name === 'eastus') deliver();
          await settled();
          return response;
        },
      ],
    },
  });
  const response = await clock.run(fetch(CHAT, chat()));
  await response.text();
  await settled();
  expect(requests.map(({ signal }) => signal.aborted)).toContain(true);
  expect(bodies).toHaveLength(2);
  expect(left()).toEqual([]);
});

test('hedge: when both fail, the next region is asked', async () => {
  const {
    chat: ask,
    clock,
    requests,
  } = setup({
    regions: ['sweden', 'eastus', 'france'],
    script: { sweden: after(1_500, status(500)), eastus: after(2_000, status(500)) },
    hedge: { afterMs: 700 },
  });
  const start = clock.now();
  expect(await answeredBy(await ask())).toBe('contoso-france');
  expect(timesOf(requests, start)).toEqual(['sweden 0', 'eastus 700', 'france 2700']);
});

test('hedge: a first try that fails before afterMs moves on at once', async () => {
  const {
    chat: ask,
    clock,
    requests,
  } = setup({
    script: { sweden: after(300, status(429)), eastus: after(100, ok) },
    hedge: { afterMs: 700 },
  });
  const start = clock.now();
  expect(await answeredBy(await ask())).toBe('contoso-eastus');
  expect(timesOf(requests, start)).toEqual(['sweden 0', 'eastus 300']);
});

test('hedge: a failure of one is not the end while the other is under way', async () => {
  const { chat: ask, clock } = setup({
    script: { sweden: after(1_000, status(429)), eastus: after(3_000, ok) },
    hedge: { afterMs: 700 },
  });
  const start = clock.now();
  expect(await answeredBy(await ask())).toBe('contoso-eastus');
  expect(clock.now() - start).toBe(3_700);
});

test('B: the caller’s abort ends both at once, with its reason', async () => {
  const { fetch, clock, requests, left, heard } = setup({
    script: { sweden: silence, eastus: silence },
    hedge: { afterMs: 700 },
  });
  const caller = new AbortController();
  const settle = vi.fn();
  outcomeOf(fetch(CHAT, chat({ signal: caller.signal }))).then(settle);
  await clock.advance(1_000);
  expect(requests).toHaveLength(2);
  caller.abort('enough');
  await settled();
  expect(settle).toHaveBeenCalledExactlyOnceWith({ error: 'enough' });
  expect(requests.every(({ signal }) => signal.aborted)).toBe(true);
  expect(left()).toEqual([]);
  await clock.advance(600_000);
  expect(requests).toHaveLength(2);
  expect(heard('health')).toEqual([]);
});

test('B: an abort after a hedge has won reaches its body', async () => {
  const { fetch, clock, left, bodies } = setup({
    script: { sweden: silence, eastus: endless() },
    hedge: { afterMs: 700 },
  });
  const caller = new AbortController();
  const response = await clock.run(fetch(CHAT, chat({ signal: caller.signal })));
  const reader = response.body?.getReader();
  await reader?.read();
  const reading = outcomeOf(reader?.read() as never);
  caller.abort('enough');
  expect(await reading).toEqual({ error: 'enough' });
  expect(bodies.map(({ state }) => state)).toEqual(['broken']);
  expect(left()).toEqual([]);
});

test('B: a region that failed before the caller gave up is suspected no longer than the call takes', async () => {
  const {
    fetch,
    clock,
    chat: ask,
    asked,
  } = setup({
    script: { sweden: [status(500), silence, ok], eastus: silence },
    hedge: { afterMs: 700 },
    use: {
      perAttempt: [
        async (call, next) => {
          try {
            return await next(call);
          } finally {
            // Whoever cleans up takes a while.
            if (call.attempt?.region.name === 'sweden') await settled();
          }
        },
      ],
    },
  });
  const caller = new AbortController();
  const given = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(1_000);
  caller.abort('enough');
  expect(await given).toEqual({ error: 'enough' });
  await clock.advance(60_000);
  const before = asked().length;
  await ask();
  expect(asked()[before]).toBe('sweden');
});

test('O: one call in twenty may be hedged, and one more', async () => {
  const calls = 400;
  const { chat: ask, asked } = setup({ ...slow(1_000), hedge: { afterMs: 700 }, strategy: (regions) => regions });
  for (let i = 0; i < calls; i++) await ask();
  const hedges = asked().filter((name) => name === 'eastus').length;
  expect(hedges).toBe(Math.floor(calls * 0.05 + 1));
});

test('O: hedge.budget says how many, and 0 leaves the one', async () => {
  for (const [budget, hedges] of [
    [0, 1],
    [0.25, 26],
    [1, 100],
  ] as const) {
    const { chat: ask, asked } = setup({ ...slow(1_000), hedge: { afterMs: 700, budget } });
    for (let i = 0; i < 100; i++) await ask();
    expect(asked().filter((name) => name === 'eastus')).toHaveLength(hedges);
  }
});

test('hedge: what must not be done twice is never hedged', async () => {
  const { fetch, clock, asked } = setup({ ...slow(100_000), hedge: { afterMs: 700 } });
  const url = CHAT.replace('chat/completions', 'files');
  expect((await clock.run(fetch(url, { method: 'POST', body: '{}' }))).status).toBe(200);
  expect(asked()).toEqual(['sweden']);
});

test('hedge: no second region is asked that draws on the same pool', async () => {
  const region = (name: string, pool?: string) => ({
    name,
    endpoint: endpointOf(name),
    credential: { apiKey: 'key' },
    ...(pool && { pool }),
  });
  const pooled = setup({
    regions: [region('sweden', 'global'), region('eastus', 'global'), region('france')],
    script: { sweden: after(1_000, ok), eastus: silence, france: after(100, ok) },
    hedge: { afterMs: 700 },
  });
  await pooled.chat();
  expect(pooled.asked()).toEqual(['sweden', 'france']);
  const alone = setup({
    regions: [region('sweden', 'global'), region('eastus', 'global')],
    ...slow(1_000),
    hedge: { afterMs: 700 },
  });
  await alone.chat();
  expect(alone.asked()).toEqual(['sweden']);
});

test('hedge: no second region is asked that is down, cooling, forced out or lacks the deployment', async () => {
  const {
    chat: ask,
    fetch,
    asked,
    clock,
  } = setup({
    script: { sweden: [status(429), after(1_000, ok)], eastus: ok },
    regions: [
      { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'k' } },
      { name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'k' } },
      { name: 'france', endpoint: endpointOf('france'), credential: { apiKey: 'k' }, deployments: { gpt: false } },
    ],
    hedge: { afterMs: 700 },
  });
  fetch.force('eastus', 'out', { ttlMs: 3_600_000 });
  await outcomeOf(ask());
  await clock.advance(20_000);
  const before = asked().length;
  await ask();
  expect(asked().slice(before)).toEqual(['sweden']);
});

test('hedge: without afterMs it waits 2 s, and for the learned 95th percentile once it is known', async () => {
  let ms = 0;
  const {
    chat: ask,
    clock,
    requests,
  } = setup({
    script: { sweden: (sent, clock) => after(ms, ok)(sent, clock), eastus: after(200, ok) },
    hedge: { budget: 1 },
  });
  const delay = async (): Promise<number> => {
    ms = 60_000;
    const start = clock.now();
    const before = requests.length;
    await ask();
    return (requests[before + 1]?.at ?? 0) - start;
  };
  expect(await delay()).toBe(2_000);
  ms = 1_500;
  for (let i = 0; i < 200; i++) await ask();
  const learned = await delay();
  expect(learned).toBeGreaterThanOrEqual(1_500);
  expect(learned).toBeLessThan(2_000);
  ms = 10;
  for (let i = 0; i < 200; i++) await ask();
  expect(await delay()).toBe(1_000);
});

test('hedge: one that is outrun five times in a row is left alone for a while', async () => {
  const {
    chat: ask,
    asked,
    statusOf,
    clock,
  } = setup({
    ...slow(60_000),
    hedge: { afterMs: 700, budget: 1 },
    callsPerSecond: 4,
  });
  for (let i = 0; i < 4; i++) await ask();
  expect(statusOf('sweden')?.state).toBe('closed');
  await ask();
  await settled();
  expect(statusOf('sweden')).toMatchObject({
    state: 'open',
    cause: 'timeout',
    deployments: { gpt: { cause: 'timeout' } },
  });
  const start = clock.now();
  await ask();
  expect(asked().at(-1)).toBe('eastus');
  expect(clock.now()).toBe(start);
});

test('hedge: retry.attempts bounds both together', async () => {
  const once = setup({ script: { sweden: silence, eastus: ok }, hedge: { afterMs: 700 }, retry: { attempts: 1 } });
  await outcomeOf(once.chat());
  expect(once.requests).toHaveLength(1);
  const thrice = setup({
    script: { sweden: after(800, refused), eastus: refused },
    hedge: { afterMs: 700 },
    retry: { attempts: 3, sameRegion: 9 },
  });
  await outcomeOf(thrice.chat());
  expect(thrice.requests.length).toBeLessThanOrEqual(3);
});

test('hedge: what is told of a region that was outrun does not say that the caller gave up', async () => {
  const { chat: ask } = setup({ script: { sweden: silence }, hedge: { afterMs: 700 } });
  const told = String(explain(await ask()));
  expect(told).toMatch(/eastus answered/);
  expect(told).not.toMatch(/sweden was given up by the caller/);
});

test('V: a strategy that throws when a second region is chosen fails the call, and nothing else', async () => {
  let asked = 0;
  const { fetch, clock } = setup({
    ...slow(5_000),
    hedge: { afterMs: 700 },
    strategy: (regions) => {
      if (asked++ > 0) throw new Error('a bug in a strategy');
      return regions;
    },
  });
  const outcome = outcomeOf(fetch(CHAT, chat()));
  // A timer's callback that throws ends the process.
  await clock.advance(10_000);
  await outcome;
});

test('hedge: with latency(), too', async () => {
  const { chat: ask, asked } = setup({ ...slow(5_000), hedge: { afterMs: 700 }, strategy: latency(), random: () => 0 });
  await ask();
  expect(asked()).toEqual(['sweden', 'eastus']);
});

test('explain: tells of a try that was outrun while its error was being read', async () => {
  const { chat: ask, clock } = setup({
    script: { sweden: after(600, endless(500, '{"error":')), eastus: ok },
    hedge: { afterMs: 700 },
  });
  const response = await ask();
  await clock.advance(1);
  expect(
    explain(response)
      ?.attempts.map(({ region }) => region)
      .sort(),
  ).toEqual(['eastus', 'sweden']);
});
