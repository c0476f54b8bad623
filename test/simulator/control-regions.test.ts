import { expect, test } from 'vitest';
import type { SimEndpoint } from '../../src/simulator/node/index.ts';
import { controlled } from './control-support.ts';
import { chat, endpoint, failure } from './node/support.ts';

test('adds a region, which answers at once, and takes it away with what it has open', async () => {
  const { simulator, ask } = await controlled();
  const { status, json } = await ask('POST', '/regions', { name: 'uksouth', deployments: ['gpt-4o'], latencyMs: 5 });
  expect(status).toBe(201);
  const added = json as SimEndpoint;
  expect(added).toEqual(endpoint(simulator, 'uksouth'));
  expect((await chat(added)).status).toBe(200);
  expect((await chat(added, { deployment: 'small' })).status).toBe(404);
  expect(Object.keys(((await ask('GET', '/state')).json as { regions: object }).regions)).toEqual([
    'eastus',
    'westeurope',
    'uksouth',
  ]);
  await ask('POST', '/regions/uksouth/faults', '"silence"');
  const silent = failure(chat(added));
  await expect.poll(() => simulator.journal.entries({ region: 'uksouth' })).toHaveLength(3);
  expect((await ask('DELETE', '/regions/uksouth')).status).toBe(204);
  expect(await silent).toMatch(/^TypeError/);
  expect(await failure(chat(added))).toBe('TypeError ECONNREFUSED');
  expect((await ask('GET', '/regions/uksouth/faults')).status).toBe(404);
  await simulator.settled();
});

test('adds a region with a prefix, a profile of origins and strict retries, and says so', async () => {
  const { simulator, ask } = await controlled();
  const added = { name: 'uksouth', prefix: '/gw', cors: 'full', strictRetry: true, tokenSeconds: 60 };
  expect((await ask('POST', '/regions', added)).status).toBe(201);
  const target = endpoint(simulator, 'uksouth');
  expect(target.url).toMatch(/\/gw$/);
  expect((await chat(target)).headers.get('access-control-expose-headers')).toContain('x-ms-region');
  expect((await ask('GET', '/state')).json).toMatchObject({ regions: { uksouth: { strictRetry: true } } });
});

test('a region that comes back has its keys again, and none of its faults', async () => {
  const { simulator, ask } = await controlled();
  const before = endpoint(simulator, 'westeurope');
  await simulator.region('westeurope').inject('key');
  await ask('DELETE', '/regions/westeurope');
  await ask('POST', '/regions', { name: 'westeurope', port: Number(new URL(before.url).port) });
  expect(endpoint(simulator, 'westeurope')).toEqual(before);
  expect((await chat(before)).status).toBe(200);
});

test('knows a key of an added region when it leaks, and no more once that is gone', async () => {
  const { simulator, ask } = await controlled();
  const { key } = (await ask('POST', '/regions', { name: 'uksouth' })).json as SimEndpoint;
  const leak = async (): Promise<boolean | undefined> => {
    await chat(endpoint(simulator), { headers: { 'api-key': key } });
    return simulator.journal.entries().at(-1)?.leak;
  };
  expect(await leak()).toBe(true);
  await ask('DELETE', '/regions/uksouth');
  expect(await leak()).toBeUndefined();
});

test.each([
  [422, { name: 'eastus' }, 'region must have another name than eastus, westeurope, got "eastus"'],
  [422, { name: 'a', strictRetry: 'yes' }, 'body.strictRetry must be true or false, got "yes"'],
  [422, { name: 'a', tokenSeconds: 1.5 }, 'body.tokenSeconds must be a whole number from 1, got 1.5'],
  [422, { name: 'a', cors: 'open' }, 'region "a": cors must be azure, full'],
  [422, { name: 'a', prefix: 'gw' }, 'region "a": prefix must be empty or "/…" without a slash at its end, got "gw"'],
  [422, {}, 'body.name must be a text that is not empty, got nothing'],
  [422, { name: '' }, 'body.name must be a text that is not empty, got ""'],
  [422, { name: 'a', port: 0 }, 'body.port must be a whole number from 1 to 65535, got 0'],
  [422, { name: 'a', deployments: 'gpt-4o' }, 'body.deployments must be a list of texts, got "gpt-4o"'],
  [422, { name: 'a', latencyMs: 'slow' }, 'region "a": latencyMs must be a number from 0'],
  [
    422,
    { name: 'a', keys: ['k'] },
    'body.keys is unknown; known are name, port, display, deployments, latencyMs, modelMs, cors, strictRetry, tokenSeconds, prefix',
  ],
  [422, [], 'body must be an object, got []'],
])('refuses to add with %i: %j', async (status, body, detail) => {
  const { simulator, ask } = await controlled();
  expect((await ask('POST', '/regions', body)).json).toMatchObject({ status, detail: expect.stringContaining(detail) });
  expect(simulator.endpoints()).toHaveLength(2);
});

test('adds none on a port that is taken, and keeps the last', async () => {
  const { simulator, ask } = await controlled();
  const port = Number(new URL(endpoint(simulator).url).port);
  expect((await ask('POST', '/regions', { name: 'uksouth', port })).json).toMatchObject({
    status: 409,
    detail: `port ${port} must be free to listen on, and is in use`,
  });
  expect(simulator.endpoints().map(({ region }) => region)).toEqual(['eastus', 'westeurope']);
  expect((await ask('DELETE', '/regions/westeurope')).status).toBe(204);
  expect((await ask('DELETE', '/regions/eastus')).json).toMatchObject({
    status: 409,
    detail: 'region "eastus" must not be removed: there is no other',
  });
  expect((await ask('DELETE', '/regions/westeurope')).status).toBe(404);
});

test('adds none once the simulator is closed', async () => {
  const { simulator } = await controlled();
  await simulator.close();
  await expect(simulator.add('uksouth')).rejects.toThrow('region "uksouth" cannot be added: the simulator is closed');
});

test('tells who follows that there are other regions', async () => {
  const { control, ask } = await controlled();
  const leave = new AbortController();
  const { body } = await fetch(`${control.url}/events`, { signal: leave.signal });
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  await ask('POST', '/regions', { name: 'uksouth' });
  let text = '';
  while (!text.includes('"uksouth"')) text += (await reader?.read())?.value ?? '';
  leave.abort();
  expect(text).toMatch(/event: regions\ndata: \{"at":\d+,"regions":\["eastus","westeurope","uksouth"\]\}\n\n$/);
});
