import { expect, expectTypeOf, onTestFinished, test, vi } from 'vitest';
import { createFailoverFetch, explain, type FailoverFetch, memoryStore } from '../../src/index.ts';
import { after, refused } from '../support/service.ts';
import { arrived, CHAT, chat, endpointOf, setup } from '../support/setup.ts';

test('A: is assignable to typeof fetch', () => {
  expectTypeOf<FailoverFetch>().toExtend<typeof globalThis.fetch>();
  expectTypeOf<FailoverFetch>().returns.resolves.toEqualTypeOf<Response>();
});

test.each([
  ['the SDK’s probe', 'data:,'],
  ['a relative URL', '/openai/v1/chat/completions'],
  ['another host', 'https://example.com/openai/v1/chat/completions'],
  ['the same host over http', 'http://contoso-sweden.openai.azure.com/openai/v1/models'],
  ['the same host on another port', 'https://contoso-sweden.openai.azure.com:8443/openai/v1/models'],
  ['a host that ends alike', 'https://evil-contoso-sweden.openai.azure.com/openai/v1/models'],
  ['a host that begins alike', 'https://contoso-sweden.openai.azure.com.evil.example/openai/v1/models'],
  ['the host as a user name', 'https://contoso-sweden.openai.azure.com@evil.example/openai/v1/models'],
])('A: %s goes to the base fetch with the very same arguments', async (_, input) => {
  const response = new Response('untouched');
  const base = vi.fn(async () => response);
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: base,
  });
  const init = { method: 'post', body: 'x', headers: { authorization: 'Bearer mine' } };
  expect(await fetch(input, init)).toBe(response);
  const [sentInput, sentInit] = base.mock.calls[0] as unknown as [unknown, unknown];
  expect(sentInput).toBe(input);
  expect(sentInit).toBe(init);
  expect(explain(response)).toBeUndefined();
});

test('A: a foreign Request goes to the base fetch as the same object, its body unread', async () => {
  const base = vi.fn(async () => new Response());
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: base,
  });
  const request = new Request('https://example.com/', { method: 'POST', body: 'x' });
  await fetch(request);
  expect((base.mock.calls[0] as unknown[])[0]).toBe(request);
  expect(request.bodyUsed).toBe(false);
});

test.each<[string, (own: typeof globalThis.fetch) => typeof globalThis.fetch]>([
  ['itself', (own) => own],
  ['inside what somebody else puts around it', (own) => (input, init) => own(input, init)],
])('A: in place of the global fetch, %s, it calls the one that was there', async (_, put) => {
  const sent: string[] = [];
  vi.stubGlobal('fetch', async (input: Request | URL | string) => {
    sent.push(String(input));
    return new Response();
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  vi.stubGlobal(
    'fetch',
    put(
      createFailoverFetch({
        store: memoryStore(),
        regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
      }),
    ),
  );
  await globalThis.fetch(CHAT, chat());
  await globalThis.fetch('https://example.com/');
  expect(sent).toEqual([CHAT, 'https://example.com/']);
});

test('A: a reason phrase that no constructor takes is handed over as it came', async () => {
  const statusText = '好 Schön';
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () => Object.defineProperty(Response.json({ a: 1 }), 'statusText', { value: statusText }),
  });
  const response = await fetch(CHAT, chat());
  expect([response.statusText, response.clone().clone().statusText]).toEqual([statusText, statusText]);
  expect(await response.json()).toEqual({ a: 1 });
});

test.each([
  ['another resource', 'https://contoso-sweeden.openai.azure.com/openai/v1/chat/completions'],
  [
    'another resource’s deployment',
    'https://other.openai.azure.com/openai/deployments/gpt/chat/completions?api-version=1',
  ],
  ['another path of a gateway', 'https://contoso-sweden.openai.azure.com:8443/eu/openai/v1/responses'],
  ['OpenAI’s own service', 'https://api.openai.com/v1/responses'],
])('A: who calls %s is told once that it goes out without failover', async (_, url) => {
  const { fetch, heard, clock } = setup();
  for (const key of ['a', 'b']) await clock.run(fetch(`${url}#${key}`)).catch(() => {});
  expect(heard('warning')).toEqual([
    {
      type: 'warning',
      code: `foreign-address:${new URL(url).origin}`,
      message: expect.stringMatching(new RegExp(`^calls to ${new URL(url).origin} go out without failover`)),
    },
  ]);
});

test.each([
  'data:,/openai/v1/responses',
  '/openai/v1/responses',
  'https://:80/openai/v1/responses',
  'https://example.com/assets/openai.svg',
  'https://example.com/v1/responses?to=/openai/v1',
])('A: nobody is warned of a call to %s', async (url) => {
  const { fetch, heard, clock } = setup();
  await clock.run(fetch(url)).catch(() => {});
  expect(heard('warning')).toEqual([]);
});

test.each<[string, () => [string | URL | Request, RequestInit?]]>([
  ['a string', () => [CHAT, chat()]],
  ['a URL', () => [new URL(CHAT), chat()]],
  ['a Request', () => [new Request(CHAT, chat())]],
  ['a Request and an init over it', () => [new Request(CHAT, { method: 'PUT', body: 'old' }), chat()]],
  [
    'upper case and a default port',
    () => ['HTTPS://CONTOSO-sweden.openai.azure.com:443/openai/v1/chat/completions', chat()],
  ],
  ['space around it', () => [` ${CHAT}\n`, chat()]],
])('A: takes %s', async (_, args) => {
  const { fetch, clock, requests } = setup({ script: { sweden: refused } });
  const response = await clock.run(fetch(...args()));
  expect(await response.json()).toEqual({ answered: 'contoso-eastus' });
  for (const { method, body } of requests) {
    expect(method).toBe('POST');
    expect(await new Response(body).json()).toMatchObject({ model: 'gpt' });
  }
});

test.each<[string, RequestInit | undefined | null]>([
  ['absent', undefined],
  ['null', null],
  ['empty', {}],
  ['with a signal of undefined', { signal: undefined } as unknown as RequestInit],
  ['with a signal of null', { signal: null }],
])('A: init may be %s', async (_, init) => {
  const { fetch, clock, requests } = setup({ script: { sweden: [refused] } });
  const response = await clock.run(fetch(`${endpointOf('sweden')}/openai/v1/models`, init as RequestInit));
  expect(response.status).toBe(200);
  expect(requests.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
});

test.each<[string, () => HeadersInit]>([
  ['an object', () => ({ 'X-Trace': '1', accept: 'application/json' })],
  [
    'an array',
    () => [
      ['x-trace', '1'],
      ['Accept', 'application/json'],
    ],
  ],
  ['Headers', () => new Headers({ 'x-trace': '1', accept: 'application/json' })],
])('A: headers may be %s', async (_, headers) => {
  const { chat: ask, requests } = setup({ script: { sweden: refused } });
  await ask({ headers: headers() });
  for (const sent of requests) {
    expect([...sent.headers.keys()].sort()).toEqual(['accept', 'api-key', 'x-trace']);
  }
});

const bytes = new TextEncoder().encode('{"model":"gpt"}');
const form = new FormData();
form.set('model', 'gpt');
form.set('file', new Blob(['wav']), 'a.wav');
test.each<[string, () => BodyInit, string]>([
  ['a string', () => '{"model":"gpt"}', '{"model":"gpt"}'],
  ['bytes', () => bytes.slice(), '{"model":"gpt"}'],
  ['a view into bytes', () => new DataView(bytes.buffer.slice(0), 1, 7), '"model"'],
  ['an ArrayBuffer', () => bytes.slice().buffer, '{"model":"gpt"}'],
  ['a Blob', () => new Blob([bytes], { type: 'application/json' }), '{"model":"gpt"}'],
  ['URLSearchParams', () => new URLSearchParams({ model: 'gpt' }), 'model=gpt'],
  ['a stream', () => new Blob([bytes]).stream(), '{"model":"gpt"}'],
  ['a form', () => form, 'a.wav'],
])('A: a body may be %s, and every region gets all of it', async (_, body, text) => {
  const { fetch, clock, requests } = setup({ script: { sweden: refused } });
  const init = { method: 'POST', body: body(), duplex: 'half' };
  const answer = fetch(CHAT, init);
  await arrived(requests);
  const response = await clock.run(answer);
  expect(response.status).toBe(200);
  expect(requests).toHaveLength(3);
  for (const sent of requests) {
    const request = new Request('https://x.example', sent.init);
    expect(await request.text()).toContain(text);
  }
});

test('A: what the caller changes after the call does not change the call', async () => {
  const { fetch, clock, requests } = setup({ script: { sweden: after(10, refused) } });
  const body = bytes.slice();
  const headers = new Headers({ 'x-trace': '1' });
  const answer = fetch(CHAT, { method: 'POST', body, headers });
  body.fill(0);
  headers.set('x-trace', '2');
  await clock.run(answer);
  for (const sent of requests) {
    expect(new TextDecoder().decode(sent.body as Uint8Array)).toBe('{"model":"gpt"}');
    expect(sent.headers.get('x-trace')).toBe('1');
  }
});

test('A: what is no request is refused as fetch refuses it: by rejecting, not by throwing', async () => {
  const { fetch, asked } = setup();
  const hostile = { method: Symbol('POST') } as unknown as RequestInit;
  for (const args of [
    [CHAT, hostile],
    [CHAT, { method: 'GET', body: 'x' }],
    [CHAT, { headers: { 'ü ü': 'x' } }],
  ] as const) {
    const answer = fetch(...(args as [string, RequestInit]));
    expect(answer).toBeInstanceOf(Promise);
    await expect(answer).rejects.toMatchObject({ code: 'ERR_INVALID_REQUEST' });
  }
  expect(asked().length).toBeLessThanOrEqual(1);
});
