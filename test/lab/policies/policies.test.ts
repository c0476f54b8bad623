import { expect, test } from 'vitest';
import { ManualClock } from '../../support/clock.ts';
import { policies } from './index.ts';
import type { PolicyName, Site } from './policy.ts';

const REFUSED = 0;

/** A client of three regions that answer with the statuses they are told, or refuse. */
function setup(policy: PolicyName, statusOf: (region: string, at: number) => number, headers: HeadersInit = {}) {
  const clock = new ManualClock();
  const startedAt = clock.now();
  const asked: string[] = [];
  const times: number[] = [];
  const trips: number[] = [];
  const sites = ['a', 'b', 'c'].map((name): Site => ({ name, url: `https://${name}.invalid`, key: `key-of-${name}` }));
  const client = policies[policy].createClient({
    sites: sites as [Site, ...Site[]],
    fetch: async (input, init) => {
      const region = new URL(String(input)).hostname.charAt(0);
      expect(new Headers(init?.headers).get('api-key')).toBe(`key-of-${region}`);
      asked.push(region);
      times.push(clock.now() - startedAt);
      const status = statusOf(region, clock.now() - startedAt);
      if (status === REFUSED) throw new TypeError('fetch failed');
      return new Response(null, { status, headers });
    },
    clock,
    random: () => 0,
    onTrip: (site) => trips.push(site),
    onBlame: () => {},
  });
  return {
    clock,
    asked,
    times,
    trips,
    call: () => clock.run(client.call('/openai/v1/chat/completions', { method: 'POST' })).then(({ status }) => status),
  };
}

const downA = (region: string): number => (region === 'a' ? 503 : 200);

test('plain asks the first region once', async () => {
  const { call, asked } = setup('plain', downA);
  expect(await call()).toBe(503);
  expect(asked).toEqual(['a']);
});

test('the SDK tries again twice, in the same region, after 0.5 and 1 s', async () => {
  const { call, asked, times } = setup('openai-sdk', downA);
  expect(await call()).toBe(503);
  expect(asked).toEqual(['a', 'a', 'a']);
  expect(times).toEqual([0, 500, 1_500]);
});

test.each([
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after-ms': '43', 'retry-after': '7' }, 43],
  [{ 'retry-after': '61' }, 500],
  [{ 'retry-after': 'soon' }, 500],
])('the SDK waits as it is asked, for a minute at most: %j', async (headers, ms) => {
  const { call, times } = setup('openai-sdk', (_, at) => (at === 0 ? 429 : 200), headers);
  expect(await call()).toBe(200);
  expect(times).toEqual([0, ms]);
});

test('the SDK does not try again what was wrong with the request', async () => {
  const { call, asked } = setup('openai-sdk', () => 400);
  expect(await call()).toBe(400);
  expect(asked).toEqual(['a']);
});

test('fixed tries each region three times, a second apart, and begins with the first each time', async () => {
  const { call, asked, times } = setup('fixed-fallback', downA);
  expect(await call()).toBe(200);
  expect(asked).toEqual(['a', 'a', 'a', 'b']);
  expect(times).toEqual([0, 1_000, 2_000, 2_000]);
  asked.length = 0;
  await call();
  expect(asked).toEqual(['a', 'a', 'a', 'b']);
});

test('envoy ejects at the fifth failure in a row, and takes all back after 30 s and a sweep', async () => {
  const { call, asked, trips, clock } = setup('envoy', (region, at) => (region === 'a' && at < 1_000 ? REFUSED : 200));
  for (let nth = 1; nth <= 4; nth++) expect(await call()).toBe(200);
  expect(trips).toEqual([]);
  await call();
  expect(trips).toEqual([0]);
  expect(asked.join('')).toBe('ababababab');
  asked.length = 0;
  await call();
  await clock.advance(29_999);
  await call();
  expect(asked).toEqual(['b', 'b']);
  await clock.advance(1);
  await call();
  expect(asked.at(-1)).toBe('a');
});

test('envoy ejects for longer each time', async () => {
  const { call, asked, clock } = setup('envoy', downA);
  for (let nth = 1; nth <= 5; nth++) await call();
  await clock.advance(30_000);
  for (let nth = 1; nth <= 5; nth++) await call();
  asked.length = 0;
  await clock.advance(59_000);
  await call();
  expect(asked).toEqual(['b']);
  await clock.advance(10_000);
  await call();
  expect(asked).toEqual(['b', 'a', 'b']);
});

test('envoy counts no failures of the caller’s own, and any good answer forgives', async () => {
  let status = 400;
  const { call, trips } = setup('envoy', (region) => (region === 'a' ? status : 200));
  for (let nth = 1; nth <= 9; nth++) await call();
  for (const next of [503, 503, 503, 503, 200, 503, 503, 503, 503]) {
    status = next;
    await call();
  }
  expect(trips).toEqual([]);
});

test('envoy asks somebody when everybody is ejected', async () => {
  const { call, asked, trips } = setup('envoy', () => 503);
  for (let nth = 1; nth <= 20; nth++) await call();
  expect(trips).toEqual(expect.arrayContaining([0, 1]));
  asked.length = 0;
  expect(await call()).toBe(503);
  expect(asked).toHaveLength(2);
});

test('opossum opens when more than half of ten seconds failed, probes after 30 s with one call, and closes', async () => {
  let status = 200;
  const { call, asked, trips, clock } = setup('opossum', (region) => (region === 'a' ? status : 200));
  for (let nth = 1; nth <= 3; nth++) await call();
  status = 503;
  for (let nth = 1; nth <= 3; nth++) expect(await call()).toBe(200);
  expect(trips).toEqual([]);
  await call();
  expect(trips).toEqual([0]);
  asked.length = 0;
  await call();
  await clock.advance(29_999);
  await call();
  expect(asked).toEqual(['b', 'b']);
  await clock.advance(1);
  await call();
  expect(trips).toEqual([0, 0]);
  await clock.advance(30_000);
  status = 200;
  asked.length = 0;
  await call();
  await call();
  expect(asked).toEqual(['a', 'a']);
});

test('opossum opens at the first failure of a client that hardly calls', async () => {
  const { call, trips } = setup('opossum', downA);
  expect(await call()).toBe(200);
  expect(trips).toEqual([0]);
});

test('opossum guards all but the last region, and hands over what that one answers', async () => {
  const { call, asked } = setup('opossum', () => 503);
  expect(await call()).toBe(503);
  expect(await call()).toBe(503);
  expect(asked.join('')).toBe('abcc');
});

test('a call is given up after two minutes, by every policy', async () => {
  for (const name of ['plain', 'openai-sdk', 'fixed-fallback', 'envoy', 'opossum'] as const) {
    const clock = new ManualClock();
    const startedAt = clock.now();
    const gaveUp: number[] = [];
    const client = policies[name].createClient({
      sites: [{ name: 'a', url: 'https://a.invalid', key: 'key' }],
      fetch: (_, init) =>
        new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => {
            gaveUp.push(clock.now() - startedAt);
            reject(init?.signal?.reason);
          });
        }),
      clock,
      random: () => 0,
      onTrip: () => {},
      onBlame: () => {},
    });
    await expect(clock.run(client.call('/', { method: 'POST' }))).rejects.toThrow('No answer in time');
    expect(gaveUp[0]).toBe(120_000);
  }
});
