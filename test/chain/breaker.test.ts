import { expect, test } from 'vitest';
import { defaults } from '../../src/options.ts';
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
} from '../support/service.ts';
import { BUSY, CHAT, chat, outcomeOf, setup } from '../support/setup.ts';

const { openMs: OPEN_MS, maxOpenMs: MAX_OPEN_MS } = defaults.breaker;

test.each([
  ['two refused connections', refused, 2],
  ['three broken connections', reset, 3],
  ['three of Chromium’s network errors', failedToFetch, 3],
  ['three gateway errors', status(502), 3],
  ['five server errors', status(500), 5],
])('K: %s in a row open a region for a busy client', async (_, answer, count) => {
  const {
    chat: ask,
    asked,
    stateOf,
    heard,
  } = setup({ script: { sweden: answer }, retry: { sameRegion: 0 }, callsPerSecond: BUSY });
  for (let i = 1; i < count; i++) await ask();
  expect(stateOf('sweden')).toBe('closed');
  await ask();
  expect(stateOf('sweden')).toBe('open');
  expect(heard('health')).toHaveLength(1);
  await ask();
  expect(asked().filter((name) => name === 'sweden')).toHaveLength(count);
});

test.each<[string, Answer, number, Answer?]>([
  ['one refused connection', refused, 1],
  ['one silence that nothing ends', silence, 1, silence],
  ['two broken connections', reset, 2],
  ['two gateway errors', status(502), 2],
  ['two server errors', status(500), 2],
])('K: a client that makes few calls leaves a region after %s', async (_, answer, count, door = status(401)) => {
  const {
    chat: ask,
    clock,
    stateOf,
  } = setup({ script: { sweden: answer }, doors: { sweden: door }, retry: { sameRegion: 0 } });
  for (let i = 1; i < count; i++) {
    await ask();
    await clock.advance(20_000);
  }
  expect(stateOf('sweden')).toBe('closed');
  await ask();
  expect(stateOf('sweden')).toBe('open');
});

test('K: half of the latest calls failing opens a region too, in whatever order', async () => {
  const { chat: ask, stateOf } = setup({
    script: { sweden: Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? status(500) : ok)) },
    retry: { sameRegion: 0 },
    callsPerSecond: BUSY,
  });
  for (let i = 0; i < 8; i++) await ask();
  expect(stateOf('sweden')).toBe('closed');
  for (let i = 0; i < 8; i++) await ask();
  expect(stateOf('sweden')).toBe('open');
});

test('K: a success between wipes out the evidence', async () => {
  const {
    chat: ask,
    clock,
    stateOf,
  } = setup({
    script: { sweden: [reset, ok, reset, ok, reset, ok] },
    retry: { sameRegion: 0 },
  });
  for (let i = 0; i < 6; i++) {
    await ask();
    await clock.advance(60_000);
  }
  expect(stateOf('sweden')).toBe('closed');
});

test('K: old evidence fades: half of it in five minutes', async () => {
  for (const [ms, state] of [
    [1_000, 'open'],
    [60_000, 'closed'],
  ] as const) {
    const {
      chat: ask,
      clock,
      stateOf,
    } = setup({
      script: { sweden: refused },
      retry: { sameRegion: 0 },
      callsPerSecond: BUSY,
    });
    await ask();
    await clock.advance(ms);
    await ask();
    expect(stateOf('sweden')).toBe(state);
  }
});

test.each([
  [0, 0.5],
  [0.999999, 1],
])(
  'K: a busy client leaves a region alone for openMs, doubled each time, less up to half by jitter (chance %d)',
  async (chance, part) => {
    const {
      chat: ask,
      clock,
      openMs,
    } = setup({
      script: { sweden: status(500) },
      random: () => chance,
      callsPerSecond: BUSY,
    });
    const times: number[] = [];
    for (let i = 0; i < 5; i++) await ask();
    for (let i = 0; i < 4; i++) {
      times.push(Math.round(openMs('sweden') / 10) * 10);
      await clock.advance(openMs('sweden'));
      await ask();
    }
    expect(times).toEqual([1, 2, 4, 8].map((times) => times * OPEN_MS * part));
  },
);

test('K: a client that makes few calls leaves it alone for 30 s at first, and nobody for longer than maxOpenMs', async () => {
  const { chat: ask, clock, openMs } = setup({ script: { sweden: status(500) }, random: () => 0.999999 });
  const times: number[] = [];
  await ask();
  for (let i = 0; i < 5; i++) {
    times.push(Math.round(openMs('sweden') / 10) * 10);
    await clock.advance(openMs('sweden'));
    await ask();
  }
  expect(times).toEqual([30_000, 60_000, 120_000, MAX_OPEN_MS, MAX_OPEN_MS]);
});

test('K: a region that was asked as a last resort does not stay away for longer because of it', async () => {
  const { chat: ask, fetch, openMs, asked } = setup({ script: { sweden: status(500) } });
  await ask();
  const before = openMs('sweden');
  fetch.force('eastus', 'out');
  for (let i = 0; i < 10; i++) await outcomeOf(ask());
  expect(asked().length).toBeGreaterThan(10);
  expect(openMs('sweden')).toBe(before);
});

test('K: the last region that takes calls never opens: there is nowhere else to go', async () => {
  const { chat: ask, fetch, stateOf } = setup({ script: { sweden: status(500), eastus: [ok, status(502)] } });
  await ask();
  expect(stateOf('sweden')).toBe('open');
  fetch.force('sweden', 'out');
  for (let i = 0; i < 20; i++) await outcomeOf(ask());
  expect(stateOf('eastus')).toBe('closed');
});

test('K: exactly one probe is sent while all other calls go elsewhere; successesToClose in a row close the region', async () => {
  const {
    fetch,
    chat: ask,
    clock,
    asked,
    heard,
    stateOf,
    openMs,
  } = setup({
    script: { sweden: [status(500), status(500), after(500, ok), ok] },
    breaker: { rampMs: 0 },
  });
  await ask();
  await clock.advance(openMs('sweden'));
  const from = asked().length;
  const calls = Array.from({ length: 20 }, () => fetch(CHAT, chat()));
  await clock.advance(100);
  expect(
    asked()
      .slice(from)
      .filter((name) => name === 'sweden'),
  ).toHaveLength(1);
  expect(stateOf('sweden')).toBe('half-open');
  expect((await clock.run(Promise.all(calls))).every(({ ok }) => ok)).toBe(true);
  expect(stateOf('sweden')).toBe('half-open');
  await ask();
  expect(stateOf('sweden')).toBe('closed');
  expect(heard('attempt').filter(({ record }) => record.kind === 'probe')).toHaveLength(
    defaults.breaker.successesToClose,
  );
});

test('K: a probe that fails costs its call nothing but the time, and opens the region for longer', async () => {
  const { chat: ask, clock, asked, openMs } = setup({ script: { sweden: status(500) } });
  await ask();
  const first = openMs('sweden');
  await clock.advance(first);
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus', 'sweden', 'eastus']);
  expect(openMs('sweden')).toBeGreaterThan(first);
});

test('K: a probe that is throttled shows that the region can be reached', async () => {
  const { chat: ask, clock, stateOf, openMs } = setup({ script: { sweden: [refused, refused, throttled(1)] } });
  await ask();
  await clock.advance(openMs('sweden'));
  // Its front door answers; then two calls test it.
  for (let i = 0; i < 3; i++) {
    await ask();
    await clock.advance(60_000);
  }
  expect(stateOf('sweden')).toBe('closed');
});

test('K: results of attempts from before a change of state teach nothing', async () => {
  const {
    fetch,
    chat: ask,
    clock,
    stateOf,
    openMs,
  } = setup({
    script: { sweden: [after(3_000, ok), after(100_000, status(500)), status(500), status(500), status(500), ok] },
    breaker: { rampMs: 0 },
  });
  const early = outcomeOf(fetch(CHAT, chat()));
  const late = outcomeOf(fetch(CHAT, chat()));
  await clock.advance(1);
  for (let i = 0; i < 2; i++) await ask();
  expect(stateOf('sweden')).toBe('open');
  await clock.advance(3_000);
  await early;
  expect(stateOf('sweden')).toBe('open');
  await clock.advance(openMs('sweden'));
  await ask();
  await ask();
  expect(stateOf('sweden')).toBe('closed');
  await clock.advance(100_000);
  await late;
  expect(stateOf('sweden')).toBe('closed');
});

test('K: a probe that never ends gives its place up with its lease', async () => {
  const {
    fetch,
    chat: ask,
    clock,
    asked,
    stateOf,
    openMs,
  } = setup({
    script: { sweden: [status(500), status(500), silence, ok] },
    timeouts: { responseMs: 10_000, firstEventMs: 10_000 },
    // The attempt outlives its own limit: its middleware does not let go.
    use: { perAttempt: [async (call, next) => (call.attempt?.kind === 'probe' ? new Promise(() => {}) : next(call))] },
  });
  await ask();
  await clock.advance(openMs('sweden'));
  fetch.force('eastus', 'out', { ttlMs: 10_000 });
  outcomeOf(fetch(CHAT, chat()));
  await clock.advance(14_000);
  await ask();
  expect(asked().at(-1)).toBe('eastus');
  await clock.advance(2_000);
  outcomeOf(fetch(CHAT, chat()));
  await clock.advance(1);
  expect(stateOf('sweden')).toBe('half-open');
});

test('K: a probe is no test for a call that must not be sent twice', async () => {
  const { fetch, chat: ask, clock, asked, openMs } = setup({ script: { sweden: [status(500), status(500), ok] } });
  const url = CHAT.replace('chat/completions', 'files');
  const upload = () => clock.run(fetch(url, { method: 'POST', body: '{"model":"gpt"}' }));
  await ask();
  await clock.advance(openMs('sweden'));
  await upload();
  expect(asked().at(-1)).toBe('eastus');
  await ask();
  expect(asked().at(-1)).toBe('sweden');
  // Where nothing else is left, it is sent there all the same.
  fetch.force('eastus', 'out');
  await upload();
  expect(asked().at(-1)).toBe('sweden');
});
