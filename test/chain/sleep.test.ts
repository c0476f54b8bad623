import { expect, test } from 'vitest';
import { defaults } from '../../src/options.ts';
import { after, ok, refused, silence, status } from '../support/service.ts';
import { CHAT, chat, endpointOf, type Given, outcomeOf, setup } from '../support/setup.ts';

const { livenessMs } = defaults.timeouts;
const NIGHT = 8 * 60_000;

/** A call that is under way for `ms` when the machine falls asleep. */
async function asleep(ms: number, world: Given) {
  const made = setup(world);
  const { fetch, clock } = made;
  const answer = fetch(CHAT, chat());
  await clock.advance(ms);
  clock.jump(NIGHT);
  return { ...made, outcome: await outcomeOf(clock.run(answer)) };
}

test.each([
  ['while it waits', 1_000, {}],
  ['while it waits for what is known to be alive', livenessMs + 1_000, {}],
  ['while it is asked whether it is alive', livenessMs + 100, { sweden: silence }],
])('J: what a night asleep broke off is sent again, and teaches nothing: %s', async (_, ms, doors) => {
  const { outcome, asked, heard, fetch, left } = await asleep(ms, { script: { sweden: after(60_000, ok) }, doors });
  if ('error' in outcome) throw outcome.error;
  expect(await outcome.response.json()).toEqual({ answered: 'contoso-eastus' });
  expect(asked()).toEqual(['sweden', 'eastus']);
  expect(heard('attempt')[0]?.record.verdict).toMatchObject({ kind: 'network', blame: 'nobody', worked: 'maybe' });
  expect(heard('health')).toEqual([]);
  expect(fetch.regions()[0]).toMatchObject({ region: 'sweden', state: 'closed', deployments: {} });
  expect(left()).toEqual([]);
});

test('J: a region that a night came over is as clean as before: a blink there gets its second try', async () => {
  const { chat: ask, asked } = await asleep(1_000, { script: { sweden: [silence, refused, ok] } });
  const before = asked().length;
  await ask();
  expect(asked().slice(before)).toEqual(['sweden', 'sweden']);
});

test('J: after a night asleep, what must not be done twice is not', async () => {
  const { fetch, clock, requests, heard } = setup({ script: { sweden: silence } });
  const answer = outcomeOf(fetch(CHAT.replace('chat/completions', 'files'), { method: 'POST', body: '{}' }));
  await clock.advance(1_000);
  clock.jump(NIGHT);
  await clock.advance(0);
  expect(await answer).toMatchObject({ error: { name: 'FailoverError' } });
  expect(requests).toHaveLength(1);
  expect(heard('health')).toEqual([]);
});

test('J: a night that was longer than the call may take is a matter of time', async () => {
  const { fetch, clock, asked } = setup({ script: { sweden: silence } });
  const answer = outcomeOf(fetch(CHAT, chat()));
  await clock.advance(1_000);
  clock.jump(8 * 3_600_000);
  await clock.advance(0);
  expect(await answer).toMatchObject({ error: { code: 'ERR_TIMEOUT' } });
  expect(asked()).toEqual(['sweden']);
});

test('J: a timer that is late, as in a page that nobody looks at, is no night: the region is asked as usual', async () => {
  const { fetch, clock, asked, questions } = setup({ script: { sweden: after(60_000, ok) } });
  const answer = fetch(CHAT, chat());
  await clock.advance(1_000);
  clock.jump(20_000);
  expect((await clock.run(answer)).status).toBe(200);
  expect(asked()).toEqual(['sweden']);
  expect(questions.length).toBeGreaterThan(0);
});

test('J: a failure that comes with the night is not held against anybody either', async () => {
  const { fetch, clock, heard } = setup({
    script: {
      sweden: async (sent, clock) => {
        await clock.sleep(2_000);
        return refused(sent, clock);
      },
    },
  });
  const answer = fetch(CHAT, chat());
  await clock.advance(1_000);
  clock.jump(NIGHT);
  expect((await clock.run(answer)).status).toBe(200);
  expect(heard('health')).toEqual([]);
});

test('J: a night that fell while the request’s own body was read does not make it a request that cannot be sent', async () => {
  const { fetch, clock } = setup();
  const body = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(9)) });
  const answer = outcomeOf(fetch(CHAT, { method: 'POST', body, duplex: 'half' } as RequestInit));
  await clock.advance(1_000);
  clock.jump(3 * 3_600_000);
  await clock.advance(0);
  const outcome = await answer;
  expect(outcome).toMatchObject({ error: { name: 'FailoverError' } });
  expect(outcome).not.toMatchObject({ error: { code: 'ERR_INVALID_REQUEST' } });
});

test('J: an error that the service sent before the night is judged as what it is', async () => {
  const { outcome, asked } = await asleep(0, { script: { sweden: status(400) } });
  expect(outcome).toMatchObject({ response: { status: 400 } });
  expect(asked()).toEqual(['sweden']);
});

test('J: a night asleep while a token is awaited is not the token source’s failure', async () => {
  let asked = 0;
  const getToken = () =>
    asked++ === 0 ? new Promise<never>(() => {}) : Promise.resolve({ token: 't0', expiresAt: Number.MAX_SAFE_INTEGER });
  const regions = ['sweden', 'eastus'].map((name) => ({ name, endpoint: endpointOf(name), credential: { getToken } }));
  const { outcome, heard } = await asleep(1_000, { regions });
  expect('response' in outcome && outcome.response.status).toBe(200);
  expect(heard('attempt')[0]?.record.verdict).toMatchObject({ blame: 'nobody' });
});
