import { expect, test } from 'vitest';
import { createFailoverFetch, memoryStore, type TokenSource } from '../../src/index.ts';
import { createVirtualSimulator, type VirtualSimulator } from '../../src/simulator/index.ts';
import { endpoint as socketEndpoint, started } from './node/support.ts';
import { endpoint, simulated } from './virtual-support.ts';

const asked = {
  grant_type: 'client_credentials',
  client_id: 'app',
  client_secret: 'secret',
  scope: 'https://ai.azure.com/.default',
};

interface Given {
  readonly access_token: string;
  readonly expires_in: number;
}

function issuing(): VirtualSimulator {
  return simulated({ regions: { eastus: { tokenSeconds: 60 }, westeurope: { tokenSeconds: 60 }, uksouth: {} } });
}

async function token(simulator: VirtualSimulator, form: Record<string, string> = asked): Promise<Response> {
  const url = `${endpoint(simulator).url}/contoso/oauth2/v2.0/token`;
  return simulator.clock.run(simulator.fetch(url, { method: 'POST', body: new URLSearchParams(form).toString() }));
}

async function opens(simulator: VirtualSimulator, region: string, bearer: string): Promise<number> {
  const url = `${endpoint(simulator, region).url}/openai/v1/models`;
  return (await simulator.clock.run(simulator.fetch(url, { headers: { authorization: `Bearer ${bearer}` } }))).status;
}

test('gives out a token that opens each region which gives out tokens, until it is over', async () => {
  const simulator = issuing();
  const response = await token(simulator);
  expect(response.status).toBe(200);
  expect(response.headers.get('cache-control')).toBe('no-store, no-cache');
  const given = (await response.json()) as Given;
  expect(given).toEqual({ token_type: 'Bearer', expires_in: 60, ext_expires_in: 60, access_token: expect.any(String) });
  const statuses = async (): Promise<readonly number[]> => [
    await opens(simulator, 'eastus', given.access_token),
    await opens(simulator, 'westeurope', given.access_token),
    await opens(simulator, 'uksouth', given.access_token),
  ];
  expect(await statuses()).toEqual([200, 200, 401]);
  await simulator.clock.runUntil(simulator.clock.now() + 59_999);
  expect(await opens(simulator, 'eastus', given.access_token)).toBe(200);
  await simulator.clock.runUntil(simulator.clock.now() + 1);
  expect(await statuses()).toEqual([401, 401, 401]);
});

test('gives out another token each time, which no other simulator takes', async () => {
  const simulator = issuing();
  const [one, two] = [
    (await (await token(simulator)).json()) as Given,
    (await (await token(simulator)).json()) as Given,
  ];
  expect(one.access_token).not.toBe(two.access_token);
  const other = createVirtualSimulator({ seed: 8, regions: { eastus: { tokenSeconds: 60 } } });
  expect(await opens(other, 'eastus', one.access_token)).toBe(401);
  expect(await opens(simulator, 'eastus', `${one.access_token}A`)).toBe(401);
  expect(await opens(simulator, 'eastus', 'a.b.c')).toBe(401);
});

test.each(['https://graph.microsoft.com', 'api://€'])('a token for %s opens nothing', async (resource) => {
  const simulator = issuing();
  const given = (await (await token(simulator, { ...asked, scope: `${resource}/.default` })).json()) as Given;
  expect(await opens(simulator, 'eastus', given.access_token)).toBe(401);
});

test.each([
  [
    'client_id',
    '',
    400,
    'invalid_request',
    "AADSTS900144: The request body must contain the following parameter: 'client_id'.",
  ],
  [
    'grant_type',
    'password',
    400,
    'unsupported_grant_type',
    "AADSTS70003: The app requested an unsupported grant type 'password'.",
  ],
  ['client_secret', '', 401, 'invalid_client', 'AADSTS7000218'],
  ['scope', 'openid', 400, 'invalid_scope', 'AADSTS1002012: The provided value for scope openid is not valid.'],
])('refuses a request whose %s is "%s"', async (name, value, status, error, description) => {
  const response = await token(issuing(), { ...asked, [name]: value });
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error, error_description: expect.stringContaining(description) });
});

test('a region that gives out no tokens has nothing there', async () => {
  const simulator = simulated();
  expect((await token(simulator)).status).toBe(401);
});

test('refuses a time that is none', () => {
  expect(() => simulated({ regions: { eastus: { tokenSeconds: 0 } } })).toThrow(
    'region "eastus": tokenSeconds must be a whole number from 1, got 0',
  );
});

test('a client gets its tokens there, and no region is blamed when it cannot', async () => {
  const simulator = issuing();
  const { clock } = simulator;
  const credential: TokenSource = {
    async getToken() {
      const response = await token(simulator);
      if (!response.ok) throw new Error(`no token: ${response.status}`);
      const given = (await response.json()) as Given;
      return { token: given.access_token, expiresAt: clock.now() + given.expires_in * 1000 };
    },
  };
  const regions = simulator.endpoints().map(({ region, url }) => ({ name: region, endpoint: url, credential }));
  const [first, ...others] = regions;
  if (!first) throw new Error('no region');
  const { fetch } = simulator;
  const failover = createFailoverFetch({ regions: [first, ...others], fetch, clock, store: memoryStore() });
  const ask = (): Promise<Response> => clock.run(failover(`${first.endpoint}/openai/v1/models`));
  expect((await ask()).status).toBe(200);
  await clock.runUntil(clock.now() + 61_000);
  expect((await ask()).status, 'with a new one').toBe(200);
  const down = simulator.region('eastus').inject('status(503)@path=oauth2');
  await clock.runUntil(clock.now() + 61_000);
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_CREDENTIAL' });
  expect(failover.regions().map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
  down.end();
  expect((await ask()).status).toBe(200);
  await failover.close();
});

test('gives out tokens on a socket', async () => {
  const simulator = await started({ regions: { eastus: { tokenSeconds: 60, prefix: '/gw' } } });
  const { url } = socketEndpoint(simulator);
  const response = await fetch(`${url}/contoso/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams(asked),
  });
  const { access_token: bearer } = (await response.json()) as Given;
  const models = await fetch(`${url}/openai/v1/models`, { headers: { authorization: `Bearer ${bearer}` } });
  expect(models.status).toBe(200);
  expect(simulator.journal.entries().map(({ path }) => path)).toEqual([
    '/gw/contoso/oauth2/v2.0/token',
    '/gw/openai/v1/models',
  ]);
});
