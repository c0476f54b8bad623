import { expect, test } from 'vitest';
import { explain } from '../../src/index.ts';
import { ok, type Script, status } from '../support/service.ts';
import { BUSY, CHAT, type Given } from '../support/setup.ts';
import * as sse from '../support/stream.ts';
import { breaks, CHATTING, events, readAll, stalls, streamed, streaming, wait, word } from '../support/stream.ts';

const good = events(...CHATTING);
const torn = events(word('a'));
const lost = events(word('a'), breaks);
const long = events(word('a'), wait(5_000), word('b'), sse.FINISH, sse.DONE);

/** A deployment that is open, and whose next call is its probe. */
async function due(probe: Script[string], more: Given = {}) {
  const world = streaming({ script: { sweden: [status(500), status(500), ...[probe].flat()] }, ...more });
  await world.chat();
  await world.clock.advance(world.openMs('sweden'));
  return world;
}

test('R: a stream that goes on is in flight, and one that has ended is not', async () => {
  const { ask, read, inFlight } = streaming({ script: { sweden: long } });
  const response = await ask();
  expect(inFlight('sweden')).toBe(1);
  await read(response);
  expect(inFlight('sweden')).toBe(0);
});

test('R: a stream whose last event was read is over, whoever reads on', async () => {
  const { ask, inFlight } = streaming({ script: { sweden: good } });
  const reader = (await ask()).body?.getReader();
  for (let i = 0; i < CHATTING.length; i++) await reader?.read();
  expect(inFlight('sweden')).toBe(0);
});

test('K: a probe is answered when its stream has ended well, not when it has begun', async () => {
  const { ask, read, stateOf, asked } = await due(long, { breaker: { successesToClose: 1 } });
  const response = await ask();
  expect(asked().at(-1)).toBe('sweden');
  expect(stateOf('sweden')).toBe('half-open');
  await read(response);
  expect(stateOf('sweden')).not.toBe('half-open');
  expect(stateOf('sweden')).not.toBe('open');
});

test('K: while the probe’s stream goes on, others go elsewhere', async () => {
  const { ask, read, asked } = await due(long);
  const response = await ask();
  await read(await ask());
  expect(asked().slice(-2)).toEqual(['sweden', 'eastus']);
  await read(response);
});

test('K: a probe whose stream ends without its last event has failed', async () => {
  const { ask, read, stateOf } = await due(torn);
  const response = await ask();
  expect(await read(response)).toMatchObject({ error: { code: 'ERR_STREAM_BROKEN' } });
  expect(['open', 'half-open']).toContain(stateOf('sweden'));
});

test.each(['cancelled', 'aborted'])(
  'K: a probe whose stream was %s gives its place back, and proves nothing',
  async (how) => {
    const { ask, read, stateOf, asked, clock } = await due(long);
    const caller = new AbortController();
    const { body } = await ask({ signal: caller.signal });
    const before = stateOf('sweden');
    if (how === 'cancelled') await body?.cancel();
    else caller.abort('enough');
    await clock.advance(0);
    expect(stateOf('sweden')).toBe(before);
    await read(await ask());
    expect(asked().slice(-2)).toEqual(['sweden', 'sweden']);
  },
);

test('K, R: streams that break off open the deployment, like any other failure', async () => {
  const { whole, statusOf } = streaming({ script: { sweden: torn, eastus: good }, callsPerSecond: BUSY });
  for (let i = 0; i < 5; i++) expect((await whole()).error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
  expect(statusOf('sweden')).toMatchObject({ deployments: { gpt: { cause: 'stream-broken' } } });
  expect(await whole()).toMatchObject({ ended: true });
});

test('K: streams that end well in between keep a deployment in', async () => {
  const { whole, statusOf } = streaming({
    script: { sweden: [torn, good, torn, good, torn, good] },
    callsPerSecond: BUSY,
  });
  for (let i = 0; i < 6; i++) await whole();
  expect(statusOf('sweden')).toMatchObject({ state: 'closed', deployments: {} });
});

test('J, R: a connection that is lost in a stream counts only once another region has answered', async () => {
  const lostAfter = [2_000, 4_000, 6_000].map((ms) => events(word('a'), wait(ms), breaks));
  const { fetch, whole, clock, asked, stateOf } = streaming({ script: { sweden: lostAfter, eastus: good } });
  await clock.run(Promise.all(lostAfter.map(() => fetch(CHAT, streamed()).then(readAll))));
  expect(stateOf('sweden')).toBe('closed');
  expect(await whole()).toMatchObject({ ended: true });
  expect(asked().at(-1)).toBe('eastus');
  expect(stateOf('sweden')).toBe('open');
});

test('J, R: connections that are lost in streams of all regions are the client’s own network', async () => {
  const { ask, read, clock, fetch } = streaming({
    script: { sweden: lost, eastus: lost, france: lost },
    regions: ['sweden', 'eastus', 'france'],
  });
  const responses: Response[] = [];
  for (const name of ['sweden', 'eastus', 'france']) {
    for (const other of ['sweden', 'eastus', 'france']) fetch.force(other, other === name ? 'auto' : 'out');
    responses.push(await ask());
  }
  for (const name of ['sweden', 'eastus', 'france']) fetch.force(name, 'auto');
  for (const response of responses) await read(response);
  await clock.advance(1_000);
  expect(fetch.regions().map(({ state }) => state)).toEqual(['closed', 'closed', 'closed']);
});

test.each(['cancelled', 'aborted', 'left by its reader'])('R: a stream that is %s teaches nothing', async (how) => {
  const { fetch, clock, inFlight, heard, left } = streaming({ script: { sweden: events(word('a'), stalls) } });
  for (let i = 0; i < 5; i++) {
    const caller = new AbortController();
    const response = await clock.run(fetch(CHAT, streamed({ signal: caller.signal })));
    expect(inFlight('sweden')).toBe(1);
    if (how === 'cancelled') await response.body?.cancel('enough');
    else if (how === 'aborted') caller.abort('enough');
    else for await (const _ of response.body as unknown as AsyncIterable<Uint8Array>) break;
    await clock.advance(0);
    expect(inFlight('sweden')).toBe(0);
    expect(explain(response)?.attempts).toMatchObject([{ verdict: { kind: 'ok' } }]);
  }
  expect(fetch.regions()[0]).toMatchObject({ region: 'sweden', state: 'closed', deployments: {} });
  expect(heard('health')).toEqual([]);
  expect(left()).toEqual([]);
});

test('B: what is aborted between its first event and its delivery proves nothing', async () => {
  const caller = new AbortController();
  const { ask, stateOf, inFlight } = await due(good, {
    breaker: { successesToClose: 1 },
    use: {
      perAttempt: [
        async (call, next) => {
          const response = await next(call);
          if (call.operation.stream) caller.abort('enough');
          return response;
        },
      ],
    },
  });
  await expect(ask({ signal: caller.signal })).rejects.toBe('enough');
  expect(stateOf('sweden')).toMatch(/open/);
  expect(inFlight('sweden')).toBe(0);
});

test('O: a stream earns its region’s budget when it ends well, not when it begins', async () => {
  const { whole, asked, clock } = streaming({
    script: { sweden: [...Array.from({ length: 60 }, () => torn), status(500)] },
    regions: ['sweden'],
    retry: { budget: 0.2, attempts: 2 },
  });
  for (let i = 0; i < 60; i++) await whole();
  const before = asked().length;
  for (let i = 0; i < 30; i++) await whole();
  await clock.advance(1);
  // What is held in reserve, and nothing that was earned.
  expect(asked().length - before).toBeLessThanOrEqual(30 + 11);
});

test('V: a classify that throws at a broken stream is heard, and leaves nothing in flight', async () => {
  const { whole, inFlight, left } = streaming({
    script: { sweden: torn },
    classify(outcome) {
      if (outcome.error) throw new Error('a bug');
      return undefined;
    },
  });
  expect((await whole()).error).toMatchObject({ message: 'a bug' });
  expect(inFlight('sweden')).toBe(0);
  expect(left()).toEqual([]);
});

test('classify: the caller’s own verdict on a broken stream is what is remembered', async () => {
  const { whole, statusOf, heard } = streaming({
    script: { sweden: torn },
    classify: ({ error }, verdict) => (error ? { ...verdict, blame: 'nobody' } : undefined),
  });
  for (let i = 0; i < 5; i++) await whole();
  expect(heard('stream-broken')[0]?.record.verdict).toMatchObject({ kind: 'stream-broken', blame: 'nobody' });
  expect(statusOf('sweden')).toMatchObject({ state: 'closed', deployments: {} });
});

test('U: streams side by side are each their own', async () => {
  const { fetch, clock, inFlight } = streaming({ script: { sweden: [long, torn, lost, long, ok] } });
  const calls = Array.from({ length: 4 }, () => fetch(CHAT, streamed()).then(readAll));
  const got = await clock.run(Promise.all(calls));
  expect(got.map(({ ended }) => ended)).toEqual([true, false, false, true]);
  expect(inFlight('sweden')).toBe(0);
});
