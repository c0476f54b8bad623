import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { chat, endpoint, failure, started } from './support.ts';

test('records what a request was and what became of it', async () => {
  const simulator = await started();
  const target = endpoint(simulator);
  const response = await chat(target, {
    body: { stream: true },
    headers: { 'api-key': target.key, 'x-ms-client-request-id': 'mine' },
  });
  const text = await response.text();
  await simulator.settled();
  const [entry] = simulator.journal.of('mine');
  expect(entry).toEqual({
    seq: 1,
    arrivedAt: expect.any(Number),
    firstByteAt: expect.any(Number),
    endedAt: expect.any(Number),
    region: 'eastus',
    requestId: response.headers.get('apim-request-id'),
    clientRequestId: 'mine',
    connection: 1,
    reused: false,
    method: 'POST',
    path: '/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21',
    deployment: 'gpt-4o',
    stream: true,
    status: 200,
    credential: createHash('sha256').update(target.key).digest('hex').slice(0, 12),
    credentialOf: 'eastus',
    bytesIn: 69,
    bytesOut: Buffer.byteLength(text),
    events: text.split('\n\n').length - 1,
    closedBy: 'server',
  });
  expect(JSON.stringify(simulator.journal.entries())).not.toContain(target.key);
});

test('tells a connection that is used again from a new one', async () => {
  const simulator = await started();
  for (let i = 0; i < 2; i++) {
    await (await chat(endpoint(simulator))).text();
    // `fetch` takes the connection back into its pool in the turn that follows.
    await setImmediate();
  }
  await (await chat(endpoint(simulator, 'westeurope'))).text();
  const seen = simulator.journal.entries().map(({ connection, reused }) => [connection, reused]);
  expect(seen).toEqual([
    [1, false],
    [1, true],
    [2, false],
  ]);
});

test('records a client that left', async () => {
  const simulator = await started();
  await simulator.region('eastus').inject('silence');
  const controller = new AbortController();
  const call = failure(chat(endpoint(simulator), { signal: controller.signal }));
  await expect.poll(() => simulator.journal.entries()[0]?.fault).toBe('silence');
  controller.abort();
  expect(await call).toBe('AbortError');
  await simulator.settled();
  const [entry] = simulator.journal.entries();
  expect(entry?.closedBy).toBe('client');
  expect(entry?.status).toBeUndefined();
});

test.each(['rst:request', 'fin:request'])('records %s as closed by the fault', async (fault) => {
  const simulator = await started();
  await simulator.region('eastus').inject(fault);
  await failure(chat(endpoint(simulator)));
  await simulator.settled();
  expect(simulator.journal.entries()).toMatchObject([{ fault, closedBy: 'fault', deployment: 'gpt-4o', bytesOut: 0 }]);
});

test('shows a key of another region as a leak', async () => {
  const simulator = await started();
  const foreign = endpoint(simulator, 'westeurope').key;
  await chat(endpoint(simulator), { headers: { 'api-key': foreign } });
  expect(simulator.journal.entries()).toMatchObject([{ status: 401, credentialOf: 'westeurope', leak: true }]);
});

test('shows a leak beside the right key', async () => {
  const simulator = await started();
  const { key } = endpoint(simulator);
  const foreign = endpoint(simulator, 'westeurope').key;
  await chat(endpoint(simulator), { headers: { 'api-key': key, authorization: `Bearer ${foreign}` } });
  expect(simulator.journal.entries()).toMatchObject([{ status: 200, credentialOf: 'westeurope', leak: true }]);
});

test('shows no leak for a token that several regions accept, nor for a secret nobody owns', async () => {
  const simulator = await started({
    regions: { eastus: { acceptsToken: ['a.b.c'] }, westeurope: { acceptsToken: ['a.b.c'] } },
  });
  await chat(endpoint(simulator), { headers: { authorization: 'Bearer a.b.c' } });
  await chat(endpoint(simulator), { headers: { 'api-key': 'whose' } });
  const [shared, unknown] = simulator.journal.entries();
  expect(shared).toMatchObject({ status: 200, credentialOf: 'eastus' });
  expect(unknown?.status).toBe(401);
  expect(unknown?.credentialOf).toBeUndefined();
  expect([shared?.leak, unknown?.leak]).toEqual([undefined, undefined]);
});

test('says when a request came before its deployment wanted it', async () => {
  let now = 1_800_000_000_000;
  const simulator = await started({ clock: { now: () => now, sleep: async () => {} } });
  await simulator.region('eastus').inject('429(2)*1');
  const ask = async (deployment: string, region = 'eastus'): Promise<number | undefined> => {
    await (await chat(endpoint(simulator, region), { deployment })).text();
    await simulator.settled();
    return simulator.journal.entries().at(-1)?.earlyByMs;
  };
  expect(await ask('gpt-4o')).toBeUndefined();
  now += 30;
  expect(await ask('gpt-4o'), 'it was on its way').toBeUndefined();
  now += 470;
  expect(await ask('gpt-4o')).toBe(1500);
  expect(await ask('small')).toBeUndefined();
  expect(await ask('gpt-4o', 'westeurope')).toBeUndefined();
  now += 1500;
  expect(await ask('gpt-4o')).toBeUndefined();
});

test('a 429 without a hint makes nothing early', async () => {
  let now = 1_800_000_000_000;
  const simulator = await started({ clock: { now: () => now, sleep: async () => {} } });
  await simulator.region('eastus').inject('429(2,none)');
  for (let i = 0; i < 2; i++) {
    await (await chat(endpoint(simulator))).text();
    await simulator.settled();
    now += 500;
  }
  expect(simulator.journal.entries().map(({ earlyByMs }) => earlyByMs)).toEqual([undefined, undefined]);
});
