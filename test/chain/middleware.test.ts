import { expect, test, vi } from 'vitest';
import { compose, explain, type Middleware, type Verdict } from '../../src/index.ts';
import { endless, refused, status } from '../support/service.ts';
import { aCall, CHAT, endpointOf, setup } from '../support/setup.ts';

const tracing =
  (log: string[], name: string): Middleware =>
  async (call, next) => {
    log.push(`${name}>${call.attempt?.region.name ?? ''}`);
    const response = await next(call);
    log.push(`<${name}`);
    return response;
  };

test('middleware: perCall is around the whole call, perAttempt around each attempt; the first is outermost', async () => {
  const log: string[] = [];
  const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((name) => tracing(log, name)) as [
    Middleware,
    Middleware,
    Middleware,
    Middleware,
  ];
  const { chat: ask } = setup({ script: { sweden: status(429) }, use: { perCall: [a, b], perAttempt: [c, d] } });
  await ask();
  expect(log.join(' ')).toBe('a> b> c>sweden d>sweden <d <c c>eastus d>eastus <d <c <b <a');
});

test('middleware: compose puts the first outermost, and next may be called again', async () => {
  const log: string[] = [];
  const twice: Middleware = async (call, next) => {
    await next(call);
    return next(call);
  };
  const handle = compose(twice, tracing(log, 'in'))(async () => new Response());
  await handle(aCall());
  expect(log).toEqual(['in>', '<in', 'in>', '<in']);
});

test('middleware: sees the region’s URL and body before they are signed, and may change headers', async () => {
  const seen = vi.fn();
  const { chat: ask, requests } = setup({
    regions: [
      { name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'k' }, deployments: { gpt: 'own' } },
    ],
    use: {
      perAttempt: [
        (call, next) => {
          seen(call.url, call.body, call.attempt?.number);
          const headers = new Headers(call.headers);
          headers.set('x-added', '1');
          headers.set('api-key', 'smuggled');
          return next({ ...call, headers });
        },
      ],
    },
  });
  await ask({ body: '{"model":"gpt"}' });
  expect(seen).toHaveBeenCalledExactlyOnceWith(CHAT, '{"model":"own"}', 1);
  expect([requests[0]?.headers.get('x-added'), requests[0]?.headers.get('api-key')]).toEqual(['1', 'k']);
});

test.each(['perCall', 'perAttempt'] as const)(
  'middleware: %s may build the call anew, field by field',
  async (place) => {
    const anew: Middleware = (
      { id, url, method, headers, body, signal, init, operation, addressed, deadline, attempt },
      next,
    ) =>
      next({
        id,
        url,
        method,
        headers,
        body,
        signal,
        init,
        operation,
        addressed,
        deadline,
        ...(attempt && { attempt }),
      });
    const {
      chat: ask,
      requests,
      stateOf,
    } = setup({ script: { sweden: refused, eastus: status(500) }, use: { [place]: [anew] } });
    const response = await ask();
    expect(requests).toHaveLength(4);
    expect(stateOf('sweden')).toBe('open');
    expect(explain(response)?.attempts).toHaveLength(4);
  },
);

test.each(['perCall', 'perAttempt'] as const)('middleware: %s may answer by itself', async (place) => {
  const answer = new Response('short cut', { status: 503 });
  const { chat: ask, requests, stateOf } = setup({ use: { [place]: [async () => answer] } });
  expect(await ask()).toBe(answer);
  expect(requests).toEqual([]);
  expect(stateOf('sweden')).toBe('closed');
});

test.each(['perCall', 'perAttempt'] as const)(
  'middleware: what %s throws comes out as it is, and no body stays open',
  async (place) => {
    const error = new Error('my own');
    let calls = 0;
    const { chat: ask, left } = setup({
      script: { sweden: endless(429), eastus: endless(429) },
      use: {
        [place]: [
          (async (call, next) => {
            if (place === 'perAttempt' && ++calls === 1) return next(call);
            throw error;
          }) satisfies Middleware,
        ],
      },
    });
    await expect(ask()).rejects.toBe(error);
    expect(left()).toEqual([]);
  },
);

test('classify: overrules the built-in verdict; undefined keeps it', async () => {
  const classify = vi.fn((outcome: { readonly response?: Response }, verdict: Verdict): Verdict | undefined =>
    outcome.response?.status === 400
      ? { ...verdict, kind: 'server-error', blame: 'region', action: 'failover' }
      : undefined,
  );
  const { chat: ask, asked, heard } = setup({ script: { sweden: status(400) }, classify });
  expect((await ask()).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'eastus']);
  expect(classify).toHaveBeenCalledTimes(2);
  expect(heard('attempt').map(({ record }) => record.verdict.kind)).toEqual(['server-error', 'ok']);
});

test('classify: may keep a good answer from being good', async () => {
  const {
    chat: ask,
    asked,
    left,
  } = setup({
    script: { sweden: endless(200) },
    classify: ({ response }, verdict) =>
      response?.headers.get('content-type') === 'text/event-stream'
        ? { ...verdict, kind: 'bad-body', action: 'failover' }
        : undefined,
  });
  await (await ask()).text();
  expect(asked()).toEqual(['sweden', 'eastus']);
  expect(left()).toEqual([]);
});

test('classify: what it throws comes out as it is, and no body stays open', async () => {
  const error = new Error('my own');
  const { chat: ask, left } = setup({
    script: { sweden: endless(200) },
    classify: () => {
      throw error;
    },
  });
  await expect(ask()).rejects.toBe(error);
  expect(left()).toEqual([]);
});
