import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { startControl } from '../../src/simulator/node/index.ts';
import { askRaw, controlled } from './control-support.ts';
import { failure, started } from './node/support.ts';

const page = 'http://127.0.0.1:5173';

test.each(['contoso.com', '127.0.0.1', '127.0.0.1:1', '127.0.0.1.contoso.com:80', '[::1]:80'])(
  'refuses a request that was meant for another host: %s',
  async (host) => {
    const { control } = await controlled();
    const { port } = new URL(control.url);
    const told = await askRaw(control, '/state', { host });
    expect(told.json).toMatchObject({
      status: 421,
      detail: `host must be 127.0.0.1:${port} or localhost:${port}, got "${host}"`,
    });
  },
);

test('is also called localhost', async () => {
  const { control } = await controlled();
  expect((await askRaw(control, '/state', { host: `localhost:${new URL(control.url).port}` })).status).toBe(200);
});

test.each(['https://contoso.com', 'null', 'http://127.0.0.1:5174', 'http://localhost:5173', 'https://127.0.0.1:5173'])(
  'refuses a page of another origin, whatever it asks: %s',
  async (origin) => {
    const { control } = await controlled({ origins: [page] });
    for (const method of ['GET', 'OPTIONS', 'PUT']) {
      const told = await askRaw(control, '/state', { origin, authorization: `Bearer ${control.token}` }, method);
      expect(told.status).toBe(403);
      expect(told.headers.get('access-control-allow-origin')).toBeNull();
    }
  },
);

test('refuses what another site loads without asking', async () => {
  const { control } = await controlled();
  expect((await askRaw(control, '/journal', { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  expect((await askRaw(control, '/journal', { 'sec-fetch-site': 'none' })).status).toBe(200);
});

test('lets a page that is named read all it is told, refusals too', async () => {
  const { control } = await controlled({ origins: [page] });
  for (const [path, status] of [
    ['/state', 200],
    ['/nothing', 404],
    ['/endpoints', 401],
  ] as const) {
    const told = await askRaw(control, path, { origin: page });
    expect(told.status).toBe(status);
    expect(told.headers.get('access-control-allow-origin')).toBe(page);
    expect(told.headers.get('access-control-expose-headers')).toBe('etag, location');
    expect(told.headers.get('vary')).toBe('origin');
  }
  const own = new URL(control.url).origin;
  expect((await askRaw(control, '/state', { origin: own })).status).toBe(200);
});

test('answers a preflight without the token, and names what may be sent', async () => {
  const { control } = await controlled({ origins: [page] });
  const told = await askRaw(control, '/state', { origin: page, 'access-control-request-method': 'PATCH' }, 'OPTIONS');
  expect(told.status).toBe(204);
  expect(Object.fromEntries(told.headers)).toMatchObject({
    'access-control-allow-origin': page,
    'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type, if-match, if-none-match, last-event-id',
    'access-control-max-age': '600',
  });
});

const changes = [
  ['PUT', '/state'],
  ['PATCH', '/state'],
  ['GET', '/endpoints'],
  ['POST', '/regions'],
  ['DELETE', '/regions/eastus'],
  ['POST', '/regions/eastus/faults'],
  ['POST', '/regions/eastus/next'],
  ['DELETE', '/regions/eastus/faults'],
  ['DELETE', '/regions/eastus/faults/f1'],
  ['POST', '/scenario'],
  ['POST', '/scenario/pause'],
  ['POST', '/scenario/resume'],
  ['POST', '/scenario/stop'],
  ['POST', '/reset'],
] as const;

test.each(changes)('does nothing without the token: %s %s', async (method, path) => {
  const { simulator, control } = await controlled();
  await simulator.region('eastus').inject('key');
  const { token } = control;
  const other = token.startsWith('a') ? 'b' : 'a';
  const wrong = [
    `Bearer ${other}${token.slice(1)}`,
    `Bearer ${token.slice(1)}`,
    `Bearer ${token}x`,
    `Basic ${token}`,
    token,
    'Bearer ',
    '',
  ];
  for (const authorization of wrong) {
    const told = await askRaw(control, path, { ...(authorization && { authorization }) }, method);
    expect(told.status).toBe(401);
    expect(told.headers.get('www-authenticate')).toBe('Bearer realm="simulator"');
    expect(told.text).not.toContain(token.slice(1));
  }
  expect(simulator.region('eastus').faults).toHaveLength(1);
});

test('every token is a new one', async () => {
  const [one, two] = [await controlled(), await controlled()];
  expect(one.control.token).toMatch(/^[\w-]{32}$/);
  expect(two.control.token).not.toBe(one.control.token);
});

test('says no secret to who has no token', async () => {
  const { simulator, control, ask } = await controlled();
  const keys = simulator.endpoints().flatMap((one) => one.keys);
  for (const { url, key } of simulator.endpoints()) {
    await fetch(`${url}/openai/v1/models?subscription-key=${key}`, {
      headers: { 'api-key': key, authorization: `Bearer ${key}` },
    });
  }
  await simulator.settled();
  for (const path of ['/health', '/version', '/state', '/journal', '/metrics', '/regions/eastus/faults']) {
    const { status, text } = await ask('GET', path, undefined, {});
    expect(status).toBe(200);
    for (const secret of [...keys, control.token]) expect(text).not.toContain(secret);
  }
});

test('reads JSON of a bearable size and nothing else', async () => {
  const { simulator, control, ask } = await controlled();
  const post = (type: string | undefined, body: string): Promise<unknown> =>
    ask('POST', '/regions/eastus/faults', body, {
      authorization: `Bearer ${control.token}`,
      ...(type !== undefined && { 'content-type': type }),
    }).then(({ json }) => json);
  expect(await post('text/plain', '"key"')).toMatchObject({
    status: 415,
    detail: 'content-type must be application/json, got "text/plain"',
  });
  expect(await post('application/jsonp', '"key"')).toMatchObject({ status: 415 });
  expect(await post('application/json', '{"fault":')).toMatchObject({
    status: 400,
    detail: expect.stringMatching(/^body must be JSON: /),
  });
  expect(await post('application/json', `"${'x'.repeat(300_000)}"`)).toMatchObject({
    status: 413,
    detail: 'body must be 262144 bytes at most, got 300002',
  });
  expect(simulator.region('eastus').faults).toEqual([]);
  expect(await post('application/json; charset=utf-8', '"key"')).toMatchObject({ fault: 'key' });
});

test('a body that does not come holds up nobody else', async () => {
  const { control, ask } = await controlled();
  const slow = request(`${control.url}/regions/eastus/faults`, {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${control.token}`, 'content-type': 'application/json' },
  });
  slow.on('error', () => {});
  await new Promise((resolve) => slow.write('"k', resolve));
  expect((await ask('POST', '/regions/eastus/faults', '"key"')).status).toBe(201);
  slow.destroy();
});

test('listens on the loopback address alone', async () => {
  const { control } = await controlled();
  const { port, hostname } = new URL(control.url);
  expect(hostname).toBe('127.0.0.1');
  const others = Object.values(networkInterfaces()).flatMap((list = []) => list.filter(({ internal }) => !internal));
  for (const { address, family } of others.filter((one) => !one.address.startsWith('fe80'))) {
    const host = family === 'IPv6' ? `[${address}]` : address;
    expect(await failure(fetch(`http://${host}:${port}/__sim/v1/health`))).toMatch(/TypeError/);
  }
});

test.each(['*', 'contoso', 'http://127.0.0.1:5173/', 'null', ''])('takes origins only: "%s"', async (origin) => {
  const simulator = await started();
  await expect(startControl(simulator, { origins: [origin] })).rejects.toThrow(
    `origins must be such as "http://127.0.0.1:5173", got "${origin}"`,
  );
});
