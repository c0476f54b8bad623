import { expect, test } from 'vitest';
import { ok, refused, status, throttled } from '../support/service.ts';
import { setup } from '../support/setup.ts';

const model = (name: string): RequestInit => ({ body: JSON.stringify({ model: name }) });

test('I: a 429 spills over at once, cools the deployment and leaves the region closed', async () => {
  const { chat: ask, asked, requests, clock, statusOf, heard } = setup({ script: { sweden: [throttled(20), ok] } });
  expect((await ask()).status).toBe(200);
  expect(requests.map(({ at }) => at - clock.now())).toEqual([0, 0]);
  expect(statusOf('sweden')).toMatchObject({ state: 'closed', deployments: { gpt: { cause: 'throttled' } } });
  expect(heard('wait')).toEqual([]);
  await ask();
  expect(asked()).toEqual(['sweden', 'eastus', 'eastus']);
});

test.each([0, 0.5, 0.999])('I: a cool-down is never shorter than the hint (chance %d)', async (chance) => {
  const {
    chat: ask,
    asked,
    clock,
    statusOf,
  } = setup({ script: { sweden: [throttled(20), ok] }, random: () => chance });
  await ask();
  const until = statusOf('sweden')?.deployments['gpt']?.until ?? 0;
  expect(until - clock.now()).toBeGreaterThanOrEqual(20_000);
  expect(until - clock.now()).toBeLessThanOrEqual(21_000);
  await clock.advance(19_999);
  await ask();
  await clock.advance(1_001);
  await ask();
  expect(asked()).toEqual(['sweden', 'eastus', 'eastus', 'sweden']);
});

test.each<[string, Record<string, string>, string, number]>([
  ['retry-after-ms', { 'retry-after-ms': '1500', 'retry-after': '60' }, '', 1_500],
  ['x-ms-retry-after-ms', { 'x-ms-retry-after-ms': '2500', 'retry-after': '60' }, '', 2_500],
  ['retry-after in seconds', { 'retry-after': '3' }, 'Please retry after 60 seconds.', 3_000],
  [
    'retry-after as a date',
    { 'retry-after': 'Sun, 22 Nov 2026 12:00:04 GMT', date: 'Sun, 22 Nov 2026 12:00:00 GMT' },
    '',
    4_000,
  ],
  ['a reset header', { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '5' }, '', 5_000],
  ['the message, which is all that a browser sees', {}, 'Please retry after 6 seconds.', 6_000],
  ['nothing: ten seconds', {}, 'Slow down.', 10_000],
])('I: the hint comes from %s', async (_, headers, message, ms) => {
  const { chat: ask, statusOf, clock } = setup({ script: { sweden: status(429, headers, message) }, random: () => 0 });
  await ask();
  expect((statusOf('sweden')?.deployments['gpt']?.until ?? 0) - clock.now()).toBe(ms);
});

test('I: however many 429s come, the region stays closed', async () => {
  const { chat: ask, clock, stateOf, asked } = setup({ script: { sweden: throttled(1) } });
  for (let i = 0; i < 20; i++) {
    expect((await ask()).status).toBe(200);
    await clock.advance(1_200);
  }
  expect(asked().filter((name) => name === 'sweden').length).toBeGreaterThan(10);
  expect(stateOf('sweden')).toBe('closed');
});

test('I: when no region is free, a call waits for the soonest, and says so', async () => {
  const {
    chat: ask,
    asked,
    clock,
    heard,
    requests,
  } = setup({
    script: { sweden: [throttled(5), ok], eastus: throttled(9) },
    random: () => 0,
  });
  const start = clock.now();
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'eastus', 'sweden']);
  expect((requests[2]?.at ?? 0) - start).toBe(5_000);
  expect(heard('wait')).toMatchObject([{ region: 'sweden', ms: 5_000, because: 'throttled' }]);
});

test('I: a call that finds every region cooling waits without asking any', async () => {
  const { chat: ask, asked, clock, heard } = setup({ script: { sweden: [throttled(5), ok], eastus: throttled(9) } });
  await ask({ headers: { 'x-stainless-timeout': '1' } });
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'eastus', 'sweden']);
  expect(heard('wait')).toHaveLength(1);
  expect(clock.open).toBe(0);
});

test.each([
  ['longer than maxWaitMs', throttled(31), {}, {}],
  ['longer than an own maxWaitMs', throttled(2), { retry: { maxWaitMs: 1_000 } }, {}],
  ['longer than half of the time that is left', throttled(12), {}, { 'x-stainless-timeout': '20' }],
])('I: it does not wait %s: the 429 is handed over', async (_, answer, options, headers) => {
  const { chat: ask, requests, heard, clock } = setup({ script: { sweden: answer, eastus: answer }, ...options });
  const start = clock.now();
  const response = await ask({ headers: headers as Record<string, string> });
  expect([response.status, requests.length, clock.now() - start]).toEqual([429, 2, 0]);
  expect(heard('wait')).toEqual([]);
});

test('C: a final failure forbids the SDK’s retries and says when the soonest region is free', async () => {
  const { chat: ask } = setup({ script: { sweden: throttled(60), eastus: throttled(45) }, random: () => 0 });
  const { headers } = await ask();
  expect(headers.get('x-should-retry')).toBe('false');
  expect(headers.get('retry-after-ms')).toBe('45000');
  expect(headers.get('retry-after')).toBe('45');
});

test('C: a rejection says when the soonest region is free', async () => {
  const {
    chat: ask,
    clock,
    openMs,
  } = setup({ script: { sweden: refused, eastus: [ok, throttled(120)] }, random: () => 0 });
  await ask();
  expect((await ask()).status).toBe(429);
  await clock.advance(1_000);
  const retryAfterMs = openMs('sweden');
  expect(retryAfterMs).toBeLessThan(120_000);
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_ALL_REGIONS_FAILED', retryAfterMs });
});

test.each([409, 408, 429, 500, 501, 503, 505, 529])(
  'C: a final %i forbids the SDK’s retries, since it would retry it',
  async (code) => {
    const { chat: ask } = setup({ script: { sweden: status(code), eastus: status(code) }, retry: { maxWaitMs: 0 } });
    const response = await ask();
    expect(response.status).toBe(code);
    expect(response.headers.get('x-should-retry')).toBe('false');
  },
);

test('C: a good answer carries nothing that the service did not send', async () => {
  const { chat: ask } = setup({ script: { sweden: status(429) } });
  const response = await ask();
  expect([...response.headers.keys()]).toEqual(['content-type']);
});

test('H: what is throttled is the deployment: another one in the region is not', async () => {
  const { chat: ask, asked } = setup({ script: { sweden: [throttled(60), ok] } });
  await ask(model('gpt'));
  await ask(model('gpt'));
  await ask(model('o3'));
  expect(asked()).toEqual(['sweden', 'eastus', 'eastus', 'sweden']);
});

test('H: a missing deployment is out for five minutes, the region is not', async () => {
  const missing = status(404, {}, 'The API deployment for this resource does not exist.', 'DeploymentNotFound');
  const { chat: ask, asked, clock, stateOf } = setup({ script: { sweden: [missing, ok] } });
  await ask(model('gpt'));
  await ask(model('gpt'));
  await ask(model('o3'));
  expect(stateOf('sweden')).toBe('closed');
  await clock.advance(301_000);
  await ask(model('gpt'));
  expect(asked()).toEqual(['sweden', 'eastus', 'eastus', 'sweden', 'sweden']);
});

test.each([
  ['connect', refused],
  ['gateway', status(502)],
])('H: a %s concerns the region, whatever the deployment', async (cause, answer) => {
  const { chat: ask, asked, statusOf } = setup({ script: { sweden: answer } });
  for (let i = 0; i < 5; i++) await ask(model(`gpt-${i}`));
  expect(statusOf('sweden')).toMatchObject({ state: 'open', cause });
  await ask(model('another'));
  expect(asked().at(-1)).toBe('eastus');
});

test.each([403, 401])(
  'H: a %i concerns the credential there: out for every deployment, for five minutes',
  async (code) => {
    const { chat: ask, asked, clock } = setup({ script: { sweden: [status(code), ok] } });
    await ask(model('gpt'));
    await ask(model('o3'));
    await clock.advance(301_000);
    await ask(model('gpt'));
    expect(asked()).toEqual(['sweden', 'eastus', 'eastus', 'sweden']);
  },
);

test.each([400, 404, 409, 413, 415, 422])('H: a %i is the caller’s: nothing is held against anybody', async (code) => {
  const { chat: ask, asked, statusOf, heard } = setup({ script: { sweden: status(code) } });
  for (let i = 0; i < 10; i++) await ask();
  expect(new Set(asked())).toEqual(new Set(['sweden']));
  expect(statusOf('sweden')).toEqual({ region: 'sweden', state: 'closed', deployments: {} });
  expect(heard('health')).toEqual([]);
});
