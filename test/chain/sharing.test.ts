import { expect, test } from 'vitest';
import { type HealthStore, memoryStore } from '../../src/index.ts';
import { settled } from '../support/clock.ts';
import { type Answer, after, ok, refused, status, throttled } from '../support/service.ts';
import { CHAT, chat, endpointOf, setup } from '../support/setup.ts';
import { type Member, setupSharing } from '../support/setup-sharing.ts';
import { CHATTING, events, wait } from '../support/stream.ts';

/** Answers that change with the weather. */
function weather(bad: Answer, good: Answer = ok) {
  const state = { isBad: true };
  const answer: Answer = (...args) => (state.isBad ? bad : good)(...args);
  return { state, answer };
}
const asked = (members: readonly Member[]) => members.map((one) => one.asked());

test('T: what one client learns of a region the others know at once', async () => {
  const { members } = setupSharing(3, { script: { sweden: refused } });
  await members[0]?.chat();
  expect(members.map((one) => one.stateOf('sweden'))).toEqual(['open', 'open', 'open']);
  for (const one of members) await one.chat();
  expect(asked(members).slice(1)).toEqual([['eastus'], ['eastus']]);
  const heard = members[1]?.events.filter(({ type }) => type === 'health');
  expect(heard).toMatchObject([{ status: { region: 'sweden', state: 'open' } }]);
});

test('I: what the service asks one client to wait for, all wait for', async () => {
  const { members, clock } = setupSharing(2, { script: { sweden: [throttled(20), ok] } });
  await members[0]?.chat();
  await clock.advance(19_999);
  await members[1]?.chat();
  await clock.advance(2_000);
  await members[1]?.chat();
  expect(members[1]?.asked()).toEqual(['eastus', 'sweden']);
});

test('T: a region that one client takes out is out for all, until it or another lets go of it', async () => {
  const { members, clock } = setupSharing(2);
  members[0]?.fetch.force('sweden', 'out');
  await settled();
  await members[1]?.chat();
  await clock.advance(1_000);
  members[1]?.fetch.force('sweden', 'auto');
  await settled();
  await members[0]?.chat();
  expect(asked(members)).toEqual([['sweden'], ['eastus']]);
});

test('E: a credential that one client is refused is not refused to the others', async () => {
  const { members } = setupSharing(2, { script: { sweden: [status(403), ok] } });
  await members[0]?.chat();
  await members[1]?.chat();
  await members[0]?.chat();
  expect(asked(members)).toEqual([['sweden', 'eastus', 'eastus'], ['sweden']]);
});

test('T: what the second client learns within a second of the first is known within that second', async () => {
  const { members, clock } = setupSharing(3, {
    regions: ['sweden', 'eastus', 'norway'],
    script: { sweden: refused, eastus: throttled(60) },
  });
  await members[0]?.chat();
  await clock.advance(1_000);
  await members[2]?.chat();
  expect(asked(members)[2]).toEqual(['norway']);
});

test('T: a client that comes later begins with what is known', async () => {
  const store = memoryStore();
  const first = setupSharing(1, { script: { sweden: refused }, store });
  await first.members[0]?.chat();
  const second = setupSharing(1, { store });
  await second.members[0]?.fetch.ready;
  expect(second.members[0]?.stateOf('sweden')).toBe('open');
});

/** A client whose name for the deployment is `gpt`, and what it is in Sweden is for each to say. */
function named(deployments: Record<string, string | false>, store: HealthStore, sweden: Answer = ok) {
  const regions = ['sweden', 'eastus'].map((name) => ({
    ...{ name, endpoint: endpointOf(name), credential: { apiKey: 'key' } },
    ...(name === 'sweden' && { deployments }),
  }));
  return setup({ regions, store, script: { sweden } });
}
const missing = status(404, {}, 'The API deployment for this resource does not exist.', 'DeploymentNotFound');

test('T: two clients that give one name to two deployments do not wait for each other’s', async () => {
  const store = memoryStore();
  const first = named({ gpt: 'gpt-4o-big' }, store, throttled(20));
  const second = named({ gpt: 'gpt-4o-mini' }, store);
  const third = named({}, store);
  await first.chat();
  for (const one of [first, second, third]) await one.chat();
  expect([first, second, third].map((one) => one.asked())).toEqual([
    ['sweden', 'eastus', 'eastus'],
    ['sweden'],
    ['sweden'],
  ]);
});

test('T: two clients that give one deployment two names wait for it together', async () => {
  const store = memoryStore();
  const first = named({ talk: 'gpt-4o-big', gpt: 'gpt-4o-big' }, store, throttled(20));
  const second = named({ gpt: 'gpt-4o-big' }, store);
  const third = named({}, store);
  await first.chat();
  await first.chat(chat({}, { model: 'talk' }));
  await second.chat();
  await third.chat(chat({}, { model: 'gpt-4o-big' }));
  expect(Object.keys(first.statusOf('sweden')?.deployments ?? {}).sort()).toEqual(['gpt', 'talk']);
  expect(Object.keys(second.statusOf('sweden')?.deployments ?? {})).toEqual(['gpt']);
  expect([first, second, third].map((one) => one.asked())).toEqual([
    ['sweden', 'eastus', 'eastus'],
    ['eastus'],
    ['eastus'],
  ]);
});

test.each<[string, Record<string, string>]>([
  ['a wrong one', { gpt: 'gtp-4o' }],
  ['none', {}],
])(
  'T: a page that is told the right name of a deployment, where the one before had %s, uses it at once',
  async (_, deployments) => {
    const store = memoryStore();
    const before = named(deployments, store, missing);
    await before.chat();
    await before.fetch.close();
    const after = named({ gpt: 'gpt-4o' }, store);
    await after.fetch.ready;
    await after.chat();
    expect([before.asked(), after.asked()]).toEqual([['sweden', 'eastus'], ['sweden']]);
  },
);

test('T: a region that one client finds to be well again gets its traffic back from all', async () => {
  const { state, answer } = weather(refused);
  const { members, clock } = setupSharing(3, {
    script: { sweden: answer },
    doors: { sweden: weather(refused).answer },
  });
  await members[0]?.chat();
  state.isBad = false;
  await clock.advance(120_000);
  expect(members.map((one) => one.stateOf('sweden'))).toEqual(['half-open', 'half-open', 'half-open']);
});

test.each<[string, Answer, object]>([
  ['JSON', after(1_500, ok), {}],
  ['streams', events(wait(1_500), ...CHATTING), { stream: true }],
])('K: of all clients, one at a time tests a region, and its test is for all (%s)', async (_, good, more) => {
  const { state, answer } = weather(status(500), good);
  const { members, clock, requests } = setupSharing(5, {
    script: { sweden: answer },
    breaker: { successesToClose: 1, rampMs: 0 },
  });
  await members[0]?.chat();
  await clock.advance(30_000);
  state.isBad = false;
  const from = requests.length;
  const calls = members.flatMap(({ fetch }) => [1, 2, 3].map(() => fetch(CHAT, chat({}, more))));
  const bodies = Promise.all(calls.map(async (call) => (await call).text()));
  await settled();
  const regions = requests.slice(from).map(({ region }) => region);
  expect(regions.filter((name) => name === 'sweden')).toHaveLength(1);
  expect(regions).toHaveLength(calls.length);
  await clock.run(bodies);
  const from2 = requests.length;
  for (const one of members) await one.chat();
  expect(requests.slice(from2).map(({ region }) => region)).toEqual(members.map(() => 'sweden'));
});

test('N: of all clients, one at a time asks whether a region can be reached', async () => {
  const door = weather(refused, after(500, status(401)));
  const { members, clock, questions, requests } = setupSharing(5, {
    script: { sweden: [refused, refused, ok] },
    doors: { sweden: door.answer },
  });
  await members[0]?.chat();
  await clock.advance(30_000);
  door.state.isBad = false;
  const from = requests.length;
  const calls = members.flatMap(({ fetch }) => [1, 2, 3].map(() => fetch(CHAT, chat())));
  await settled();
  expect(questions).toHaveLength(1);
  await clock.run(Promise.all(calls));
  expect(requests.slice(from).map(({ region }) => region)).toEqual(calls.map(() => 'eastus'));
  await clock.advance(500);
  expect(questions).toHaveLength(1);
});

test('K: the next client tests a region when the one that did has given up', async () => {
  const { state, answer } = weather(status(500), after(1_500, ok));
  const { members, clock } = setupSharing(2, { script: { sweden: answer } });
  await members[0]?.chat();
  await clock.advance(30_000);
  state.isBad = false;
  const caller = new AbortController();
  const given = members[0]?.fetch(CHAT, chat({ signal: caller.signal })).catch(() => 'given up');
  await settled();
  caller.abort();
  expect(await given).toBe('given up');
  const from = members[1]?.requests.length;
  await members[1]?.chat();
  expect(members[1]?.asked().slice(from)).toEqual(['sweden']);
});

/** A store that takes its time to say who may test a region, as long as it is told. */
function slowToGrant() {
  const inner = memoryStore();
  const wait = { ms: 0, sleep: async (_: number): Promise<void> => {} };
  const store: HealthStore = {
    ...inner,
    async claim(region) {
      await wait.sleep(wait.ms);
      return inner.claim?.(region);
    },
  };
  return { store, wait };
}

test('K: a region that was tested while a call waited for its turn is not tested again', async () => {
  const { store, wait } = slowToGrant();
  const { members, clock, requests } = setupSharing(4, { script: { sweden: status(500) }, store });
  wait.sleep = clock.sleep;
  await members[0]?.chat();
  await clock.advance(30_000);
  const from = requests.length;
  const calls = members.map(({ fetch }, index) => {
    wait.ms = 20 * (index + 1);
    return fetch(CHAT, chat());
  });
  await clock.run(Promise.all(calls));
  const asked = requests.slice(from).map(({ region }) => region);
  expect(asked.toSorted()).toEqual(['eastus', 'eastus', 'eastus', 'eastus', 'sweden']);
  // Whoever did not test it after all keeps nobody from it, nor itself.
  for (const one of members) {
    await clock.advance(120_000);
    const before = one.requests.length;
    await one.chat();
    expect(one.asked().slice(before)).toEqual(['sweden', 'eastus']);
  }
});

test('N: a region that was asked while a client waited for its turn is not asked again', async () => {
  const { store, wait } = slowToGrant();
  const doors = { sweden: refused };
  const { members, clock, questions } = setupSharing(4, { script: { sweden: refused }, doors, store });
  wait.sleep = clock.sleep;
  await members[0]?.chat();
  await clock.advance(30_000);
  const calls = members.map(({ fetch }, index) => {
    wait.ms = 20 * (index + 1);
    return fetch(CHAT, chat());
  });
  await clock.run(Promise.all(calls));
  await clock.advance(1_000);
  expect(questions).toHaveLength(1);
  expect(members.map((one) => one.stateOf('sweden'))).toEqual(['open', 'open', 'open', 'open']);
});

/** A store of which everybody hears what others save later. */
function late(store: HealthStore, ms: number, sleep: (ms: number) => Promise<void>): HealthStore {
  return {
    ...store,
    subscribe: (listener) =>
      store.subscribe?.((snapshot) => void sleep(ms).then(() => listener(snapshot))) ?? (() => {}),
  };
}

test('T: what comes in late does not undo what was learned since', async () => {
  const shared = memoryStore();
  const sleeps: ((ms: number) => Promise<void>)[] = [];
  const { members, clock } = setupSharing(2, {
    store: () => late(shared, 20_000, (ms) => sleeps[0]?.(ms) ?? Promise.resolve()),
    script: { sweden: [refused, ok, ok, ok] },
    timeouts: { livenessMs: 0 },
  });
  sleeps.push(clock.sleep);
  await members[0]?.chat();
  await members[1]?.chat();
  await clock.advance(1_000);
  // The second takes it out; what the first saw before that comes in later.
  members[1]?.fetch.force('sweden', 'out');
  await clock.advance(40_000);
  expect(members.map(({ fetch }) => fetch.regions().find(({ region }) => region === 'sweden')?.forced)).toEqual([
    'out',
    'out',
  ]);
});

test.each([-600_000, 600_000])(
  'T: when the clock is set by %i ms, each goes on learning, and soon they share again',
  async (ms) => {
    const { state, answer } = weather(refused);
    const { members, clock } = setupSharing(2, { script: { sweden: answer } });
    const states = () => members.map((one) => one.stateOf('sweden'));
    const recover = async (): Promise<void> => {
      state.isBad = false;
      for (let i = 0; i < 10; i++) {
        await clock.advance(31_000);
        for (const one of members) await one.chat();
      }
      expect(states()).toEqual(['closed', 'closed']);
      state.isBad = true;
    };
    await members[0]?.chat();
    expect(states()).toEqual(['open', 'open']);
    clock.jump(ms);
    await recover();
    for (const one of members) await one.chat();
    expect(states()).toEqual(['open', 'open']);
    await recover();
    await clock.advance(600_000);
    await members[0]?.chat();
    expect(states()).toEqual(['open', 'open']);
  },
);

test('T: a client that was closed hears nothing any more, and keeps nothing alive', async () => {
  for (const turns of [0, 1, 2, 5]) {
    const listeners = new Set<unknown>();
    const inner = memoryStore();
    const store: HealthStore = {
      ...inner,
      subscribe(listener) {
        listeners.add(listener);
        const leave = inner.subscribe?.(listener);
        return () => {
          listeners.delete(listener);
          leave?.();
        };
      },
    };
    const { members, clock } = setupSharing(1, { store });
    for (let i = 0; i < turns; i++) await Promise.resolve();
    await clock.run(members[0]?.fetch.close() ?? Promise.resolve());
    await settled();
    expect([turns, listeners.size]).toEqual([turns, 0]);
    expect(clock.open).toBe(0);
  }
});

test('T: of a fleet, what others hold to be down is tested by one call of one’s own, while all others go elsewhere', async () => {
  const shared = memoryStore();
  const { members, clock } = setupSharing(2, {
    store: { ...shared, trust: 'fleet' },
    // From where the second one is, it is not down.
    script: { sweden: [status(500), status(500), after(1_000, ok)] },
  });
  await members[0]?.chat();
  expect(members[1]?.fetch.regions().find(({ region }) => region === 'sweden')?.deployments).toEqual({});
  const second = members[1];
  const calls = [1, 2, 3].map(() => second?.fetch(CHAT, chat()));
  await settled();
  expect(second?.asked().toSorted()).toEqual(['eastus', 'eastus', 'sweden']);
  await clock.run(Promise.all(calls));
  const from = second?.requests.length;
  await second?.chat();
  expect(second?.asked().slice(from)).toEqual(['sweden']);
  // And what it found out does not overrule what the first one saw.
  await members[0]?.chat();
  expect(members[0]?.asked().at(-1)).toBe('eastus');
});
