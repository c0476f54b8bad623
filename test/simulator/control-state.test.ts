import { expect, test } from 'vitest';
import { controlled } from './control-support.ts';
import { chat, endpoint, failure } from './node/support.ts';

const texts = (faults: readonly { readonly text: string }[]): readonly string[] => faults.map(({ text }) => text);

test('says that it is there, of which version, and anew after each start', async () => {
  const { ask } = await controlled({ clock: { now: () => 5, sleep: async () => {} } });
  expect((await ask('GET', '/health')).json).toEqual({ status: 'ok', now: 5 });
  const version = (await ask('GET', '/version')).json;
  expect(version).toEqual({ api: 1, run: expect.stringMatching(/^[\w-]{8}$/) });
  const other = await controlled();
  expect((await other.ask('GET', '/version')).json).not.toEqual(version);
});

test('says what is wrong with each region, whoever did it', async () => {
  const { simulator, ask } = await controlled();
  await simulator.region('westeurope').inject('503%30~60s'.replace('503', 'status(503)'));
  const { json, headers } = await ask('GET', '/state');
  const [{ since } = { since: 0 }] = simulator.region('westeurope').faults;
  expect(json).toEqual({
    regions: {
      eastus: { url: endpoint(simulator).url, deployments: ['gpt-4o', 'small'], strictRetry: false, faults: [] },
      westeurope: {
        url: endpoint(simulator, 'westeurope').url,
        deployments: null,
        strictRetry: false,
        faults: [{ id: 'f1', fault: 'status(503)%30~60s', since, until: since + 60_000 }],
      },
    },
    scenario: null,
  });
  const etag = headers.get('etag') ?? '';
  expect((await ask('GET', '/state', undefined, { 'if-none-match': etag })).status).toBe(304);
  await simulator.region('westeurope').heal();
  const later = await ask('GET', '/state', undefined, { 'if-none-match': etag });
  expect(later.status).toBe(200);
  expect(later.headers.get('etag')).not.toBe(etag);
});

test('tells keys only to who has the token', async () => {
  const { simulator, ask } = await controlled();
  const { json } = await ask('GET', '/endpoints');
  expect(json).toEqual({
    endpoints: simulator.endpoints().map((one) => ({ ...one, deployments: one.deployments ?? null })),
  });
  expect((await ask('GET', '/endpoints', undefined, {})).status).toBe(401);
});

test('puts faults in the place of those that are on, in all regions', async () => {
  const { simulator, ask } = await controlled();
  const kept = await simulator.region('eastus').inject('silence');
  await simulator.region('eastus').inject('key');
  await simulator.region('westeurope').inject('key');
  const put = await ask('PUT', '/state', { regions: { eastus: { faults: ['silence', '429(20)'] } } });
  expect(put.status).toBe(200);
  expect(texts(simulator.region('eastus').faults)).toEqual(['silence', '429(20)']);
  expect(simulator.region('eastus').faults[0], 'goes on, without a new start').toBe(kept);
  expect(simulator.region('westeurope').faults).toEqual([]);
});

test('putting the same again, or what was got, changes nothing', async () => {
  const { ask } = await controlled();
  const regions = {
    eastus: { faults: ['status(503)', 'status(503)'] },
    westeurope: { faults: [{ fault: 'refused', ttlMs: 60_000 }] },
  };
  const first = await ask('PUT', '/state', { regions });
  const second = await ask('PUT', '/state', { regions });
  const third = await ask('PUT', '/state', first.json);
  expect(first.json).toMatchObject({
    regions: {
      eastus: { faults: [{ fault: 'status(503)' }, { fault: 'status(503)' }] },
      westeurope: { faults: [{ fault: 'refused~60s' }] },
    },
  });
  expect([second.json, third.json]).toEqual([first.json, first.json]);
  expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
});

test('patches the regions that are named, and heals with null', async () => {
  const { simulator, ask } = await controlled();
  await simulator.region('westeurope').inject('key');
  const patch = (body: unknown): Promise<unknown> =>
    ask('PATCH', '/state', body, undefined).then(({ status }) => status);
  expect(await patch({ regions: { eastus: { faults: ['firewall'] } } })).toBe(200);
  expect(await patch({ regions: { eastus: {} } })).toBe(200);
  expect(texts(simulator.region('eastus').faults)).toEqual(['firewall']);
  expect(texts(simulator.region('westeurope').faults)).toEqual(['key']);
  expect(await patch({ regions: { eastus: { faults: null } } })).toBe(200);
  expect(simulator.region('eastus').faults).toEqual([]);
});

test('changes nothing for who has not seen the state that is', async () => {
  const { simulator, control, ask } = await controlled();
  const { headers } = await ask('GET', '/state');
  await simulator.region('eastus').inject('key');
  const headersOf = (match: string): Record<string, string> => ({
    authorization: `Bearer ${control.token}`,
    'content-type': 'application/merge-patch+json',
    'if-match': match,
  });
  const body = { regions: { eastus: { faults: null } } };
  const late = await ask('PATCH', '/state', body, headersOf(headers.get('etag') ?? ''));
  expect(late.status).toBe(412);
  expect(texts(simulator.region('eastus').faults)).toEqual(['key']);
  const now = (await ask('GET', '/state')).headers.get('etag') ?? '';
  expect((await ask('PATCH', '/state', body, headersOf(now))).status).toBe(200);
  expect(simulator.region('eastus').faults).toEqual([]);
});

test.each([
  [422, [], 'state must be an object, got []'],
  [422, {}, 'state.regions must be an object, got nothing'],
  [422, { regions: { mars: {} } }, 'state.regions.mars is unknown; known are eastus, westeurope'],
  [422, { regions: {}, speed: 2 }, 'state.speed is unknown; known are regions, scenario'],
  [422, { regions: { eastus: null } }, 'state.regions.eastus must be an object, got null'],
  [
    422,
    { regions: { eastus: { fault: [] } } },
    'state.regions.eastus.fault is unknown; known are faults, url, deployments',
  ],
  [422, { regions: { eastus: { faults: 'key' } } }, 'state.regions.eastus.faults must be a list or null, got "key"'],
  [
    422,
    { regions: { eastus: { faults: ['key', 'nope'] } } },
    'state.regions.eastus.faults[1]: fault "nope": kind must be refused',
  ],
  [
    422,
    { regions: { eastus: { faults: [5] } } },
    'state.regions.eastus.faults[0] must be a fault as text or {"fault", "ttlMs"}, got 5',
  ],
  [
    409,
    { regions: { eastus: { faults: ['refused', 'silence'] } } },
    'state.regions.eastus.faults must have one fault of the connection, got "refused" and "silence"',
  ],
])('refuses a state that is wrong as a whole, with %i', async (status, body, detail) => {
  const { simulator, ask } = await controlled();
  await simulator.region('westeurope').inject('key');
  const { json } = await ask('PUT', '/state', body);
  expect(json).toMatchObject({ status, detail: expect.stringContaining(detail) });
  expect(texts(simulator.region('westeurope').faults)).toEqual(['key']);
});

test('injects faults, lists them and takes them back', async () => {
  const { simulator, ask } = await controlled();
  const posted = await ask('POST', '/regions/eastus/faults', '"refused"');
  const [{ since } = { since: 0 }] = simulator.region('eastus').faults;
  expect(posted).toMatchObject({ status: 201, json: { id: 'f1', fault: 'refused', since } });
  expect(posted.headers.get('location')).toBe('/__sim/v1/regions/eastus/faults/f1');
  expect(await failure(chat(endpoint(simulator)))).toBe('TypeError ECONNREFUSED');
  await ask('POST', '/regions/eastus/faults', { fault: 'key~9s', ttlMs: 60_000 });
  expect((await ask('GET', '/regions/eastus/faults')).json).toMatchObject([{ fault: 'refused' }, { fault: 'key~60s' }]);
  expect((await ask('DELETE', '/regions/eastus/faults/f1')).status).toBe(204);
  expect((await chat(endpoint(simulator))).status).toBe(401);
  expect((await ask('DELETE', '/regions/eastus/faults')).status).toBe(204);
  expect((await chat(endpoint(simulator))).status).toBe(200);
});

test('a fault with a time to live ends by itself', async () => {
  const { ask } = await controlled();
  await ask('POST', '/regions/eastus/faults', { fault: 'refused', ttlMs: 30 });
  await expect.poll(async () => (await ask('GET', '/regions/eastus/faults')).json).toEqual([]);
});

test('breaks the next request alone', async () => {
  const { simulator, ask } = await controlled();
  expect((await ask('POST', '/regions/eastus/next', '"status(503)"')).json).toMatchObject({ fault: 'status(503)*1' });
  const statuses = [await chat(endpoint(simulator)), await chat(endpoint(simulator))].map(({ status }) => status);
  expect(statuses).toEqual([503, 200]);
});

test.each([
  [404, 'POST', '/regions/mars/faults', '"key"', 'region must be one of eastus, westeurope, got "mars"'],
  [404, 'GET', '/regions/mars/faults', undefined, 'region must be one of eastus, westeurope, got "mars"'],
  [404, 'GET', '/regions/%E0%A4%A/faults', undefined, 'region must be one of eastus, westeurope, got "%E0%A4%A"'],
  [404, 'DELETE', '/regions/eastus/faults/f9', undefined, 'eastus has no fault "f9", or not any more'],
  [404, 'GET', '/nothing', undefined, 'nothing is at /__sim/v1/nothing; see /__sim/v1/state'],
  [405, 'DELETE', '/state', undefined, 'method must be GET, PUT, PATCH, got DELETE'],
  [
    422,
    'POST',
    '/regions/eastus/faults',
    '"status(99)"',
    'body: fault "status(99)": status must be a whole number from 100 to 599, got "99"',
  ],
  [422, 'POST', '/regions/eastus/faults', '{"fault":"key","ttl":5}', 'body.ttl is unknown; known are fault, ttlMs'],
  [422, 'POST', '/regions/eastus/faults', '{"ttlMs":5}', 'body.fault must be a text, got nothing'],
  [422, 'POST', '/regions/eastus/faults', '{"fault":"key","ttlMs":"5"}', 'body.ttlMs must be a number, got "5"'],
  [422, 'POST', '/regions/eastus/faults', '{"fault":"key","ttlMs":-5}', 'body.ttlMs: fault "key~-5ms": ttl must be'],
  [
    422,
    'POST',
    '/regions/eastus/next',
    '"refused"',
    'what the next request meets must be a fault of requests, got "refused"',
  ],
  [400, 'GET', '/journal?since=-1', undefined, 'since must be a whole number from 0, got "-1"'],
  [400, 'POST', '/reset?what=limit', undefined, 'what must be faults, journal, limits, all, got "limit"'],
])('refuses with %i: %s %s %s', async (status, method, path, body, detail) => {
  const { ask } = await controlled();
  const told = await ask(method, path, body);
  expect(told.headers.get('content-type')).toBe('application/problem+json');
  expect(told.status).toBe(status);
  expect(told.json).toEqual({
    type: 'about:blank',
    title: expect.stringMatching(/^[A-Z]/),
    status,
    detail: expect.stringContaining(detail),
  });
});

test('names the methods that there are', async () => {
  const { ask } = await controlled();
  expect((await ask('DELETE', '/state')).headers.get('allow')).toBe('GET, PUT, PATCH');
});

test('refuses a second fault of the connection with 409', async () => {
  const { ask } = await controlled();
  await ask('POST', '/regions/eastus/faults', '"refused"');
  const told = await ask('POST', '/regions/eastus/faults', '"silence"');
  expect(told.json).toMatchObject({
    status: 409,
    title: 'Conflict',
    detail: 'a region has one connection fault at a time: "silence" while "refused" is on',
  });
});

test('resets the limits alone', async () => {
  const { simulator, ask } = await controlled({ clock: { now: () => 1_800_000_000_000, sleep: async () => {} } });
  const region = simulator.region('eastus');
  await region.inject('quota(100000,6)@deployment=gpt-4o');
  await region.inject('capacity(1)@deployment=small');
  const statuses = async (): Promise<readonly number[]> => {
    const all: number[] = [];
    for (const deployment of ['gpt-4o', 'gpt-4o', 'small', 'small']) {
      all.push((await chat(endpoint(simulator), { deployment })).status);
    }
    return all;
  };
  expect(await statuses()).toEqual([200, 429, 200, 503]);
  expect((await ask('POST', '/reset?what=limits')).status).toBe(204);
  expect(await statuses()).toEqual([200, 429, 200, 503]);
  expect(texts(region.faults)).toEqual(['quota(100000,6)@deployment=gpt-4o', 'capacity(1)@deployment=small']);
  expect(simulator.journal.entries()).toHaveLength(8);
});

test('resets what it is told to', async () => {
  const { simulator, ask } = await controlled();
  await simulator.region('eastus').inject('key');
  await chat(endpoint(simulator));
  await simulator.settled();
  expect((await ask('POST', '/reset?what=journal')).status).toBe(204);
  expect(simulator.journal.entries()).toEqual([]);
  expect(texts(simulator.region('eastus').faults)).toEqual(['key']);
  await chat(endpoint(simulator));
  await simulator.settled();
  await ask('POST', '/reset?what=faults');
  expect(simulator.region('eastus').faults).toEqual([]);
  expect(simulator.journal.entries()).toHaveLength(1);
  await simulator.region('eastus').inject('key');
  await ask('POST', '/reset');
  expect([simulator.region('eastus').faults, simulator.journal.entries()]).toEqual([[], []]);
});
