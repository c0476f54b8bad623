import { expect, test } from 'vitest';
import type { RegionOptions } from '../../src/index.ts';
import { status } from '../support/service.ts';
import { chat, setup } from '../support/setup.ts';
import { EASTUS, json, SWEDEN, travel } from '../support/travel.ts';

test.each<[string, string, string, Partial<RegionOptions>?, Partial<RegionOptions>?]>([
  ['origin only', `${SWEDEN}/openai/v1/responses`, `${EASTUS}/openai/v1/responses`],
  [
    'a query as it is',
    `${SWEDEN}/openai/v1/chat/completions?a=%20b&a=+&c`,
    `${EASTUS}/openai/v1/chat/completions?a=%20b&a=+&c`,
  ],
  [
    'classic, api-version kept',
    `${SWEDEN}/openai/deployments/gpt/chat/completions?api-version=2024-10-21`,
    `${EASTUS}/openai/deployments/gpt/chat/completions?api-version=2024-10-21`,
  ],
  [
    'classic, another api-version and deployment',
    `${SWEDEN}/openai/deployments/gpt/chat/completions?x=1&api-version=2024-10-21&y=2`,
    `${EASTUS}/openai/deployments/gpt%2Feast%201/chat/completions?x=1&api-version=2025-01-01-preview&y=2`,
    { apiVersion: '2025-01-01-preview', deployments: { gpt: 'gpt/east 1' } },
  ],
  [
    'a deployment whose name is encoded',
    `${SWEDEN}/openai/deployments/my%20dep%2Fx/embeddings?api-version=2024-10-21`,
    `${EASTUS}/openai/deployments/other/embeddings?api-version=2024-10-21`,
    { deployments: { 'my dep/x': 'other' } },
  ],
  [
    'a dated version means nothing to v1',
    `${SWEDEN}/openai/v1/responses?api-version=preview`,
    `${EASTUS}/openai/v1/responses?api-version=preview`,
    { apiVersion: '2024-10-21' },
  ],
  [
    'v1 for v1',
    `${SWEDEN}/openai/v1/responses?api-version=preview`,
    `${EASTUS}/openai/v1/responses?api-version=v1`,
    { apiVersion: 'v1' },
  ],
  [
    'a gateway’s prefix comes on',
    `${SWEDEN}/openai/v1/responses`,
    'https://gw.example.com/eu/aoai/openai/v1/responses',
    { endpoint: 'https://gw.example.com/eu/aoai/' },
  ],
  [
    'a gateway’s prefix comes off',
    'https://gw.example.com/se/openai/v1/responses',
    `${EASTUS}/openai/v1/responses`,
    {},
    { endpoint: 'https://gw.example.com/se' },
  ],
  [
    'a prefix is exchanged on one host',
    'https://gw.example.com/se/openai/v1/responses',
    'https://gw.example.com/us/openai/v1/responses',
    { endpoint: 'https://gw.example.com/us' },
    { endpoint: 'https://gw.example.com/se' },
  ],
  [
    'an endpoint given as a base URL',
    `${SWEDEN}/openai/v1/responses`,
    `${EASTUS}/openai/v1/responses`,
    { endpoint: `${EASTUS}/openai/v1/` },
    { endpoint: `${SWEDEN}/openai/v1` },
  ],
  [
    'a Foundry project stays at home',
    'https://contoso-sweden.services.ai.azure.com/api/projects/p1/openai/v1/responses',
    `${EASTUS}/openai/v1/responses`,
    {},
    { endpoint: 'https://contoso-sweden.services.ai.azure.com' },
  ],
  [
    'a sibling host is the same resource',
    'https://contoso-sweden.cognitiveservices.azure.com/openai/v1/responses',
    `${EASTUS}/openai/v1/responses`,
  ],
  [
    'a sovereign cloud',
    'https://contoso-va.openai.azure.us/openai/v1/responses',
    'https://contoso-az.openai.azure.us/openai/v1/responses',
    { endpoint: 'https://contoso-az.openai.azure.us' },
    { endpoint: 'https://contoso-va.openai.azure.us' },
  ],
  [
    'the models route',
    `${SWEDEN}/models/chat/completions?api-version=2024-05-01-preview`,
    `${EASTUS}/models/chat/completions?api-version=2024-05-01-preview`,
  ],
  [
    'a port',
    'http://127.0.0.1:8081/openai/v1/responses',
    'http://127.0.0.1:8082/openai/v1/responses',
    { endpoint: 'http://127.0.0.1:8082' },
    { endpoint: 'http://127.0.0.1:8081' },
  ],
])('D: the address becomes the target region’s: %s', async (_, from, to, other, home) => {
  const { first, last } = await travel(from, json('{"input":"Hi"}'), other, home);
  expect(first.url).toBe(from);
  expect(last.url).toBe(to);
  expect(last.body).toBe('{"input":"Hi"}');
});

test.each([
  ['Foundry’s models', 'https://contoso.services.ai.azure.com/models', '/chat/completions?api-version=1'],
  ['a gateway’s prefix', 'https://gw.example.com/foo', '/chat/completions'],
  ['a gateway’s prefix with a version', 'https://gw.example.com/foo/v1', '/chat/completions'],
  ['an origin, asked below a version', 'https://gw.example.com', '/v1/chat/completions'],
])('A: a call to %s is sent on when its region fails', async (_, endpoint, path) => {
  const { fetch, clock, requests } = setup({
    regions: [{ name: 'first', endpoint, credential: { apiKey: 'key' } }, 'eastus'],
    script: { first: status(502) },
  });
  expect((await clock.run(fetch(endpoint + path, chat()))).status).toBe(200);
  expect(requests.at(-1)?.url).toContain(EASTUS);
});
