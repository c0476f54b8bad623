import { expect, test } from 'vitest';
import { type Answer, ok, refused, type Sent, status, throttled } from '../support/service.ts';
import { BUSY, endpointOf, setup } from '../support/setup.ts';

const model = (name: string): RequestInit => ({ body: JSON.stringify({ model: name }) });
const modelOf = ({ body }: Sent): string => JSON.parse(String(body)).model;
/** Fails calls for one deployment only. */
const failing =
  (name: string, answer: Answer): Answer =>
  (sent, clock) =>
    (modelOf(sent) === name ? answer : ok)(sent, clock);

test('H: a server-error concerns the deployment in that region, and no other one', async () => {
  const {
    chat: ask,
    asked,
    statusOf,
  } = setup({
    script: { sweden: failing('gpt', status(500)) },
    callsPerSecond: BUSY,
  });
  await ask(model('o3'));
  for (let i = 0; i < 5; i++) await ask(model('gpt'));
  expect(statusOf('sweden')).toMatchObject({ state: 'closed', deployments: { gpt: { cause: 'server-error' } } });
  const before = asked().length;
  await ask(model('gpt'));
  await ask(model('o3'));
  await ask(model('never seen'));
  expect(asked().slice(before)).toEqual(['eastus', 'sweden', 'sweden']);
});

test.each([
  ['connect', refused],
  ['gateway', status(502)],
])('H: a %s concerns the region, with every deployment in it', async (cause, answer) => {
  const {
    chat: ask,
    asked,
    statusOf,
  } = setup({
    script: { sweden: failing('gpt', answer) },
    callsPerSecond: BUSY,
  });
  await ask(model('o3'));
  for (let i = 0; i < 3; i++) await ask(model('gpt'));
  expect(statusOf('sweden')).toMatchObject({ state: 'open', cause, deployments: {} });
  const before = asked().length;
  await ask(model('o3'));
  expect(asked().slice(before)).toEqual(['eastus']);
});

test('H: a region whose every known deployment is out is shown as open, although it would take another one', async () => {
  const { chat: ask, asked, statusOf } = setup({ script: { sweden: failing('gpt', status(500)) } });
  await ask(model('gpt'));
  expect(statusOf('sweden')).toMatchObject({
    state: 'open',
    cause: 'server-error',
    deployments: { gpt: { cause: 'server-error' } },
  });
  await ask(model('o3'));
  expect(asked().at(-1)).toBe('sweden');
  expect(statusOf('sweden')?.state).toBe('closed');
});

test('H: a deployment that is out is tested by itself, while the others go on as ever', async () => {
  const {
    chat: ask,
    clock,
    asked,
    heard,
    statusOf,
    questions,
  } = setup({
    script: { sweden: failing('gpt', (...args) => (well ? ok : status(500))(...args)) },
  });
  let well = false;
  await ask(model('o3'));
  await ask(model('gpt'));
  await ask(model('gpt'));
  const until = statusOf('sweden')?.deployments['gpt']?.until ?? 0;
  await clock.advance(until - clock.now());
  well = true;
  const before = asked().length;
  await ask(model('o3'));
  await ask(model('gpt'));
  await ask(model('gpt'));
  expect(asked().slice(before)).toEqual(['sweden', 'sweden', 'sweden']);
  expect(
    heard('attempt')
      .slice(before)
      .map(({ record }) => record.kind),
  ).toEqual(['first', 'probe', 'probe']);
  expect(statusOf('sweden')).toMatchObject({ state: 'closed', deployments: {} });
  // A front door says nothing of a model.
  expect(questions).toEqual([]);
});

test('H: a server-error shows that the region can be reached: it closes what was open for want of a connection', async () => {
  const {
    chat: ask,
    clock,
    asked,
    statusOf,
  } = setup({
    script: { sweden: [refused, status(500)] },
    retry: { attempts: 2 },
    breaker: { rampMs: 0 },
  });
  await ask(model('gpt'));
  expect(statusOf('sweden')).toMatchObject({ state: 'open', cause: 'connect' });
  await clock.advance(30_000);
  for (const name of ['gpt', 'o3', 'o4']) await ask(model(name));
  expect(statusOf('sweden')).toMatchObject({ state: 'closed' });
  expect(asked().slice(-4)).toEqual(['sweden', 'eastus', 'sweden', 'eastus']);
});

test('H: a deployment is known by the name that the caller says, whatever a region calls it', async () => {
  const { chat: ask, statusOf } = setup({
    script: { sweden: status(500) },
    regions: ['sweden', 'eastus'].map((name) => ({
      name,
      endpoint: endpointOf(name),
      credential: { apiKey: 'key' },
      deployments: { gpt: `gpt-${name}` },
    })),
  });
  await ask(model('gpt'));
  expect(Object.keys(statusOf('sweden')?.deployments ?? {})).toEqual(['gpt']);
});

/** Whether sweden is open after calls that go to each region in turn, some of which their first region fails. */
async function afterFlakes(sweden: readonly boolean[], eastus: readonly boolean[]): Promise<string | undefined> {
  const fails = { sweden, eastus };
  const first = { sweden: 0, eastus: 0 };
  const answer =
    (name: keyof typeof fails): Answer =>
    (sent, clock) => {
      const isFirst = sent.headers.get('x-first') === name;
      const nth = isFirst ? first[name]++ % fails[name].length : 0;
      return (isFirst && fails[name][nth] ? status(500) : ok)(sent, clock);
    };
  const { chat: ask, stateOf } = setup({
    script: { sweden: answer('sweden'), eastus: answer('eastus') },
    strategy: (regions, { headers }) => (headers.get('x-first') === 'eastus' ? [...regions].reverse() : regions),
    retry: { sameRegion: 0 },
    callsPerSecond: BUSY,
  });
  for (let i = 0; i < 100 && stateOf('sweden') === 'closed'; i++) {
    const headers = { 'content-type': 'application/json', 'x-first': i % 2 === 0 ? 'sweden' : 'eastus' };
    expect((await ask({ headers })).status).toBe(200);
  }
  return stateOf('sweden');
}

test('H: a third of failures opens a deployment where another region fares twice as well with it, and only there', async () => {
  expect(await afterFlakes([true, false, true, false, false], [false])).toBe('open');
  expect(await afterFlakes([true, false, false, false, false], [false])).toBe('closed');
  expect(await afterFlakes([true, false], [true, false])).toBe('closed');
});

const pooled = (...names: string[]) =>
  names.map((name) => ({
    name,
    endpoint: endpointOf(name),
    credential: { apiKey: 'key' },
    ...(name !== 'france' && { pool: 'global' }),
  }));
const full = status(
  503,
  { 'retry-after': '20' },
  'The service is temporarily unable to process your request.',
  'NoCapacity',
);

test('I: a pool that is full is full for all regions that draw on it: none of them is asked', async () => {
  const {
    chat: ask,
    asked,
    statusOf,
  } = setup({
    regions: pooled('sweden', 'eastus', 'france'),
    script: { sweden: failing('gpt', full) },
  });
  expect((await ask(model('gpt'))).status).toBe(200);
  expect(asked()).toEqual(['sweden', 'france']);
  for (const name of ['sweden', 'eastus'])
    expect(statusOf(name)).toMatchObject({ state: 'closed', deployments: { gpt: { cause: 'no-capacity' } } });
  expect(statusOf('france')?.deployments).toEqual({});
  await ask(model('o3'));
  expect(asked().at(-1)).toBe('sweden');
});

test('I: a quota that is used up is one region’s own, whatever pool it draws on', async () => {
  const {
    chat: ask,
    asked,
    statusOf,
  } = setup({
    regions: pooled('sweden', 'eastus', 'france'),
    script: { sweden: throttled(20) },
  });
  await ask();
  expect(asked()).toEqual(['sweden', 'eastus']);
  expect(statusOf('eastus')?.deployments).toEqual({});
});
