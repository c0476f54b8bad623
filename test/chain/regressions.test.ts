import { expect, test, vi } from 'vitest';
import { after, ok, refused, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

const page = () => new Response('<h1>Sign in</h1>', { headers: { 'content-type': 'text/html' } });

test('A: a POST given as a Request keeps its body where a Request does not show it, as in Firefox', async () => {
  const { fetch, clock, requests } = setup({ script: { sweden: refused } });
  const hidden = vi.spyOn(Request.prototype, 'body', 'get').mockReturnValue(undefined as unknown as null);
  try {
    await clock.run(fetch(new Request(CHAT, chat())));
  } finally {
    hidden.mockRestore();
  }
  expect(requests.map(({ body }) => body)).toEqual(Array.from({ length: 3 }, () => chat().body));
});

test('A: a page that stood in for a region is never handed over in place of a real answer', async () => {
  const { chat: ask } = setup({ script: { sweden: status(401), eastus: page } });
  expect((await ask()).status).toBe(401);
  const alone = setup({ script: { sweden: page, eastus: page } });
  await expect(alone.chat()).rejects.toMatchObject({ code: 'ERR_OFFLINE' });
});

test('D: a page below an endpoint that is no call of the service is nobody’s failure', async () => {
  const { fetch, clock, stateOf } = setup({ script: { sweden: page } });
  expect((await clock.run(fetch(`${endpointOf('sweden')}/docs`))).status).toBe(200);
  expect(stateOf('sweden')).toBe('closed');
});

test('D: what a proxy passes on of another connection does not reach another region', async () => {
  const { chat: ask, requests } = setup({ script: { sweden: refused } });
  await ask({
    headers: { 'content-type': 'application/json', host: 'contoso-sweden.openai.azure.com', 'content-length': '3' },
  });
  expect(requests.at(-1)?.region).toBe('eastus');
  expect(requests.at(-1)?.headers.get('host')).toBeNull();
  expect(requests.at(-1)?.headers.get('content-length')).toBeNull();
});

test('E: an error that a key brought about does not quote it', async () => {
  const { chat: ask } = setup();
  const outcome = await outcomeOf(ask({ headers: [['api-key', 'SECRET\nKEY']] }));
  const { error } = outcome as { error: Error };
  expect(error).toMatchObject({ code: 'ERR_INVALID_REQUEST' });
  expect(`${error.message} ${error.stack} ${String(error.cause)}`).not.toContain('SECRET');
});

test('F: a credential of the caller’s own that is refused is not held against the region', async () => {
  const regions = ['sweden', 'eastus'].map((name) => ({
    name,
    endpoint: endpointOf(name),
    credential: 'caller' as const,
  }));
  const { chat: ask, asked } = setup({ regions, script: { sweden: [status(401), ok], eastus: status(401) } });
  const jwt = (sub: string) => ({
    headers: { 'content-type': 'application/json', authorization: `Bearer a.${sub}.c` },
  });
  expect((await ask(jwt('expired'))).status).toBe(401);
  expect((await ask(jwt('good'))).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'eastus', 'sweden']);
});

test('F: a refused credential that is accepted again is held against the region no longer', async () => {
  const { chat: ask, clock, stateOf } = setup({ script: { sweden: [status(403), ok], eastus: [ok, refused] } });
  await ask();
  expect(stateOf('sweden')).toBe('open');
  await clock.advance(1_000);
  await ask();
  expect(stateOf('sweden')).toBe('closed');
});

test('F: a renewal that fails is the source’s failure, not the region’s', async () => {
  const getToken = async ({ refresh }: { readonly refresh: boolean }) => {
    if (refresh) throw new Error('Entra is down');
    return { token: 'old', expiresAt: Number.POSITIVE_INFINITY };
  };
  const {
    chat: ask,
    stateOf,
    heard,
  } = setup({
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { getToken } }],
    script: { sweden: status(401) },
  });
  await expect(ask()).rejects.toMatchObject({ name: 'FailoverError' });
  expect(stateOf('sweden')).toBe('closed');
  expect(heard('warning')).toEqual([]);
});

test('F: a source that hangs leaves the other regions their time', async () => {
  const { chat: ask, clock } = setup({
    regions: [
      { name: 'sweden', endpoint: endpointOf('sweden'), credential: { getToken: () => new Promise<never>(() => {}) } },
      { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: 'key' } },
    ],
  });
  const start = clock.now();
  expect((await ask()).status).toBe(200);
  expect(clock.now() - start).toBe(30_000);
});

test('M: a back-off does not outlast the deadline', async () => {
  const { chat: ask, clock } = setup({
    regions: ['sweden'],
    script: { sweden: refused },
    timeouts: { totalMs: 300 },
    retry: { baseDelayMs: 4_000 },
  });
  const start = clock.now();
  await expect(ask()).rejects.toMatchObject({ name: 'FailoverError' });
  expect(clock.now() - start).toBeLessThanOrEqual(300);
});

test('M: a slow answer is waited for when another region could not take the call anyway, and for most of a minute when it could', async () => {
  const once = setup({ script: { sweden: after(900, ok) }, timeouts: { totalMs: 1_000 }, retry: { attempts: 1 } });
  expect((await once.chat()).status).toBe(200);
  const slow = setup({ script: { sweden: after(45_000, ok) }, timeouts: { totalMs: 60_000 } });
  expect((await slow.chat()).status).toBe(200);
  expect(slow.asked()).toEqual(['sweden']);
});

test('B: a credential that is not to be had is nobody’s unhandled rejection when the call is over by then', async () => {
  const caller = new AbortController();
  const { chat: ask } = setup({
    regions: ['sweden', 'eastus'].map((name) => ({ name, endpoint: endpointOf(name), credential: 'caller' as const })),
    script: { sweden: refused },
    use: {
      perAttempt: [
        (call, next) => {
          if (call.attempt?.region.name === 'eastus') caller.abort('enough');
          return next(call);
        },
      ],
    },
  });
  // The run fails on any rejection that nobody hears.
  expect(await outcomeOf(ask({ signal: caller.signal }))).toEqual({ error: 'enough' });
});

test('A: an answer that the caller’s own classify turned down everywhere is handed over all the same', async () => {
  const { chat: ask, asked } = setup({ classify: (_, verdict) => ({ ...verdict, action: 'failover' }) });
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'eastus']);
});
