import { expect, test } from 'vitest';
import { FailoverError, type HealthStore, memoryStore } from '../../src/index.ts';
import { ManualClock } from '../support/clock.ts';
import { hostile } from '../support/hostile.ts';
import { type Answer, ok, refused, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

test.each<[string, unknown[]]>([
  ['a method that is a symbol', [CHAT, { method: Symbol('POST') }]],
  ['a method that is an object', [CHAT, { method: { toString: () => 'POST' } }]],
  ['an init whose getters throw', [CHAT, hostile]],
  ['an input that cannot be read', [hostile]],
  ['nothing at all', []],
])('V: fetch rejects and does not throw: %s', async (_, args) => {
  const { fetch } = setup();
  let answer: Promise<Response> | undefined;
  expect(() => {
    answer = (fetch as (...args: unknown[]) => Promise<Response>)(...args);
  }).not.toThrow();
  if (answer) await outcomeOf(answer);
});

const inventions: readonly unknown[] = [
  undefined,
  null,
  'text',
  {},
  { status: 200, body: 'text', headers: new Headers() },
];
test.each(inventions)('V: a base fetch that answers %o, as a mock may, ends in a FailoverError', async (value) => {
  const clock = new ManualClock();
  const { createFailoverFetch } = await import('../../src/index.ts');
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () => value as Response,
    clock,
  });
  const outcome = await outcomeOf(clock.run(fetch(CHAT, chat())));
  if ('error' in outcome) expect(outcome.error).toBeInstanceOf(FailoverError);
  expect(clock.open).toBe(0);
});

test.each<[string, () => unknown]>([
  [
    'throws',
    () => {
      throw new Error('no');
    },
  ],
  ['returns nothing', () => undefined],
  ['resolves with nothing', async () => undefined],
  ['resolves with what is no Response', async () => ({ body: 'text' })],
])('V: a base fetch that %s when it is asked whether a region is alive does no harm', async (_, answer) => {
  const clock = new ManualClock();
  const { createFailoverFetch } = await import('../../src/index.ts');
  const asked: string[] = [];
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: ['sweden', 'eastus'].map((name) => ({
      name,
      endpoint: endpointOf(name),
      credential: { apiKey: 'key' },
    })),
    fetch: ((url: string, { method }: RequestInit) => {
      asked.push(`${method} ${new URL(url).hostname.split('.')[0]}`);
      if (method !== 'POST') return answer();
      return url.includes('sweden') ? new Promise(() => {}) : Promise.resolve(new Response('{}'));
    }) as typeof globalThis.fetch,
    clock,
    timeouts: { responseMs: 10_000 },
  });
  // The run fails on any rejection that nobody hears.
  expect((await clock.run(fetch(CHAT, chat()))).status).toBe(200);
  expect(asked.at(-1)).toBe('POST contoso-eastus');
  await clock.advance(10_000);
  expect(clock.open).toBe(0);
});

test('V: a middleware that forgets to return is told so', async () => {
  const { chat: ask } = setup({ use: { perAttempt: [async () => undefined as unknown as Response] } });
  await expect(ask()).rejects.toBeInstanceOf(TypeError);
});

test('V: a status that no Response can be made with is handed over as it is', async () => {
  const odd: Answer = () => Object.defineProperty(new Response('odd'), 'status', { value: 999 });
  const { chat: ask } = setup({
    script: { sweden: odd, eastus: odd },
    classify: (_, verdict) => ({ ...verdict, action: 'failover' }),
  });
  expect((await ask()).status).toBe(999);
});

test.each<[string, Partial<HealthStore>]>([
  [
    'throws',
    {
      close: () => {
        throw new Error('no');
      },
    },
  ],
  ['rejects', { close: () => Promise.reject(new Error('no')) }],
  ['returns nothing', { close: () => undefined as unknown as Promise<void> }],
  ['still saves, for ever', { save: () => new Promise(() => {}) }],
])('V: close() resolves also when the store %s', async (_, part) => {
  const store = { load: async () => undefined, save: async () => {}, ...part };
  const { fetch, chat: ask, clock } = setup({ store, script: { sweden: refused } });
  await ask();
  await clock.run(fetch.close());
});

test('V: a store that fails costs one warning and nothing else', async () => {
  const no = () => Promise.reject(new Error('quota'));
  const { fetch, chat: ask, heard } = setup({ store: { load: no, save: no }, script: { sweden: refused } });
  await fetch.ready;
  for (let i = 0; i < 5; i++) expect((await ask()).status).toBe(200);
  expect(heard('warning')).toMatchObject([{ code: 'store' }]);
});

test('V: a clock that is set back does not keep a region out for longer than it ever would be', async () => {
  const { chat: ask, clock, asked } = setup({ script: { sweden: [status(403), ok], eastus: ok } });
  await ask();
  clock.jump(-86_400_000);
  await clock.advance(660_000);
  await ask();
  expect(asked()).toEqual(['sweden', 'eastus', 'sweden']);
});
