import { expect, test } from 'vitest';
import { type Answer, ok, refused, type Sent, status, throttled } from '../support/service.ts';
import { endpointOf, setup } from '../support/setup.ts';

const modelOf = ({ body }: Sent): string => JSON.parse(String(body)).model;
const credential = { apiKey: 'key' };
/** One resource that has two deployments of a model, and another one in another region. */
const REGIONS = [
  { name: 'sweden', endpoint: endpointOf('sweden'), credential, deployments: { gpt: 'ptu' } },
  { name: 'sweden, as it comes', endpoint: endpointOf('sweden'), credential, deployments: { gpt: 'payg' } },
  { name: 'eastus', endpoint: endpointOf('eastus'), credential },
];
/** What each deployment in Sweden answers. */
const sweden =
  (answers: Readonly<Record<string, Answer>>): Answer =>
  (sent, clock) =>
    (answers[modelOf(sent)] ?? ok)(sent, clock);

test('I: what a provisioned deployment throttles spills over to another one of its resource, and comes back', async () => {
  const { chat: ask, clock, requests } = setup({ regions: REGIONS, script: { sweden: sweden({ ptu: throttled(5) }) } });
  for (let i = 0; i < 3; i++) expect((await ask()).status).toBe(200);
  await clock.advance(6_000);
  await ask();
  expect(requests.map(modelOf)).toEqual(['ptu', 'payg', 'payg', 'payg', 'ptu', 'payg']);
});

test('H: a deployment that fails inside leaves the other one of its resource as it is', async () => {
  const {
    chat: ask,
    requests,
    stateOf,
  } = setup({ regions: REGIONS, script: { sweden: sweden({ ptu: status(500) }) } });
  for (let i = 0; i < 5; i++) expect((await ask()).status).toBe(200);
  expect([stateOf('sweden'), stateOf('sweden, as it comes')]).toEqual(['open', 'closed']);
  expect(requests.at(-1)?.host).toContain('sweden');
});

test('L: when the resource cannot be reached, the other region is asked', async () => {
  const { chat: ask, requests } = setup({ regions: REGIONS, script: { sweden: refused } });
  for (let i = 0; i < 5; i++) expect((await ask()).status).toBe(200);
  expect(requests.at(-1)?.host).toContain('eastus');
});

test('J: one resource that is listed twice is nothing to compare with', async () => {
  const { chat: ask } = setup({ regions: REGIONS.slice(0, 2), script: { sweden: refused } });
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_ALL_REGIONS_FAILED' });
});
