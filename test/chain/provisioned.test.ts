import { expect, test } from 'vitest';
import type { RegionOptions } from '../../src/index.ts';
import { ok, throttled } from '../support/service.ts';
import { endpointOf, keyOf, setup } from '../support/setup.ts';

const credential = { apiKey: keyOf('sweden') };
const regions: readonly RegionOptions[] = [
  { name: 'sweden-ptu', endpoint: endpointOf('sweden'), credential, deployments: { gpt: 'gpt-ptu' } },
  { name: 'sweden', endpoint: endpointOf('sweden'), credential },
  { name: 'eastus', endpoint: endpointOf('eastus'), credential: { apiKey: keyOf('eastus') } },
];
const models = (requests: readonly { readonly body: unknown }[]): readonly string[] =>
  requests.map(({ body }) => JSON.parse(String(body)).model);

test('I: what a provisioned deployment throttles spills over to the one beside it, and is back after its 43 ms', async () => {
  const { chat, clock, requests, heard } = setup({ regions, script: { 'sweden-ptu': [throttled(0.043), ok] } });
  expect((await chat()).status).toBe(200);
  await clock.advance(100);
  expect((await chat()).status).toBe(200);
  expect(models(requests)).toEqual(['gpt-ptu', 'gpt', 'gpt-ptu']);
  expect(heard('attempt').map(({ record }) => record.region)).toEqual(['sweden-ptu', 'sweden', 'sweden-ptu']);
});

test('D: one endpoint may be listed twice, with other deployments, and no other way', () => {
  expect(() => setup({ regions })).not.toThrow();
  const twice = regions.map(({ deployments: _, ...rest }) => rest);
  expect(() => setup({ regions: twice })).toThrow(
    /regions\[1\]\.endpoint must be an endpoint that no other region has/,
  );
});
