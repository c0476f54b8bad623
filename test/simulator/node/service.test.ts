import { expect, test } from 'vitest';
import { startSimulator } from '../../../src/simulator/node/index.ts';
import { chat, endpoint, failure, started } from './support.ts';

test('says who answered what', async () => {
  const simulator = await started();
  const answer = await (await chat(endpoint(simulator))).json();
  expect(answer.choices[0].message.content).toBe('gpt-4o in eastus heard: Good morning');
});

test('answers with the headers of Azure', async () => {
  const simulator = await started({ regions: { eastus2: {} } });
  const response = await chat(endpoint(simulator, 'eastus2'), {
    headers: { 'api-key': endpoint(simulator, 'eastus2').key, 'x-ms-client-request-id': 'mine' },
  });
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/json',
    'x-ms-region': 'East US 2',
    'x-ms-deployment-name': 'gpt-4o',
    'x-ms-client-request-id': 'mine',
    'x-ratelimit-remaining-requests': '449',
    'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
    'access-control-allow-origin': '*',
    'apim-request-id': expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
    'x-request-id': expect.any(String),
  });
});

test('streams a chat the way Azure does', async () => {
  const simulator = await started();
  const body = { stream: true, stream_options: { include_usage: true } };
  const response = await chat(endpoint(simulator), { body });
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const events = (await response.text())
    .split('\n\n')
    .slice(0, -1)
    .map((event) => event.replace('data: ', ''));
  expect(events.pop()).toBe('[DONE]');
  const chunks = events.map((event) => JSON.parse(event));
  expect(chunks[0]).toMatchObject({ choices: [], id: '', prompt_filter_results: [{ prompt_index: 0 }] });
  expect(chunks[1].choices[0].delta).toMatchObject({ role: 'assistant', content: '' });
  expect(chunks.at(-2).choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
  expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 6 } });
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
  expect(text).toBe('gpt-4o in eastus heard: Good morning');
});

test('cuts the answer at max_tokens', async () => {
  const simulator = await started();
  const answer = await (await chat(endpoint(simulator), { body: { max_tokens: 3 } })).json();
  expect(answer.choices[0]).toMatchObject({ message: { content: 'gpt-4o in eastus' }, finish_reason: 'length' });
});

test('is the same for the same seed, and another for another', async () => {
  const facts = async (seed: number): Promise<unknown> => {
    const clock = { now: () => 1_800_000_000_000, sleep: async () => {} };
    const simulator = await startSimulator({ seed, clock, regions: { eastus: {} } });
    const target = endpoint(simulator);
    const response = await chat(target);
    const found = { keys: target.keys, id: response.headers.get('apim-request-id'), body: await response.text() };
    await simulator.close();
    return found;
  };
  expect(await facts(3)).toEqual(await facts(3));
  expect(await facts(3)).not.toEqual(await facts(4));
});

test.each([
  ['classic, in the path', '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21', { model: 'ignored' }],
  ['classic responses', '/openai/responses?api-version=2025-03-01-preview', { model: 'gpt-4o', input: 'Hi' }],
  ['v1 chat', '/openai/v1/chat/completions', { model: 'gpt-4o' }],
  ['v1 with a version', '/openai/v1/chat/completions?api-version=preview', { model: 'gpt-4o' }],
  ['v1 responses', '/openai/v1/responses', { model: 'gpt-4o', input: 'Hi' }],
  ['v1 embeddings', '/openai/v1/embeddings', { model: 'gpt-4o', input: 'Hi' }],
])('serves the deployment: %s', async (_, path, body) => {
  const simulator = await started();
  const { url, key } = endpoint(simulator);
  const response = await fetch(url + path, { method: 'POST', headers: { 'api-key': key }, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-ms-deployment-name')).toBe('gpt-4o');
});

test.each(['/openai/models?api-version=2024-10-21', '/openai/v1/models'])(
  'lists its deployments at %s',
  async (path) => {
    const simulator = await started();
    const { url, key } = endpoint(simulator);
    const { data } = await (await fetch(url + path, { headers: { 'api-key': key } })).json();
    expect(data.map(({ id }: { id: string }) => id)).toEqual(['gpt-4o', 'small']);
  },
);

test.each([
  [
    'no api-version on a classic route',
    'POST',
    '/openai/deployments/gpt-4o/chat/completions',
    '{}',
    404,
    'Resource not found',
  ],
  ['an api-version that is none', 'POST', '/openai/responses?api-version=v1', '{}', 404, 'Resource not found'],
  [
    'a dated api-version on v1',
    'POST',
    '/openai/v1/responses?api-version=2024-10-21',
    '{}',
    400,
    'API version not supported',
  ],
  ['an unknown path', 'GET', '/nothing?api-version=2024-10-21', undefined, 404, 'Resource not found'],
  [
    'a path that cannot be decoded',
    'POST',
    '/openai/deployments/%ff/embeddings?api-version=2024-10-21',
    '{}',
    404,
    'Resource not found',
  ],
  ['the wrong method', 'GET', '/openai/v1/responses', undefined, 404, 'Resource not found'],
  ['a body that is no JSON', 'POST', '/openai/v1/responses', '{', 400, 'could not parse'],
  ['a body without model', 'POST', '/openai/v1/responses', '{}', 400, 'model'],
  [
    'an unknown deployment',
    'POST',
    '/openai/v1/responses',
    '{"model":"o9"}',
    404,
    'The API deployment for this resource does not exist.',
  ],
])('refuses %s', async (_, method, path, body, status, message) => {
  const simulator = await started();
  const { url, key } = endpoint(simulator);
  const response = await fetch(url + path, {
    method,
    headers: { 'api-key': key },
    ...(body !== undefined && { body }),
  });
  expect(response.status).toBe(status);
  expect((await response.json()).error.message).toContain(message);
});

test('embeds the same text alike in every region, as floats and as base64', async () => {
  const simulator = await started();
  const embed = async (region: string, encoding_format: string): Promise<string | number[]> => {
    const { url, key } = endpoint(simulator, region);
    const body = JSON.stringify({ model: 'small', input: ['Hi'], dimensions: 8, encoding_format });
    const response = await fetch(`${url}/openai/v1/embeddings`, { method: 'POST', headers: { 'api-key': key }, body });
    return (await response.json()).data[0].embedding;
  };
  const floats = await embed('eastus', 'float');
  expect(await embed('westeurope', 'float')).toEqual(floats);
  const bytes = Buffer.from((await embed('eastus', 'base64')) as string, 'base64');
  expect([...new Float32Array(bytes.buffer, bytes.byteOffset, 8)]).toEqual(floats);
});

test('keeps a prefix before its paths', async () => {
  const simulator = await started({ regions: [{ name: 'eastus', prefix: '/gw/east' }] });
  const target = endpoint(simulator);
  expect(target.url).toMatch(/\/gw\/east$/);
  expect((await chat(target)).status).toBe(200);
  expect((await chat({ ...target, url: target.url.replace('/gw/east', '') })).status).toBe(404);
});

test.each([
  ['its first key', 'classic', ({ keys }: Secrets) => ({ 'api-key': keys[0] }), 200],
  ['its second key', 'classic', ({ keys }: Secrets) => ({ 'api-key': keys[1] }), 200],
  ['a token', 'classic', () => ({ authorization: 'Bearer a.b.c' }), 200],
  ['a key as bearer on v1', 'v1', ({ keys }: Secrets) => ({ authorization: `Bearer ${keys[0]}` }), 200],
  [
    'a key as bearer on a classic route',
    'classic',
    ({ keys }: Secrets) => ({ authorization: `Bearer ${keys[0]}` }),
    'token',
  ],
  ['a wrong key', 'classic', () => ({ 'api-key': 'wrong' }), 'key'],
  ['a wrong key as bearer on v1', 'v1', () => ({ authorization: 'Bearer wrong' }), 'key'],
  ['a wrong token', 'v1', () => ({ authorization: 'Bearer x.y.z' }), 'token'],
  ['nothing', 'classic', () => ({}), 'token'],
])('meets %s (%s)', async (_, api, headersOf, expected) => {
  const simulator = await started({ regions: { eastus: { acceptsToken: ['a.b.c'] } } });
  const { url, keys } = endpoint(simulator);
  const path = api === 'v1' ? '/openai/v1/models' : '/openai/models?api-version=2024-10-21';
  const response = await fetch(url + path, { headers: headersOf({ keys }) as Record<string, string> });
  if (expected === 200) {
    expect(response.status).toBe(200);
    return;
  }
  expect(response.status).toBe(401);
  expect(response.headers.has('x-ms-region')).toBe(false);
  const body = await response.text();
  // The one is the 224 bytes that were seen from Azure, the other has no `error` around it.
  if (expected === 'key') expect(body).toHaveLength(224);
  else
    expect(JSON.parse(body)).toEqual({ statusCode: 401, message: expect.stringContaining('Access token is missing') });
});

interface Secrets {
  readonly keys: readonly string[];
}

test('judges tokens by a function', async () => {
  const simulator = await started({
    regions: { eastus: { acceptsToken: (token: string) => token.startsWith('good') } },
  });
  const target = endpoint(simulator);
  expect((await chat(target, { headers: { authorization: 'Bearer good.b.c' } })).status).toBe(200);
  expect((await chat(target, { headers: { authorization: 'Bearer bad.b.c' } })).status).toBe(401);
});

test('allows a preflight all it asks for, and exposes nothing', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('status(503)');
  const response = await fetch(`${endpoint(simulator).url}/openai/v1/responses`, {
    method: 'OPTIONS',
    headers: {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'api-key,authorization,content-type',
    },
  });
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': 'api-key,authorization,content-type',
  });
  expect(response.headers.has('access-control-expose-headers')).toBe(false);
});

test('a profile of CORS shapes preflights and answers, as an option and as a fault', async () => {
  const simulator = await started({ regions: { eastus: { cors: 'full' }, westeurope: {} } });
  const headers = (await chat(endpoint(simulator))).headers;
  expect(headers.get('access-control-expose-headers')?.split(',')).toContain('x-ms-region');
  await simulator.region('eastus').inject('cors(preflight-fail)');
  const init = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } };
  const preflight = await fetch(`${endpoint(simulator).url}/openai/v1/responses`, init);
  expect(preflight.status).toBe(503);
  expect(simulator.journal.entries()).toMatchObject([{ method: 'POST' }, { fault: 'cors(preflight-fail)' }]);
});

test('the next request meets what is queued for it', async () => {
  const simulator = await started();
  const region = simulator.region('eastus');
  region.next('status(503)');
  const withdrawn = region.next('status(400)');
  region.next('rst:request');
  await withdrawn.end();
  expect(region.faults.map(({ text }) => text)).toEqual(['status(503)*1', 'rst:request*1']);
  expect((await chat(endpoint(simulator))).status).toBe(503);
  expect(await failure(chat(endpoint(simulator)))).toBe('TypeError ECONNRESET');
  expect((await chat(endpoint(simulator))).status).toBe(200);
  expect(() => region.next('refused')).toThrow('what the next request meets must be a fault of requests');
});

test('a fault of all regions is on in each, and ends with its scope', async () => {
  const simulator = await started();
  const statuses = async (): Promise<readonly number[]> =>
    Promise.all(simulator.endpoints().map(async (region) => (await chat(region)).status));
  {
    await using fault = await simulator.inject('status(503)');
    expect(fault.text).toBe('status(503)');
    await simulator.region('eastus').inject('status(500)');
    expect(await statuses()).toEqual([500, 503]);
  }
  await simulator.region('eastus').heal();
  expect(await statuses()).toEqual([200, 200]);
  await simulator.region('westeurope').inject('silence');
  await expect(simulator.inject('refused')).rejects.toThrow('one connection fault at a time');
  expect(simulator.region('eastus').faults).toEqual([]);
  expect((await chat(endpoint(simulator))).status).toBe(200);
});

test.each([
  [{ regions: {} }, 'regions must be one or more, got none'],
  [{ regions: [{ name: 'a' }, { name: 'a' }] }, 'regions must have different names, got "a" twice'],
  [
    { regions: { a: { prefix: 'gw/' } } },
    'region "a": prefix must be empty or "/…" without a slash at its end, got "gw/"',
  ],
  [
    { regions: { a: { latencyMs: -1 } } },
    'region "a": latencyMs must be a number from 0, uniform(from,to) with from <= to, or lognormal(median,sigma), got -1',
  ],
  [
    { regions: { a: { modelMs: 'slow' } } },
    'region "a": modelMs must be a number from 0, uniform(from,to) with from <= to, or lognormal(median,sigma), got "slow"',
  ],
  [
    { regions: { a: { cors: 'open' } } },
    'region "a": cors must be azure, full, none-on-error, none, preflight-fail or preflight-slow(ms), got "open"',
  ],
  [{ regions: { a: { keys: [] } } }, 'region "a": keys must be one or more that are not empty, got 0'],
])('rejects bad options %#', async (options, message) => {
  await expect(startSimulator(options)).rejects.toThrow(new TypeError(message));
});
