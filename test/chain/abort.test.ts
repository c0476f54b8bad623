import { describe, expect, test, vi } from 'vitest';
import type { TokenSource } from '../../src/index.ts';
import { settled } from '../support/clock.ts';
import { collectGarbage } from '../support/garbage.ts';
import { after, endless, ok, refused, silence, status, throttled } from '../support/service.ts';
import { CHAT, chat, endpointOf, type Given, outcomeOf, setup } from '../support/setup.ts';

const never = new Promise<never>(() => {});
const withToken = (getToken: TokenSource['getToken']): Given => ({
  regions: ['sweden', 'eastus'].map((name) => ({ name, endpoint: endpointOf(name), credential: { getToken } })),
});

/** Where a call can be when its caller gives up, and how long it takes to get there. */
const POINTS: readonly (readonly [where: string, world: Given, ms: number])[] = [
  ['connecting', { script: { sweden: silence } }, 100],
  ['connecting to the next region', { script: { sweden: status(429), eastus: silence } }, 100],
  ['reading the body of an error', { script: { sweden: endless(500, '{"error":') } }, 100],
  ['in a back-off', { script: { sweden: status(500), eastus: status(500) }, retry: { attempts: 9 } }, 100],
  ['two regions are asked at once', { script: { sweden: silence, eastus: silence }, hedge: { afterMs: 50 } }, 100],
  ['a silent region is waited for that is alive', { script: { sweden: silence } }, 10_000],
  ['waiting for a throttled region', { script: { sweden: throttled(5), eastus: throttled(9) } }, 1_000],
  ['waiting for a token', withToken(() => never), 100],
  [
    'renewing a refused token',
    {
      ...withToken(async ({ refresh }) => (refresh ? never : { token: 't', expiresAt: Number.POSITIVE_INFINITY })),
      script: { sweden: status(401) },
    },
    100,
  ],
  [
    'in a middleware of the caller’s that waits',
    {
      use: {
        perAttempt: [
          (call, next) =>
            new Promise((_, no) => call.signal.addEventListener('abort', () => no(call.signal.reason))).then(() =>
              next(call),
            ),
        ],
      },
    },
    100,
  ],
];
const REASONS: readonly (readonly [string, unknown])[] = [
  ['an error', new Error('enough')],
  ['a string', 'enough'],
  ['null', null],
  ['nothing', undefined],
];

describe.each(POINTS)('B: an abort while %s', (_, world, ms) => {
  test.each(REASONS)('rejects at once, with the caller’s reason: %s', async (_, reason) => {
    const { fetch, clock, heard, left, requests } = setup(world);
    const caller = new AbortController();
    const settle = vi.fn();
    outcomeOf(fetch(CHAT, chat({ signal: caller.signal }))).then(settle);
    await clock.advance(ms);
    expect(settle).not.toHaveBeenCalled();
    const [believed, asked] = [fetch.regions(), requests.length];

    caller.abort(reason);
    await settled();
    expect(settle).toHaveBeenCalledExactlyOnceWith({ error: caller.signal.reason });
    expect(left()).toEqual([]);
    expect(fetch.regions()).toEqual(believed);
    await clock.advance(600_000);
    expect(requests).toHaveLength(asked);
    expect(heard('settled')).toHaveLength(1);
  });
});

test.each(REASONS)(
  'B: an abort before the start rejects with its reason, and nothing is sent: %s',
  async (_, reason) => {
    const { fetch, requests, left } = setup();
    const signal = AbortSignal.abort(reason);
    expect(await outcomeOf(fetch(CHAT, chat({ signal })))).toEqual({ error: signal.reason });
    expect(await outcomeOf(fetch(new Request(CHAT, chat({ signal }))))).toEqual({ error: signal.reason });
    expect(requests).toEqual([]);
    expect(left()).toEqual([]);
  },
);

test('B: an aborted probe gives its place back, and the region is no worse for it', async () => {
  const {
    fetch,
    clock,
    chat: ask,
    asked,
    stateOf,
    openMs,
  } = setup({ script: { sweden: [refused, refused, silence, ok] } });
  await ask();
  await clock.advance(openMs('sweden'));
  // Its front door answers.
  await ask();
  expect(stateOf('sweden')).toBe('half-open');
  const caller = new AbortController();
  const probe = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(10);
  caller.abort();
  await probe;
  expect(stateOf('sweden')).toBe('half-open');
  await ask();
  expect(asked().slice(-2)).toEqual(['sweden', 'sweden']);
});

test.skipIf(!collectGarbage)('B: the signal of a Request still counts after garbage was collected', async () => {
  const { fetch, clock } = setup({ script: { sweden: after(1e5, ok), eastus: after(1e5, ok) } });
  const caller = new AbortController();
  const settle = vi.fn();
  outcomeOf(fetch(new Request(CHAT, chat({ signal: caller.signal })))).then(settle);
  await clock.advance(10);
  await collectGarbage?.();
  caller.abort('enough');
  await settled();
  expect(settle).toHaveBeenCalledWith({ error: 'enough' });
});
