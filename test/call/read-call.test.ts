import { expect, test, vi } from 'vitest';
import type { Endpoint } from '../../src/azure/address.ts';
import { createDestinations } from '../../src/call/destination.ts';
import { readCall, UnreadableBody } from '../../src/call/read-call.ts';
import type { Clock } from '../../src/clock.ts';
import type { Call } from '../../src/types.ts';

const BASE = 'https://contoso.openai.azure.com';
const URL_V1 = `${BASE}/openai/v1/chat/completions`;
const REQUEST = '{"model":"gpt-4o","stream":true,"messages":[]}';
const ENDPOINTS: readonly Endpoint[] = [{ origin: BASE, prefix: '', base: BASE }];
const find = createDestinations(ENDPOINTS);

/** Stands still; what sleeps, sleeps until it is aborted. */
const clock: Clock = {
  now: () => 1_000_000,
  sleep: (_ms, signal) =>
    new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason));
    }),
};

function read(input: string | URL | Request, init?: RequestInit): Call | Promise<Call> {
  const request = input instanceof Request ? input : undefined;
  const method = (init?.method ?? request?.method ?? 'GET').toUpperCase();
  const url = request?.url ?? String(input);
  const destination = find(method, url);
  if (!destination) throw new Error(`${url} is none of ours`);
  return readCall(input, init, { id: 'c-1', method, url, destination, addressed: 'east', totalMs: 600_000 }, clock);
}

const post = (init: RequestInit = {}): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'api-key': 'k' },
  body: REQUEST,
  ...init,
});

test('reads what the OpenAI SDK sends, in the turn in which it is sent', () => {
  const controller = new AbortController();
  const init = post({ headers: new Headers(post().headers), signal: controller.signal, redirect: 'manual' });
  const call = read(URL_V1, init);
  expect(call).not.toBeInstanceOf(Promise);
  expect(call).toMatchObject({
    id: 'c-1',
    url: URL_V1,
    method: 'POST',
    body: REQUEST,
    init: {},
    addressed: 'east',
    deadline: 1_600_000,
    operation: { kind: 'chat.completions', deployment: 'gpt-4o', stream: true, replayable: true, boundTo: [] },
  });
  expect(Object.keys((call as Call).init)).toEqual([]);
});

test.each<[why: string, input: () => string | URL | Request, init?: () => RequestInit]>([
  ['text', () => URL_V1, () => post()],
  ['a URL', () => new URL(URL_V1), () => post()],
  [
    'headers as pairs',
    () => URL_V1,
    () =>
      post({
        headers: [
          ['content-type', 'application/json'],
          ['api-key', 'k'],
        ],
      }),
  ],
  ['a Request', () => new Request(URL_V1, post())],
  ['a Request and an init', () => new Request(URL_V1, post({ body: '{}' })), () => ({ body: REQUEST })],
  ['a Request and an empty init', () => new Request(URL_V1, post()), () => ({})],
  ['a GET Request made a POST', () => new Request(URL_V1), () => post()],
  ['bytes', () => URL_V1, () => post({ body: new TextEncoder().encode(REQUEST) })],
  [
    'a typed Blob',
    () => URL_V1,
    () => post({ headers: { 'api-key': 'k' }, body: new Blob([REQUEST], { type: 'application/json' }) }),
  ],
])('reads one call out of %s', async (_, input, init) => {
  const call = await read(input(), init?.());
  expect(call).toMatchObject({ method: 'POST', body: REQUEST, operation: { deployment: 'gpt-4o', stream: true } });
  expect([...call.headers]).toEqual([
    ['api-key', 'k'],
    ['content-type', 'application/json'],
  ]);
});

test('finds the model of a form in a Request', async () => {
  const form = new FormData();
  form.append('file', new File(['audio'], 'a.wav'));
  form.append('model', 'whisper');
  const call = await read(new Request(`${BASE}/openai/v1/audio/transcriptions`, { method: 'POST', body: form }));
  expect(call.operation).toMatchObject({ kind: 'audio.transcriptions', deployment: 'whisper' });
  expect(call.body).toBeInstanceOf(Uint8Array);
});

test('takes an init with members that are undefined', async () => {
  const call = await read(URL_V1, { method: 'GET', body: undefined, signal: undefined, headers: undefined } as object);
  expect(call).toMatchObject({ method: 'GET', body: null });
  expect(call.signal.aborted).toBe(false);
});

test('adds no header that the caller did not send', async () => {
  for (const body of [REQUEST, new URLSearchParams('a=b'), new FormData(), new Uint8Array(3)]) {
    expect([...(await read(URL_V1, { method: 'POST', body })).headers]).toEqual([]);
  }
});

test("keeps the caller's headers its own", async () => {
  const headers = new Headers({ 'api-key': 'k' });
  const call = await read(URL_V1, post({ headers }));
  headers.set('api-key', 'other');
  expect(call.headers.get('api-key')).toBe('k');
});

test('keeps what else fetch takes, and not what failover decides', async () => {
  const extra = { keepalive: true, cache: 'no-store', dispatcher: 'undici’s' } as const;
  const call = await read(URL_V1, post({ ...extra, redirect: 'follow' } as RequestInit));
  expect(call.init).toEqual(extra);
  const other = await read(new Request(URL_V1, post({ cache: 'no-store' })), { dispatcher: 'undici’s' } as RequestInit);
  expect(other.init).toMatchObject({ cache: 'no-store', dispatcher: 'undici’s' });
  for (const name of ['method', 'headers', 'body', 'signal', 'redirect', 'duplex']) {
    expect(other.init).not.toHaveProperty(name);
  }
});

test("leaves a Request's own copy unread only where fetch would", async () => {
  const request = new Request(URL_V1, post());
  await read(request);
  expect(request.bodyUsed).toBe(true);
  const spare = new Request(URL_V1, post());
  await read(spare.clone());
  expect(spare.bodyUsed).toBe(false);
});

test('shortens the time of a call to that of the SDK', async () => {
  const headers = (timeout: string): RequestInit => post({ headers: { 'x-stainless-timeout': timeout } });
  expect(await read(URL_V1, headers('30'))).toMatchObject({ deadline: 1_030_000 });
  for (const none of ['900', '0', '-1', 'soon', '']) {
    expect(await read(URL_V1, headers(none))).toMatchObject({ deadline: 1_600_000 });
  }
});

test('throws the reason of a caller that has given up', () => {
  const reason = new Error('no longer needed');
  expect(() => read(URL_V1, post({ signal: AbortSignal.abort(reason) }))).toThrow(reason);
  expect(() => read(new Request(URL_V1, post({ signal: AbortSignal.abort(reason) })))).toThrow();
});

test('rejects with the reason of a caller that gives up while its stream is read', async () => {
  const controller = new AbortController();
  const body = new ReadableStream();
  const call = read(URL_V1, post({ body, signal: controller.signal, duplex: 'half' } as RequestInit));
  const reason = new Error('no longer needed');
  controller.abort(reason);
  await expect(call).rejects.toBe(reason);
});

test('says so when a body cannot be read', async () => {
  const broken = (): ReadableStream =>
    new ReadableStream({
      pull(controller) {
        controller.error(new Error('the disk is gone'));
      },
    });
  await expect(read(URL_V1, post({ body: broken(), duplex: 'half' } as RequestInit))).rejects.toThrow(UnreadableBody);
});

test.each<[what: string, take: (request: Request) => unknown]>([
  ['was read', (request) => request.text()],
  ['somebody reads', (request) => request.body?.getReader()],
])('says so when the body of a Request is one that %s', async (_, take) => {
  const request = new Request(URL_V1, post());
  await take(request);
  expect(() => read(request)).toThrow(UnreadableBody);
  expect(() => read(request, { headers: {} })).toThrow(UnreadableBody);
  expect(await read(request, { body: REQUEST })).toMatchObject({ body: REQUEST });
});

test('reads a Request that another fetch has made, and the platform does not take', async () => {
  const own = new Request(URL_V1, post());
  const Theirs = vi.fn(function make(_: Request, init: RequestInit) {
    return new Request(own, init);
  });
  const theirs: Request = new Proxy(own, {
    getPrototypeOf: () => Object.prototype,
    get(_, key) {
      if (key === 'constructor') return Theirs;
      const value: unknown = Reflect.get(own, key);
      return typeof value === 'function' ? value.bind(own) : value;
    },
  });
  const arrival = { id: 'c-1', method: 'POST', url: URL_V1, addressed: 'east', totalMs: 600_000 };
  const destination = find('POST', URL_V1);
  if (!destination) throw new Error('unreachable');
  const call = await readCall(theirs, undefined, { ...arrival, destination }, clock);
  expect(call).toMatchObject({ method: 'POST', body: REQUEST, operation: { deployment: 'gpt-4o', stream: true } });
  expect(call.headers.get('api-key')).toBe('k');
});
