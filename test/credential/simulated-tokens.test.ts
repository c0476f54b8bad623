import { expect, test } from 'vitest';
import { createFailoverFetch, type TokenRequest } from '../../src/index.ts';
import { createVirtualSimulator, type SimRegionOptions } from '../../src/simulator/index.ts';
import { chat } from '../support/setup.ts';

const NAMES = ['sweden', 'eastus'] as const;
const CLAIMS = '{"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}';

/** Two simulated regions that share a source, whose tokens are `one`, `two`, … */
function world(regions: Partial<Record<(typeof NAMES)[number], SimRegionOptions>>) {
  const simulator = createVirtualSimulator({
    regions: { sweden: regions.sweden ?? {}, eastus: regions.eastus ?? {} },
  });
  const { clock } = simulator;
  const asked: TokenRequest[] = [];
  const names = ['one', 'two', 'three', 'four'];
  const [home, away] = simulator.endpoints();
  const fetch = createFailoverFetch({
    regions: [
      { name: 'sweden', endpoint: home?.url ?? '' },
      { name: 'eastus', endpoint: away?.url ?? '' },
    ],
    credential: {
      getToken: async (request) => {
        asked.push(request);
        return { token: names[asked.length - 1] ?? 'more', expiresAt: clock.now() + 3_600_000 };
      },
    },
    fetch: simulator.fetch,
    clock,
    random: () => 0.5,
    onEvent: () => {},
  });
  const call = async () => (await clock.run(fetch(`${home?.url}/openai/v1/chat/completions`, chat()))).status;
  return {
    simulator,
    fetch,
    asked,
    call,
    seen: () => simulator.journal.entries().map(({ region, status }) => `${region} ${status}`),
  };
}

test('a region lets tokens in by a list, or as they are judged at that time', async () => {
  const revoked = new Set<string>();
  const { call, asked, seen } = world({ sweden: { acceptsToken: (token) => !revoked.has(token) } });
  expect(await call()).toBe(200);
  revoked.add('one');
  expect(await call()).toBe(200);
  expect(asked.map(({ refresh }) => refresh)).toEqual([false, true]);
  expect(seen()).toEqual(['sweden 200', 'sweden 401', 'sweden 200']);
});

test('a region asks for claims, and the library brings them', async () => {
  const { call, asked, seen } = world({
    sweden: { acceptsToken: (token) => (token === 'one' ? { claims: CLAIMS } : true) },
  });
  expect(await call()).toBe(200);
  expect(asked.map(({ claims }) => claims)).toEqual([undefined, CLAIMS]);
  expect(seen()).toEqual(['sweden 401', 'sweden 200']);
});

test('key-expired refuses tokens and no key, key refuses keys and no token', async () => {
  const { simulator, call, seen } = world({
    sweden: { acceptsToken: ['one', 'two'] },
    eastus: { acceptsToken: ['one', 'two'] },
  });
  const region = simulator.region('sweden');
  const [home] = simulator.endpoints();
  const withKey = async () => {
    const headers = { 'api-key': home?.key ?? '' };
    const url = `${home?.url}/openai/v1/models`;
    return (await simulator.clock.run(simulator.fetch(url, { headers }))).status;
  };
  const expired = region.inject('key-expired');
  expect(await withKey()).toBe(200);
  expect(await call()).toBe(200);
  expect(seen()).toEqual(['sweden 200', 'sweden 401', 'sweden 401', 'eastus 200']);
  expired.end();
  region.inject('key');
  expect(await withKey()).toBe(401);
});

test('a token that expires in one region for a moment costs a call one try more', async () => {
  const { simulator, call, seen, fetch } = world({ sweden: { acceptsToken: ['one', 'two'] } });
  expect(await call()).toBe(200);
  simulator.region('sweden').inject('key-expired*1');
  expect(await call()).toBe(200);
  expect(seen()).toEqual(['sweden 200', 'sweden 401', 'sweden 200']);
  expect(fetch.regions()).toMatchObject([{ state: 'closed' }, { state: 'closed' }]);
});
