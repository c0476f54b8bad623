import { expect, test, vi } from 'vitest';
import { pretend } from '../support/platform.ts';
import {
  type Answer,
  after,
  failedToFetch,
  ok,
  refused,
  reset,
  type Script,
  silence,
  status,
  throttled,
} from '../support/service.ts';
import { BUSY, CHAT, chat, type Given, outcomeOf, setup } from '../support/setup.ts';

const page: Answer = () => new Response('<h1>Sign in</h1>', { headers: { 'content-type': 'text/html' } });
const isClosed = { state: 'closed', deployments: {} };

/** Ways in which a client's own network fails. */
const LOCAL: [string, Script, Script?][] = [
  ['connections are refused', { sweden: refused, eastus: refused }],
  ['connections break', { sweden: reset, eastus: reset }],
  ['fetch fails, as in a browser', { sweden: failedToFetch, eastus: failedToFetch }],
  ['nothing answers', { sweden: silence, eastus: silence }, { sweden: silence, eastus: silence }],
  ['a page stands in for the service', { sweden: page, eastus: page }],
  ['one is refused, the other silent', { sweden: refused, eastus: silence }, { eastus: silence }],
];

test.each<[string, Script, Script?]>(LOCAL)(
  'J: when %s in all regions, it is the client’s own network: ERR_OFFLINE, one round, nothing learned',
  async (_, script, doors = {}) => {
    const save = vi.fn(async () => {});
    const {
      chat: ask,
      fetch,
      asked,
      heard,
      left,
    } = setup({ script, doors, store: { load: async () => undefined, save } });
    await expect(ask()).rejects.toMatchObject({ name: 'FailoverError', code: 'ERR_OFFLINE' });
    expect(asked().filter((name, index) => name !== asked()[index - 1])).toEqual(['sweden', 'eastus']);
    expect(heard('wait')).toEqual([]);
    expect(heard('health')).toEqual([]);
    expect(fetch.regions()).toMatchObject([
      { region: 'sweden', ...isClosed },
      { region: 'eastus', ...isClosed },
    ]);
    expect(save).not.toHaveBeenCalled();
    expect(left()).toEqual([]);
  },
);

test.each<[string, Script, Script?]>(LOCAL)(
  'J: when %s in all regions, the message says no more than is known',
  async (_, script, doors = {}) => {
    const { chat: ask } = setup({ script, doors });
    await expect(ask()).rejects.toThrow(/^No region can be reached, perhaps because of this client’s network \(/);
  },
);

test('J: however many calls fail while the client is offline, the next one goes to the first region', async () => {
  let online = false;
  const answer: Answer = (...args) => (online ? ok : refused)(...args);
  const { chat: ask, clock, asked, fetch } = setup({ script: { sweden: answer, eastus: answer } });
  for (let i = 0; i < 20; i++) {
    await expect(ask()).rejects.toMatchObject({ code: 'ERR_OFFLINE' });
    await clock.advance(5_000);
  }
  online = true;
  const before = asked().length;
  expect((await ask()).status).toBe(200);
  expect(asked().slice(before)).toEqual(['sweden']);
  expect(fetch.regions()[0]).toMatchObject({ region: 'sweden', ...isClosed });
});

test('J: while no region can be reached, a call tries one, and one question finds out about the next', async () => {
  const {
    fetch,
    chat: ask,
    clock,
    asked,
    questions,
  } = setup({
    script: { sweden: refused, eastus: refused },
    doors: { eastus: refused },
  });
  await outcomeOf(ask());
  const [before, was] = [asked().length, questions.length];
  await clock.advance(10_000);
  const calls = Array.from({ length: 20 }, () => outcomeOf(fetch(CHAT, chat())));
  for (const outcome of await clock.run(Promise.all(calls)))
    expect(outcome).toMatchObject({ error: { code: 'ERR_OFFLINE' } });
  expect(asked().slice(before)).toEqual(Array.from({ length: 20 }, () => 'sweden'));
  expect(questions.slice(was).map(({ region }) => region)).toEqual(['eastus']);
});

test('J: while no region can be reached, the one whose front door answers is tried', async () => {
  const { chat: ask, asked, statusOf } = setup({ script: { sweden: refused, eastus: [refused, refused, ok] } });
  await outcomeOf(ask());
  const before = asked().length;
  expect((await ask()).status).toBe(200);
  expect(asked().slice(before)).toEqual(['sweden', 'eastus']);
  expect(statusOf('sweden')).toMatchObject(isClosed);
});

test('J: what was sent before the network came back teaches nothing, whenever it ends', async () => {
  let online = false;
  const answer: Answer = (...args) => (online ? ok : refused)(...args);
  const {
    fetch,
    chat: ask,
    clock,
    asked,
  } = setup({
    script: { sweden: [after(2_000, refused), answer], eastus: answer },
  });
  const hanging = fetch(CHAT, chat());
  await clock.advance(100);
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_OFFLINE' });
  online = true;
  await ask();
  expect((await clock.run(hanging)).status).toBe(200);
  expect(asked().slice(-2)).toEqual(['sweden', 'eastus']);
  expect(fetch.regions()[0]).toMatchObject({ region: 'sweden', ...isClosed });
});

test('J: one of three regions answers, so the two others are to blame', async () => {
  const {
    chat: ask,
    asked,
    heard,
    statusOf,
  } = setup({
    regions: ['sweden', 'eastus', 'france'],
    script: { sweden: refused, eastus: failedToFetch },
  });
  expect((await ask()).status).toBe(200);
  expect(statusOf('sweden')).toMatchObject({ state: 'open', cause: 'connect' });
  expect(heard('health').map(({ status: { region } }) => region)).toEqual(['sweden']);
  await ask();
  expect(asked().slice(-2)).toEqual(['eastus', 'france']);
  expect(statusOf('eastus')).toMatchObject({ state: 'open', cause: 'network' });
});

test.each<[string, Answer]>([
  ['a 400', status(400)],
  ['a 429', throttled(60)],
  ['a 500', status(500)],
  ['a 401', status(401)],
])('J: any answer shows that the client’s network is up: %s', async (_, answer) => {
  const { chat: ask, statusOf } = setup({ script: { sweden: refused, eastus: answer } });
  expect((await ask()).ok).toBe(false);
  expect(statusOf('sweden')).toMatchObject({ state: 'open', cause: 'connect' });
});

test('J: until another region has answered, a region that failed is suspected: it comes after the others', async () => {
  const { fetch, clock, asked, stateOf } = setup({ script: { sweden: refused, eastus: [after(500, ok), ok] } });
  const first = fetch(CHAT, chat());
  await clock.advance(100);
  expect(stateOf('sweden')).toBe('closed');
  expect(fetch.regions().map(({ region }) => region)).toEqual(['eastus', 'sweden']);
  const second = fetch(CHAT, chat());
  await clock.advance(0);
  expect(asked()).toEqual(['sweden', 'sweden', 'eastus', 'eastus']);
  // The second call's answer comes first, and proves it.
  expect(stateOf('sweden')).toBe('open');
  await clock.run(Promise.all([first, second]));
});

test('J: an answer from the suspected region itself does not blame it: it came back with the network', async () => {
  const { fetch, clock, statusOf } = setup({
    script: { sweden: [refused, refused, ok], eastus: after(500, ok) },
  });
  const first = fetch(CHAT, chat());
  await clock.advance(100);
  fetch.force('eastus', 'out');
  expect((await clock.run(fetch(CHAT, chat()))).status).toBe(200);
  expect(statusOf('sweden')).toMatchObject(isClosed);
  fetch.force('eastus', 'auto');
  await clock.run(first);
  expect(statusOf('sweden')).toMatchObject(isClosed);
});

test('J: an answer half a minute later says nothing any more of the network as it was', async () => {
  const files = CHAT.replace('chat/completions', 'files');
  const world: Given = { script: { sweden: [reset, reset, ok] } };
  for (const [ms, state] of [
    [29_000, 'open'],
    [31_000, 'closed'],
  ] as const) {
    const { chat: ask, fetch, clock, stateOf } = setup(world);
    // Not sent twice, so it fails in one region only; twice, as one broken connection is not enough.
    for (let i = 0; i < 2; i++) {
      await outcomeOf(clock.run(fetch(files, { method: 'POST', body: '{}' })));
      fetch.force('sweden', 'in');
    }
    fetch.force('sweden', 'auto');
    await clock.advance(ms);
    expect(stateOf('sweden')).toBe('closed');
    await ask();
    expect(stateOf('sweden')).toBe(state);
  }
});

test.each<[string, Answer]>([
  ['500', status(500)],
  ['502', status(502)],
  ['503', status(503)],
])('J: a poisonous request, which ends in a %s everywhere, is nobody else’s fault', async (_, answer) => {
  const { chat: ask, fetch, asked, heard } = setup({ script: { sweden: answer, eastus: answer } });
  for (let i = 0; i < 20; i++) expect((await ask()).ok).toBe(false);
  expect(fetch.regions()).toMatchObject([
    { region: 'sweden', ...isClosed },
    { region: 'eastus', ...isClosed },
  ]);
  expect(heard('health')).toEqual([]);
  expect(asked()).toContain('eastus');
});

test('J: where regions fail a request differently, each is to blame', async () => {
  const { chat: ask, stateOf } = setup({ script: { sweden: status(500), eastus: status(502) } });
  for (let i = 0; i < 3; i++) await ask();
  expect([stateOf('sweden'), stateOf('eastus')]).toEqual(['open', 'open']);
});

test('J: what another region answered well was no poison', async () => {
  const { chat: ask, stateOf } = setup({ script: { sweden: status(500) }, callsPerSecond: BUSY });
  for (let i = 0; i < 10; i++) await ask();
  expect(stateOf('sweden')).toBe('open');
});

test.each<[string, Answer]>([
  ['refused', refused],
  ['500', status(500)],
  ['silent', silence],
])(
  'J: with one region configured nothing ever opens: there is nothing to compare with, and nowhere to go (%s)',
  async (_, answer) => {
    const {
      chat: ask,
      heard,
      stateOf,
    } = setup({ script: { sweden: answer }, doors: { sweden: silence }, regions: ['sweden'] });
    for (let i = 0; i < 10; i++) await outcomeOf(ask());
    expect(stateOf('sweden')).toBe('closed');
    expect(heard('health')).toEqual([]);
  },
);

test('J: the one region that is configured cannot tell whose network it is: ERR_ALL_REGIONS_FAILED', async () => {
  const { chat: ask } = setup({ script: { sweden: refused }, regions: ['sweden'] });
  await expect(ask()).rejects.toMatchObject({ code: 'ERR_ALL_REGIONS_FAILED' });
});

test('J: where the platform says that there is no network, and nothing was reached, the call is over', async () => {
  pretend('server', false);
  for (const answer of [refused, reset, failedToFetch]) {
    const { chat: ask, asked, heard, fetch } = setup({ script: { sweden: answer } });
    await expect(ask()).rejects.toMatchObject({
      code: 'ERR_OFFLINE',
      message: expect.stringMatching(/^This client seems to be offline \(/),
    });
    expect(asked()).toEqual(['sweden']);
    expect(heard('attempt')[0]?.record.verdict).toMatchObject({ kind: 'offline', blame: 'nobody' });
    expect(heard('health')).toEqual([]);
    expect(fetch.regions()[0]).toMatchObject({ region: 'sweden', ...isClosed });
  }
});

test('J: a platform that says so may be wrong: what is answered counts', async () => {
  pretend('server', false);
  const well = setup();
  expect((await well.chat()).status).toBe(200);
  const failing = setup({ script: { sweden: status(503) } });
  expect((await failing.chat()).status).toBe(200);
  expect(new Set(failing.asked())).toEqual(new Set(['sweden', 'eastus']));
});
