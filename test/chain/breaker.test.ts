import { expect, test } from 'vitest';
import { after, failedToFetch, ok, refused, reset, silence, status, throttled } from '../support/service.ts';
import { CHAT, chat, outcomeOf, setup } from '../support/setup.ts';

test.each([
  ['two refused connections', refused, 2],
  ['three broken connections', reset, 3],
  ['three of Chromium’s network errors', failedToFetch, 3],
  ['three gateway errors', status(502), 3],
  ['five server errors', status(500), 5],
])('K: %s in a row open a region', async (_, answer, count) => {
  const { chat: ask, asked, stateOf, heard } = setup({ script: { sweden: answer }, retry: { sameRegion: 0 } });
  for (let i = 1; i < count; i++) await ask();
  expect(stateOf('sweden')).toBe('closed');
  await ask();
  expect(stateOf('sweden')).toBe('open');
  expect(heard('health')).toHaveLength(1);
  await ask();
  expect(asked().filter((name) => name === 'sweden')).toHaveLength(count);
});

test('K: a success between wipes out the evidence', async () => {
  const { chat: ask, stateOf } = setup({ script: { sweden: [refused, ok, refused, ok, refused, ok] } });
  for (let i = 0; i < 3; i++) await ask();
  expect(stateOf('sweden')).toBe('closed');
});

test('K: old evidence fades: half of it in five minutes', async () => {
  const { chat: ask, clock, stateOf } = setup({ script: { sweden: refused }, retry: { sameRegion: 0 } });
  await ask();
  await clock.advance(60_000);
  await ask();
  expect(stateOf('sweden')).toBe('closed');
});

test.each([
  [0, 0.5],
  [0.999999, 1],
])(
  'K: a region stays open for 5 s, doubled each time, less up to half by jitter, at most 120 s (chance %d)',
  async (chance, part) => {
    const { chat: ask, clock, statusOf } = setup({ script: { sweden: refused }, random: () => chance });
    const times: number[] = [];
    for (let i = 0; i < 7; i++) {
      await ask();
      const status = statusOf('sweden');
      if (status?.state !== 'open') throw new Error(`It is ${status?.state}`);
      times.push(Math.round((status.until - clock.now()) / 10) * 10);
      await clock.advance(status.until - clock.now());
    }
    expect(times).toEqual([5, 10, 20, 40, 80, 120, 120].map((seconds) => seconds * 1_000 * part));
  },
);

test('K: a region that was asked as a last resort does not stay away for longer because of it', async () => {
  const { chat: ask, clock, statusOf } = setup({ script: { sweden: refused }, regions: ['sweden'] });
  for (let i = 0; i < 10; i++) await outcomeOf(ask());
  const status = statusOf('sweden');
  expect(status?.state).toBe('open');
  if (status?.state === 'open') expect(status.until - clock.now()).toBeLessThanOrEqual(5_000);
});

test('K: exactly one probe is sent while all other calls go elsewhere; two successes close the region', async () => {
  const {
    fetch,
    chat: ask,
    clock,
    asked,
    heard,
    stateOf,
  } = setup({
    script: { sweden: [refused, refused, after(500, ok), ok] },
  });
  await ask();
  await clock.advance(5_000);
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
  expect(heard('attempt').filter(({ record }) => record.kind === 'probe')).toHaveLength(2);
});

test('K: a probe that fails costs its call nothing but the time, and opens the region for longer', async () => {
  const { chat: ask, clock, asked, statusOf } = setup({ script: { sweden: refused } });
  await ask();
  await clock.advance(5_000);
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus', 'sweden', 'eastus']);
  const status = statusOf('sweden');
  if (status?.state === 'open') expect(status.until - clock.now()).toBe(7_500);
  expect(status?.state).toBe('open');
});

test('K: a probe that is throttled shows that the region can be reached', async () => {
  const { chat: ask, clock, stateOf } = setup({ script: { sweden: [refused, refused, throttled(1), throttled(1)] } });
  await ask();
  await clock.advance(5_000);
  await ask();
  await clock.advance(2_000);
  await ask();
  expect(stateOf('sweden')).toBe('closed');
});

test('K: results of attempts from before a change of state teach nothing', async () => {
  const {
    fetch,
    chat: ask,
    clock,
    stateOf,
  } = setup({
    script: { sweden: [after(3_000, ok), after(9_000, status(500)), refused, refused, ok] },
  });
  const early = outcomeOf(fetch(CHAT, chat()));
  const late = outcomeOf(fetch(CHAT, chat()));
  await clock.advance(1);
  await ask();
  expect(stateOf('sweden')).toBe('open');
  await clock.advance(3_000);
  await early;
  expect(stateOf('sweden')).toBe('open');
  await clock.advance(2_000);
  await ask();
  await ask();
  expect(stateOf('sweden')).toBe('closed');
  await clock.advance(5_000);
  await late;
  expect(stateOf('sweden')).toBe('closed');
});

test('K: a probe that never ends gives its place up with its lease', async () => {
  const {
    fetch,
    chat: ask,
    clock,
    asked,
  } = setup({
    script: { sweden: [refused, refused, silence, ok] },
    timeouts: { responseMs: 10_000, firstEventMs: 10_000 },
    // The attempt outlives its own limit: its middleware does not let go.
    use: { perAttempt: [async (call, next) => (call.attempt?.kind === 'probe' ? new Promise(() => {}) : next(call))] },
  });
  await ask();
  await clock.advance(5_000);
  outcomeOf(fetch(CHAT, chat()));
  await clock.advance(14_000);
  await ask();
  expect(asked().at(-1)).toBe('eastus');
  await clock.advance(2_000);
  outcomeOf(fetch(CHAT, chat()));
  await clock.advance(1);
  expect(fetch.regions().find(({ region }) => region === 'sweden')?.state).toBe('half-open');
});

test('K: one region alone is asked although it is open', async () => {
  const { chat: ask, stateOf } = setup({
    script: { sweden: [refused, refused, refused, refused, ok] },
    regions: ['sweden'],
  });
  await outcomeOf(ask());
  expect(stateOf('sweden')).toBe('open');
  expect((await ask()).status).toBe(200);
});
