import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ErrorBody, parseErrorBody, readErrorBody } from '../../src/azure/error-body.ts';
import type { Clock } from '../../src/clock.ts';

const FILTER =
  '{"error":{"inner_error":{"code":"ResponsibleAIPolicyViolation","content_filter_results":{"hate":{"filtered":true,"severity":"high"}}},"code":"content_filter","message":"The response was filtered due to the prompt triggering Azure OpenAI\'s content management policy.","param":"prompt","type":null}}';

test.each<[shape: string, text: string, body: ErrorBody]>([
  [
    'front door',
    '{"error":{"code":"404","message": "Resource not found"}}',
    { code: '404', message: 'Resource not found' },
  ],
  [
    'model',
    '{"error":{"message":"Sorry","type":"server_error","param":null,"code":null}}',
    { message: 'Sorry', type: 'server_error' },
  ],
  [
    'inner_error',
    FILTER,
    {
      code: 'content_filter',
      inner: 'ResponsibleAIPolicyViolation',
      message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    },
  ],
  [
    'innererror',
    FILTER.replace('inner_error', 'innererror'),
    {
      code: 'content_filter',
      inner: 'ResponsibleAIPolicyViolation',
      message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    },
  ],
  ['statusCode', '{ "statusCode": 401, "message": "Unauthorized." }', { code: '401', message: 'Unauthorized.' }],
  ['unwrapped', '{"code":"403","message":"A Virtual Network"}', { code: '403', message: 'A Virtual Network' }],
  [
    'flat event',
    '{"type":"error","code":"rate_limit_exceeded","message":"m","sequence_number":2}',
    { type: 'error', code: 'rate_limit_exceeded', message: 'm' },
  ],
  ['text as error', '{"error":"no capacity"}', { message: 'no capacity' }],
  ['no error in error', '{"error":null,"message":"m"}', { message: 'm' }],
  ['number as code', '{"error":{"code":429,"message":"m"}}', { code: '429', message: 'm' }],
  ['list', '[{"error":{"code":"a","message":"m"}}]', { code: 'a', message: 'm' }],
  ['text', 'no healthy upstream', { message: 'no healthy upstream' }],
  ['JSON text', '"busy"', { message: 'busy' }],
  ['page', '<html><title>502 Bad Gateway</title> retry after 5 seconds</html>', {}],
  ['nothing', '', {}],
  ['blank', ' \r\n', {}],
  ['null', 'null', {}],
  ['empty list', '[]', {}],
  ['strange fields', '{"error":{"code":{"a":1},"message":["m"],"type":true}}', {}],
  [
    'cut off in its message',
    '{"error":{"code":"DeploymentNotFound","message":"The API deploy',
    { code: 'DeploymentNotFound', message: 'The API deploy' },
  ],
  [
    'cut off after it',
    '{"statusCode":429,"message":"say \\"when\\"","x":[1,',
    { code: '429', message: 'say \\"when\\"' },
  ],
  ['cut off in a name', '{"error":{"cod', {}],
])('reads an error body: %s', (_, text, body) => {
  expect(parseErrorBody(text)).toEqual(body);
});

test('V: any text is an error body of texts', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => json.slice(0, -2)),
    fc.json().map((json) => `{"error":${json}}`),
  );
  fc.assert(
    fc.property(texts, (text) => {
      for (const value of Object.values(parseErrorBody(text))) expect(['string', 'undefined']).toContain(typeof value);
    }),
  );
});

interface TestClock extends Clock {
  readonly slept: number[];
  waiting: number;
  expire(): void;
}

function testClock(): TestClock {
  let wake = (): void => {};
  const clock: TestClock = {
    slept: [],
    waiting: 0,
    now: () => 0,
    expire: () => wake(),
    sleep: (ms, signal) => {
      clock.slept.push(ms);
      clock.waiting++;
      return new Promise<void>((resolve, reject) => {
        wake = resolve;
        signal?.addEventListener('abort', () => reject(signal.reason));
      }).finally(() => {
        clock.waiting--;
      });
    },
  };
  return clock;
}

const never = new AbortController().signal;
const bytes = (text: string) => new TextEncoder().encode(text);
const tick = () => new Promise((resolve) => setTimeout(resolve));

/** A response that sends `parts` and then keeps silent, unless it is to end or to break. */
function respond(parts: readonly Uint8Array<ArrayBuffer>[], then: 'ends' | 'breaks' | 'stays' = 'ends') {
  const log = { cancelled: false };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      for (const part of parts) controller.enqueue(part);
      if (then === 'ends') controller.close();
      if (then === 'breaks') setTimeout(() => controller.error(new TypeError('terminated')));
    },
    cancel() {
      log.cancelled = true;
    },
  });
  return { response: new Response(body, { status: 429 }), log };
}

test('reads a body that is there, and leaves it readable', async () => {
  const clock = testClock();
  const { response } = respond([bytes('{"error":'), bytes('"full"}')]);
  expect(await readErrorBody(response, clock, never)).toBe('{"error":"full"}');
  expect(await response.text()).toBe('{"error":"full"}');
  expect(clock.waiting).toBe(0);
});

test('reads 8 KiB and no more, and leaves all of it readable', async () => {
  const { response } = respond([bytes('a'.repeat(5000)), bytes('b'.repeat(5000)), bytes('c'.repeat(5000))]);
  const text = await readErrorBody(response, testClock(), never);
  expect(text).toBe('a'.repeat(5000) + 'b'.repeat(3192));
  expect(await response.text()).toHaveLength(15_000);
});

test('puts characters together across chunks, and drops one that is cut', async () => {
  const [euro, half] = [bytes('€'), bytes('€').slice(0, 2)];
  expect(await readErrorBody(respond([euro.slice(0, 1), euro.slice(1), half]).response, testClock(), never)).toBe('€');
});

test('gives up after 250 ms of the clock with what came, and leaves the response readable', async () => {
  const clock = testClock();
  const { response, log } = respond([bytes('retry after 2 seconds')], 'stays');
  const reading = readErrorBody(response, clock, never);
  await tick();
  clock.expire();
  expect(await reading).toBe('retry after 2 seconds');
  expect(clock.slept).toEqual([250]);
  expect(log.cancelled).toBe(false);
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('retry after 2 seconds');
  await reader?.cancel();
  expect(log.cancelled).toBe(true);
});

test('B: returns what came when the caller aborts, and leaves no timer or listener', async () => {
  const clock = testClock();
  const { response } = respond([bytes('half')], 'stays');
  const caller = new AbortController();
  const listeners = { count: 0 };
  const { addEventListener, removeEventListener } = caller.signal;
  caller.signal.addEventListener = (...args: Parameters<typeof addEventListener>) => {
    listeners.count++;
    addEventListener.apply(caller.signal, args);
  };
  caller.signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => {
    listeners.count--;
    removeEventListener.apply(caller.signal, args);
  };
  const reading = readErrorBody(response, clock, caller.signal);
  await tick();
  caller.abort();
  expect(await reading).toBe('half');
  await tick();
  expect(clock.waiting).toBe(0);
  expect(listeners.count).toBe(0);
});

test('B: reads nothing for a caller who is gone', async () => {
  const { response } = respond([bytes('late')]);
  expect(await readErrorBody(response, testClock(), AbortSignal.abort())).toBe('');
  expect(await response.text()).toBe('late');
});

test('lets go of the connection when the response is dropped afterwards', async () => {
  const { response, log } = respond([bytes('a'.repeat(9000))], 'stays');
  await readErrorBody(response, testClock(), never);
  expect(log.cancelled).toBe(false);
  await response.body?.cancel();
  expect(log.cancelled).toBe(true);
});

test('returns what came before the body breaks', async () => {
  const { response } = respond([bytes('half')], 'breaks');
  expect(await readErrorBody(response, testClock(), never)).toBe('half');
  await expect(response.text()).rejects.toBeInstanceOf(TypeError);
});

test('V: a body that is absent, used, locked or no bytes is no reason to throw', async () => {
  const used = new Response('a');
  await used.text();
  const locked = new Response('a');
  locked.body?.getReader();
  const words = new Response(new ReadableStream({ start: (controller) => controller.enqueue('words') }));
  for (const response of [new Response(null, { status: 503 }), Response.error(), used, locked, words])
    expect(await readErrorBody(response, testClock(), never)).toBe('');
});

test('V: a clock that fails is no reason to throw', async () => {
  const broken: Clock = {
    now: () => 0,
    sleep: () => {
      throw new Error('broken');
    },
  };
  expect(await readErrorBody(new Response('a'), broken, never)).toBe('');
});
