import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Address,
  type Endpoint,
  owns,
  parseEndpoint,
  readAddress,
  writeAddress,
} from '../../src/azure/address.ts';

const CHAT = '/chat/completions';

function endpoint(url: string): Endpoint {
  const parsed = parseEndpoint(url);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

function address(url: string, ...endpoints: readonly string[]): Address {
  const found = readAddress(url, endpoints.map(endpoint));
  if (!found) throw new Error(`${url} is none of ${endpoints.join(', ')}`);
  return found;
}

/** The caller's URL as another endpoint's. */
function moved(
  url: string,
  from: string,
  to: string,
  names: { apiVersion?: string; deployment?: string } = {},
): string {
  const { apiVersion, deployment } = names;
  return writeAddress(address(url, from, to), { index: 1, endpoint: endpoint(to), apiVersion }, deployment);
}

const EAST = 'https://contoso-east.openai.azure.com';
const WEST = 'https://contoso-west.openai.azure.com';
const FOUNDRY = 'https://contoso-east.services.ai.azure.com';
const COGNITIVE = 'https://contoso-east.cognitiveservices.azure.com';
const GATEWAY = 'https://api.contoso.com/openai-gw';

test.each<[given: string, base: string]>([
  [EAST, EAST],
  [`${EAST}/`, EAST],
  [`${EAST}///`, EAST],
  [`${EAST}/openai`, EAST],
  [`${EAST}/openai/`, EAST],
  [`${EAST}/openai/v1`, EAST],
  [`${EAST}/openai/v1/`, EAST],
  ['HTTPS://Contoso-East.OpenAI.Azure.com:443/', EAST],
  [`${FOUNDRY}/api/projects/p1`, `${FOUNDRY}/api/projects/p1`],
  [`${FOUNDRY}/api/projects/p1/openai/v1/`, `${FOUNDRY}/api/projects/p1`],
  [GATEWAY, GATEWAY],
  [`${GATEWAY}/openai/v1`, GATEWAY],
  ['https://api.contoso.com:8443/a/b/', 'https://api.contoso.com:8443/a/b'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1:4000'],
  ['http://localhost:4000/gw/', 'http://localhost:4000/gw'],
  ['http://east.localhost:4000', 'http://east.localhost:4000'],
  ['http://[::1]:4000', 'http://[::1]:4000'],
])('takes %s for the endpoint %s', (given, base) => {
  expect(endpoint(given).base).toBe(base);
  expect(parseEndpoint(new URL(given))).toEqual(parseEndpoint(given));
});

test.each([
  'contoso.openai.azure.com',
  '/openai',
  '',
  'ftp://contoso.openai.azure.com',
  'data:,',
  'http://contoso.openai.azure.com',
  'http://127.0.0.1.evil.com',
  'http://localhost.evil.com',
  'http://10.0.0.1',
  'https://user:secret@contoso.openai.azure.com',
  'https://contoso.openai.azure.com/?api-version=2024-10-21',
  'https://contoso.openai.azure.com/#here',
])('does not take %s for an endpoint', (given) => {
  expect(typeof parseEndpoint(given)).toBe('string');
});

test.each<[form: string, url: string, endpoint: string, read: Omit<Address, 'index'>]>([
  [
    'classic',
    `${EAST}/openai/deployments/gpt-4o${CHAT}?api-version=2024-10-21`,
    EAST,
    {
      base: EAST,
      path: `/openai/deployments/gpt-4o${CHAT}`,
      search: '?api-version=2024-10-21',
      route: 'classic',
      deployment: 'gpt-4o',
    },
  ],
  [
    'classic, not scoped to a deployment',
    `${EAST}/openai/responses?api-version=2025-03-01-preview`,
    EAST,
    { base: EAST, path: '/openai/responses', search: '?api-version=2025-03-01-preview', route: 'classic' },
  ],
  ['v1', `${EAST}/openai/v1${CHAT}`, EAST, { base: EAST, path: `/openai/v1${CHAT}`, search: '', route: 'v1' }],
  [
    'v1 with a version',
    `${EAST}/openai/v1/responses?api-version=preview`,
    EAST,
    { base: EAST, path: '/openai/v1/responses', search: '?api-version=preview', route: 'v1' },
  ],
  [
    'Foundry host',
    `${FOUNDRY}/openai/v1${CHAT}`,
    FOUNDRY,
    { base: FOUNDRY, path: `/openai/v1${CHAT}`, search: '', route: 'v1' },
  ],
  [
    'Foundry host of a resource that is configured by its other name',
    `${FOUNDRY}/openai/v1${CHAT}`,
    EAST,
    { base: FOUNDRY, path: `/openai/v1${CHAT}`, search: '', route: 'v1' },
  ],
  [
    'Foundry project',
    `${FOUNDRY}/api/projects/p-1/openai/v1/responses`,
    FOUNDRY,
    { base: `${FOUNDRY}/api/projects/p-1`, path: '/openai/v1/responses', search: '', route: 'v1' },
  ],
  [
    'Foundry project that is the endpoint',
    `${FOUNDRY}/api/projects/p-1/openai/v1/responses`,
    `${FOUNDRY}/api/projects/p-1/openai/v1`,
    { base: `${FOUNDRY}/api/projects/p-1`, path: '/openai/v1/responses', search: '', route: 'v1' },
  ],
  [
    'legacy model inference',
    `${FOUNDRY}/models${CHAT}?api-version=2024-05-01-preview`,
    FOUNDRY,
    { base: FOUNDRY, path: `/models${CHAT}`, search: '?api-version=2024-05-01-preview', route: 'classic' },
  ],
  [
    'custom subdomain of a cognitive service',
    `${COGNITIVE}/openai/deployments/d/embeddings?api-version=2024-10-21`,
    EAST,
    {
      base: COGNITIVE,
      path: '/openai/deployments/d/embeddings',
      search: '?api-version=2024-10-21',
      route: 'classic',
      deployment: 'd',
    },
  ],
  [
    'Azure Government',
    `https://contoso.services.ai.azure.us/openai/v1${CHAT}`,
    'https://contoso.openai.azure.us',
    { base: 'https://contoso.services.ai.azure.us', path: `/openai/v1${CHAT}`, search: '', route: 'v1' },
  ],
  [
    'Azure in China',
    `https://contoso.openai.azure.cn/openai/v1${CHAT}`,
    'https://contoso.cognitiveservices.azure.cn',
    { base: 'https://contoso.openai.azure.cn', path: `/openai/v1${CHAT}`, search: '', route: 'v1' },
  ],
  [
    'gateway with a prefix',
    `${GATEWAY}/openai/deployments/d${CHAT}?api-version=2024-10-21&x=%2F`,
    GATEWAY,
    {
      base: GATEWAY,
      path: `/openai/deployments/d${CHAT}`,
      search: '?api-version=2024-10-21&x=%2F',
      route: 'classic',
      deployment: 'd',
    },
  ],
  [
    "a gateway's own route",
    `${GATEWAY}/status?deep=1`,
    GATEWAY,
    { base: GATEWAY, path: '/status', search: '?deep=1', route: 'other' },
  ],
  ['the endpoint itself', GATEWAY, GATEWAY, { base: GATEWAY, path: '', search: '', route: 'other' }],
  [
    'a deployment with a name that is encoded',
    `${EAST}/openai/deployments/my%20dep%2Fx${CHAT}`,
    EAST,
    {
      base: EAST,
      path: `/openai/deployments/my%20dep%2Fx${CHAT}`,
      search: '',
      route: 'classic',
      deployment: 'my dep/x',
    },
  ],
  [
    'a deployment with a name that cannot be decoded',
    `${EAST}/openai/deployments/a%E0%A4${CHAT}`,
    EAST,
    { base: EAST, path: `/openai/deployments/a%E0%A4${CHAT}`, search: '', route: 'classic', deployment: 'a%E0%A4' },
  ],
  [
    'capitals in scheme and host, the default port, a fragment',
    `HTTPS://CONTOSO-EAST.OpenAI.azure.com:443/openai/v1${CHAT}#here`,
    EAST,
    { base: EAST, path: `/openai/v1${CHAT}`, search: '', route: 'v1' },
  ],
  [
    'a path that only begins like one of ours',
    `${EAST}/openaily/v1`,
    EAST,
    { base: EAST, path: '/openaily/v1', search: '', route: 'other' },
  ],
  [
    'a path that only begins like v1',
    `${EAST}/openai/v10/x`,
    EAST,
    { base: EAST, path: '/openai/v10/x', search: '', route: 'classic' },
  ],
])('reads an address: %s', (_, url, own, read) => {
  expect(address(url, own)).toEqual({ index: 0, ...read });
});

// AzureOpenAI before openai 7 puts `/openai` behind an endpoint as it was given, and the portal gives it a slash at its end.
test.each([
  [`${EAST}/`, `${EAST}//openai/deployments/d${CHAT}?api-version=2024-10-21`, 'classic', 'd'],
  [`${GATEWAY}/`, `${GATEWAY}//openai/deployments/d${CHAT}?api-version=2024-10-21`, 'classic', 'd'],
  [`${EAST}/`, `${EAST}//openai/v1${CHAT}`, 'v1', undefined],
])('sees through the second slash that a client puts behind %s', (own, url, route, deployment) => {
  const found = address(url, own);
  expect(found.route).toBe(route);
  expect(found.deployment).toBe(deployment);
});

const LOOK_ALIKES = [
  'https://api.openai.com/v1/chat/completions',
  'https://contoso-west.openai.azure.com/openai/v1/models',
  'https://contoso-east.openai.azure.com.evil.com/openai/v1/models',
  'https://contoso-east.openai.azure.com@evil.com/openai/v1/models',
  'https://contoso-east.openai.azure.com%2F@evil.com/openai',
  'https://contoso-east.openai.azure.com:pw@evil.com/openai',
  'https://evil.com/https://contoso-east.openai.azure.com/openai',
  'https://evil.com\\@contoso-east.openai.azure.com/openai',
  'https://evil.com#@contoso-east.openai.azure.com/openai',
  'https://evil.com?@contoso-east.openai.azure.com/openai',
  'https://xcontoso-east.openai.azure.com/openai/v1/models',
  'https://x.contoso-east.openai.azure.com/openai/v1/models',
  'https://contoso-east.openai.azure.com./openai/v1/models',
  'https://contoso-east.openai.azure.com:8443/openai/v1/models',
  'https://contoso-east.openai.azure.com:80/openai/v1/models',
  'http://contoso-east.openai.azure.com/openai/v1/models',
  'http://contoso-east.services.ai.azure.com/openai/v1/models',
  'https://contoso-east.openai.azure.us/openai/v1/models',
  'https://contoso-east.services.ai.azure.com.evil.com/openai/v1',
  'https://contoso-east.services.ai.azure.com:8443/openai/v1',
  'https://services.ai.azure.com/openai/v1',
  'https://contoso-east.cosmos.azure.com/openai/v1',
  'wss://contoso-east.openai.azure.com/openai/v1/realtime',
  'ftp://contoso-east.openai.azure.com/openai/v1',
  'blob:https://contoso-east.openai.azure.com/openai',
  'data:,',
  '/openai/v1/chat/completions',
  'contoso-east.openai.azure.com/openai',
  'https://',
  '',
];

test.each(LOOK_ALIKES)('leaves alone what is not ours: %s', (url) => {
  expect(readAddress(url, [endpoint(EAST)])).toBeUndefined();
  expect(owns(endpoint(EAST), url)).toBe(false);
});

test.each([
  'https://user:pw@contoso-east.openai.azure.com/openai/v1/models',
  'https://evil.com@contoso-east.openai.azure.com/openai/v1/models',
  'https://contoso-east.openai.azure.com\\@evil.com/openai/v1/models',
  'https:\\\\contoso-east.openai.azure.com\\openai\\v1\\models',
  'https:contoso-east.openai.azure.com/openai/v1/models',
  'https://contoso-east.openai.azure.com/openai/v1/models?next=https://evil.com/',
  'https://CONTOSO-EAST.openai.azure.com/openai/v1/models',
  'https://contoso-east.openai.azure.com',
  'https://contoso-east.openai.azure.com?api-version=1',
])('takes for ours what the platform would send to us: %s', (url) => {
  const found = address(url, EAST);
  expect(found.base).toBe(EAST);
  expect(new URL(writeAddress(found, { index: 1, endpoint: endpoint(WEST) })).origin).toBe(WEST);
  expect(owns(endpoint(EAST), url)).toBe(true);
  expect(owns(endpoint(WEST), url)).toBe(false);
});

test('tells two regions behind one gateway apart, by the longest prefix', () => {
  const endpoints = ['https://gw.contoso.com/ai', 'https://gw.contoso.com/ai/west', 'https://gw.contoso.com/ai/we'];
  const cases: readonly [string, number | undefined, string][] = [
    ['https://gw.contoso.com/ai/openai/v1/models', 0, '/openai/v1/models'],
    ['https://gw.contoso.com/ai/west/openai/v1/models', 1, '/openai/v1/models'],
    ['https://gw.contoso.com/ai/we/openai/v1/models', 2, '/openai/v1/models'],
    ['https://gw.contoso.com/ai/wes/openai/v1/models', 0, '/wes/openai/v1/models'],
    ['https://gw.contoso.com/ai/west', 1, ''],
    ['https://gw.contoso.com/aix/openai/v1/models', undefined, ''],
    ['https://gw.contoso.com/openai/v1/models', undefined, ''],
    ['https://gw.contoso.com/ai/west/../we/openai/v1/models', 2, '/openai/v1/models'],
  ];
  for (const order of [endpoints, endpoints.toReversed()]) {
    for (const [url, index, path] of cases) {
      const found = readAddress(url, order.map(endpoint));
      expect(found && [order[found.index], found.path]).toEqual(
        index === undefined ? undefined : [endpoints[index], path],
      );
    }
  }
});

test('knows its own URLs by prefix, not by the letters they begin with', () => {
  const west = endpoint('https://gw.contoso.com/west');
  expect(owns(west, 'https://gw.contoso.com/west/openai/v1/models')).toBe(true);
  expect(owns(west, 'https://gw.contoso.com/west')).toBe(true);
  expect(owns(west, 'https://gw.contoso.com/west2/openai/v1/models')).toBe(false);
  expect(owns(west, 'https://gw.contoso.com/east/openai/v1/models')).toBe(false);
  expect(owns(west, 'https://gw.contoso.com/openai/v1/models')).toBe(false);
});

test.each(['../east', '..\\east', '%2e%2e/east', '.%2E/east', 'x/../../east', '\t../east', '.\n./east'])(
  'does not own what leaves the prefix through %s',
  (way) => {
    const url = `https://gw.contoso.com/west/${way}/openai/v1/models`;
    expect(new URL(url).pathname).toBe('/east/openai/v1/models');
    expect(owns(endpoint('https://gw.contoso.com/west'), url)).toBe(false);
  },
);

test.each<[why: string, from: string, url: string, to: string, written: string]>([
  ['classic', EAST, `${EAST}/openai/deployments/d${CHAT}?a=1`, WEST, `${WEST}/openai/deployments/d${CHAT}?a=1`],
  ['v1', EAST, `${EAST}/openai/v1/responses`, WEST, `${WEST}/openai/v1/responses`],
  ['from a Foundry host', EAST, `${FOUNDRY}/openai/v1/responses`, WEST, `${WEST}/openai/v1/responses`],
  ['from a project', FOUNDRY, `${FOUNDRY}/api/projects/p/openai/v1/files`, WEST, `${WEST}/openai/v1/files`],
  [
    'to a project',
    EAST,
    `${EAST}/openai/v1/responses`,
    'https://w.services.ai.azure.com/api/projects/q',
    'https://w.services.ai.azure.com/api/projects/q/openai/v1/responses',
  ],
  ['to a gateway', EAST, `${EAST}/openai/v1/responses?x=y`, GATEWAY, `${GATEWAY}/openai/v1/responses?x=y`],
  ['from a gateway', GATEWAY, `${GATEWAY}/openai/v1/responses`, WEST, `${WEST}/openai/v1/responses`],
  ['legacy inference', FOUNDRY, `${FOUNDRY}/models${CHAT}?b`, WEST, `${WEST}/models${CHAT}?b`],
  ['without user or fragment', EAST, `https://u:p@${EAST.slice(8)}/openai/v1/x#f`, WEST, `${WEST}/openai/v1/x`],
  [
    'each byte of path and query as it was',
    EAST,
    `${EAST}/openai/v1/files/a%2Fb%20c?after=%7e+x&&order=&=`,
    WEST,
    `${WEST}/openai/v1/files/a%2Fb%20c?after=%7e+x&&order=&=`,
  ],
])('writes an address: %s', (_, from, url, to, written) => {
  expect(moved(url, from, to)).toBe(written);
});

test("keeps the caller's own host and project in the caller's own region", () => {
  for (const base of [FOUNDRY, COGNITIVE, `${FOUNDRY}/api/projects/p`]) {
    const own = address(`${base}/openai/v1/files?limit=1`, EAST);
    expect(writeAddress(own, { index: 0, endpoint: endpoint(EAST) })).toBe(`${base}/openai/v1/files?limit=1`);
  }
});

test.each<[deployment: string, segment: string]>([
  ['gpt-4o-se', 'gpt-4o-se'],
  ['my dep/x', 'my%20dep%2Fx'],
  ['ü', '%C3%BC'],
  ['a?b#c', 'a%3Fb%23c'],
  ['$&$1$`', '%24%26%241%24%60'],
  ['100%', '100%25'],
])('writes the deployment %s', (deployment, segment) => {
  const url = `${EAST}/openai/deployments/my%20dep%2Fx${CHAT}?api-version=2024-10-21`;
  const written = moved(url, EAST, WEST, { deployment });
  expect(written).toBe(`${WEST}/openai/deployments/${segment}${CHAT}?api-version=2024-10-21`);
  expect(address(written, WEST).deployment).toBe(deployment);
});

test('writes no deployment into a path that has none', () => {
  expect(moved(`${EAST}/openai/v1${CHAT}`, EAST, WEST, { deployment: 'x' })).toBe(`${WEST}/openai/v1${CHAT}`);
});

test.each<[path: string, version: string, written: string]>([
  ['/openai/deployments/d/embeddings?api-version=2024-10-21', '2025-04-01-preview', '?api-version=2025-04-01-preview'],
  ['/openai/responses?x=1&api-version=2024-10-21&y=2', '2025-03-01-preview', '?x=1&api-version=2025-03-01-preview&y=2'],
  ['/models/embeddings?api-version=2024-05-01-preview', '2024-10-21', '?api-version=2024-10-21'],
  ['/openai/responses?api-version=', '2024-10-21', '?api-version=2024-10-21'],
  ['/openai/responses?api-version=2024-10-21', 'v1', '?api-version=2024-10-21'],
  ['/openai/responses?api-version=2024-10-21', 'preview', '?api-version=2024-10-21'],
  ['/openai/responses?x-api-version=1&api-version=2', '2024-10-21', '?x-api-version=1&api-version=2024-10-21'],
  ['/openai/responses', '2024-10-21', ''],
  ['/openai/v1/responses?api-version=v1', 'preview', '?api-version=preview'],
  ['/openai/v1/responses?api-version=preview', 'v1', '?api-version=v1'],
  ['/openai/v1/responses?api-version=v1', '2024-10-21', '?api-version=v1'],
  ['/openai/v1/responses', 'preview', ''],
  ['/openai/v1/responses?x=1', 'preview', '?x=1'],
  ['/openai/responses?api-version=1', '2 & 3', '?api-version=2%20%26%203'],
])('writes the api-version: %s with %s', (path, apiVersion, search) => {
  expect(new URL(moved(EAST + path, EAST, WEST, { apiVersion })).search).toBe(search);
});

test('reads what it wrote, wherever it goes', () => {
  const bases = [EAST, WEST, 'https://gw.contoso.com/a', 'https://gw.contoso.com/a/b', 'http://127.0.0.1:4000'];
  const endpoints = bases.map(endpoint);
  const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/^\.{1,2}$/.test(text));
  const path = fc.oneof(
    name.map((deployment) => `/openai/deployments/${encodeURIComponent(deployment)}${CHAT}`),
    fc.constantFrom(`/openai/v1${CHAT}`, '/openai/responses', `/models${CHAT}`, '/openai/v1/files/file-1/content'),
  );
  const search = fc.oneof(
    fc.constant(''),
    fc.webQueryParameters().map((query) => (query === '' ? '' : `?${query}`)),
  );
  const index = fc.nat(bases.length - 1);
  fc.assert(
    fc.property(index, index, path, search, name, (from, to, route, query, deployment) => {
      const url = new URL(`${bases[from]}${route}${query}`).href;
      const own = readAddress(url, endpoints) as Address;
      expect(own.index).toBe(from);
      expect(writeAddress(own, { index: from, endpoint: endpoints[from] as Endpoint })).toBe(url);

      const target = { index: to, endpoint: endpoints[to] as Endpoint };
      const there = writeAddress(own, target, own.deployment === undefined ? undefined : deployment);
      expect(owns(target.endpoint, there)).toBe(true);
      const { index, base, ...rest } = readAddress(there, endpoints) as Address;
      expect(index).toBe(to);
      const { index: _, base: __, ...before } = own;
      if (own.deployment === undefined) expect(rest).toEqual(before);
      else expect(rest).toMatchObject({ deployment, route: before.route, search: before.search });

      const back = readAddress(there, endpoints) as Address;
      expect(writeAddress(back, { index: from, endpoint: endpoints[from] as Endpoint }, own.deployment)).toBe(url);
    }),
    { numRuns: 500 },
  );
});

test('throws at no URL', () => {
  const url = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.string().map((text) => EAST + text),
    fc.string().map((text) => `https://${text}`),
  );
  fc.assert(
    fc.property(url, (text) => {
      const found = readAddress(text, [endpoint(EAST)]);
      expect(owns(endpoint(EAST), text)).toBe(found !== undefined);
      if (found) expect(new URL(text).origin).toBe(EAST);
      parseEndpoint(text);
    }),
    { numRuns: 2_000 },
  );
});
