import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventStream } from '../../src/azure/event-stream.ts';
import { createFailoverFetch, explain, memoryStore } from '../../src/index.ts';
import { ManualClock, settled } from '../support/clock.ts';
import { CHAT, endpointOf } from '../support/setup.ts';
import * as sse from '../support/stream.ts';
import { bytesOf, CHATTING, events, readAll, scripted, streamed, streaming, wait, word } from '../support/stream.ts';

const joined = (chunks: readonly Uint8Array[]): number[] => chunks.flatMap((chunk) => [...chunk]);

/** Bytes, cut at random. */
function cut(bytes: Uint8Array, cuts: readonly number[]): Uint8Array<ArrayBuffer>[] {
  const at = [0, ...cuts.map((one) => one % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.slice(at[index], end));
}

const anyJson = fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value));
const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const anyBlock = fc.oneof(
  { weight: 4, arbitrary: anyText.map((text) => word(text)) },
  fc.constantFrom(sse.FILTERS, sse.ROLE, sse.FINISH, sse.DONE, sse.failing(), sse.CREATED, sse.COMPLETED, sse.FAILED),
  anyText.map((text) => `: ${text.replaceAll(/[\r\n]/g, '')}\n`),
  fc.tuple(anyText, anyJson).map(([type, json]) => `event: ${type.replaceAll(/[\r\n]/g, '')}\ndata: ${json}\n\n`),
  anyText.map((text) => `data: ${text}\n\n`),
  fc.constantFrom('\n', 'id: 7\n', 'retry: 9\n\n', 'data', 'data:\n', 'event:\n', 'odd\n'),
);
const aStream = fc
  .record({
    blocks: fc.array(anyBlock, { maxLength: 10 }),
    ends: fc.constantFrom('\n', '\r\n', '\r'),
    bom: fc.boolean(),
    noise: fc.oneof({ weight: 3, arbitrary: fc.constant(new Uint8Array()) }, fc.uint8Array({ maxLength: 5 })),
    cuts: fc.array(fc.nat(2_000), { maxLength: 12 }),
    kind: fc.constantFrom('chat.completions', 'responses', 'threads'),
  })
  .map(({ blocks, ends, bom, noise, cuts, kind }) => {
    const text = (bom ? '\uFEFF' : '') + blocks.join('').replaceAll('\n', ends);
    const bytes = new Uint8Array([...bytesOf(text), ...noise]);
    return { bytes, chunks: cut(bytes, cuts), kind };
  });

test('R: bytes out are bytes in, whatever they are and however they are cut', async () => {
  await fc.assert(
    fc.asyncProperty(aStream, async ({ bytes, chunks, kind }) => {
      const url = kind === 'responses' ? sse.RESPONSES : CHAT;
      const first = word('a').replace('data: ', kind === 'responses' ? 'event: x\ndata: ' : 'data: ');
      const { ask, read, clock, left, inFlight } = streaming({ script: { sweden: events(first, ...chunks) } });
      const got = await read(await ask({}, url));
      const out = joined(got.chunks);
      const all = [...bytesOf(first), ...bytes];
      expect(out).toEqual(all.slice(0, out.length));
      if (got.ended) expect(out).toHaveLength(all.length);
      else expect(got.error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
      expect(inFlight('sweden')).toBe(0);
      await clock.advance(5_000);
      expect(left()).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('R: how a stream is cut into chunks changes nothing of what is known of it', () => {
  fc.assert(
    fc.property(aStream, ({ bytes, chunks, kind }) => {
      const known = (parts: readonly Uint8Array[]): unknown => {
        const stream = new EventStream(kind);
        for (const part of parts) stream.feed(part);
        stream.end();
        const { begun, whole, closed, malformed, failure } = stream;
        return { begun, whole, closed, malformed, failure };
      };
      expect(known(chunks)).toEqual(known([bytes]));
      expect(known([...bytes].map((byte) => new Uint8Array([byte])))).toEqual(known([bytes]));
    }),
    { numRuns: 500 },
  );
});

test('R: nothing is read ahead of the reader once a stream was handed over', async () => {
  const clock = new ManualClock();
  let pulls = 0;
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () =>
      new Response(
        scripted(CHATTING, clock, undefined, () => pulls++),
        { headers: { 'content-type': 'text/event-stream' } },
      ),
    clock,
  });
  const response = await clock.run(fetch(CHAT, streamed()));
  // Its filters, its role, its first word.
  await clock.advance(60_000);
  expect(pulls).toBe(3);
  const reader = response.body?.getReader();
  for (let i = 1; i <= 3; i++) await reader?.read();
  await settled();
  expect(pulls).toBe(3);
  await reader?.read();
  await settled();
  expect(pulls).toBe(4);
});

test('R: two readers of a response and its clone get the same', async () => {
  const { ask, clock, left, inFlight } = streaming({ script: { sweden: events(...CHATTING) } });
  const response = await ask();
  const both = await clock.run(Promise.all([response.clone().text(), response.text()]));
  expect(both).toEqual([CHATTING.join(''), CHATTING.join('')]);
  expect(inFlight('sweden')).toBe(0);
  expect(left()).toEqual([]);
});

test('R: a tee of a broken stream rejects in both its halves', async () => {
  const { ask, clock, heard } = streaming({ script: { sweden: events(word('a'), sse.breaks) } });
  const halves = (await ask()).body?.tee() ?? [];
  const got = await clock.run(Promise.all(halves.map((half) => readAll(new Response(half)))));
  for (const one of got) expect(one).toMatchObject({ text: word('a'), error: { code: 'ERR_STREAM_BROKEN' } });
  expect(heard('stream-broken')).toHaveLength(1);
});

test('R: text() and blob() of a stream are its own, and reject where it does', async () => {
  const { ask, clock } = streaming({
    script: { sweden: [events(...CHATTING), events(...CHATTING), events(word('a'))] },
  });
  expect(await clock.run((await ask()).text())).toBe(CHATTING.join(''));
  expect(await clock.run((await ask()).blob())).toMatchObject({ size: bytesOf(CHATTING.join('')).length });
  const torn = await ask();
  // Chromium says it in its own words.
  await expect(clock.run(torn.text())).rejects.toBeInstanceOf(TypeError);
  expect(explain(torn)?.attempts).toMatchObject([{ verdict: { kind: 'stream-broken' } }]);
});

test('R: a loop over a stream that is left early lets go of it', async () => {
  const { ask, bodies, left, inFlight } = streaming({ script: { sweden: events(...CHATTING) } });
  let count = 0;
  for await (const _ of (await ask()).body as unknown as AsyncIterable<Uint8Array>) if (++count === 4) break;
  expect(bodies).toMatchObject([{ state: 'cancelled' }]);
  expect(inFlight('sweden')).toBe(0);
  expect(left()).toEqual([]);
});

test('R: chunks that are empty do no harm', async () => {
  const empty = new Uint8Array();
  const { whole } = streaming({ script: { sweden: events(empty, ...CHATTING.flatMap((one) => [one, empty])) } });
  expect(await whole()).toMatchObject({ text: CHATTING.join(''), ended: true });
});

test.each<[string, number]>([
  ['forward', 600_000],
  ['back', -600_000],
])('V: a clock that is set %s by 10 minutes in the middle of a stream breaks nothing', async (_, ms) => {
  const jump: sse.Step = async (clock) => clock.jump(ms);
  const steps = [word('a'), jump, word('b'), wait(1_000), jump, sse.FINISH, sse.DONE];
  const { whole, stateOf, left } = streaming({ script: { sweden: events(...steps) } });
  expect(await whole()).toMatchObject({ ended: true });
  expect(stateOf('sweden')).toBe('closed');
  expect(left()).toEqual([]);
});

test.each<[string, sse.Step]>([
  ['nothing', sse.stalls],
  ['a break', sse.breaks],
])('J: a machine that slept, and wakes to %s, blames nobody', async (_, then) => {
  const sleeps: sse.Step = async (clock) => clock.jump(3_600_000);
  const { whole, clock, heard, fetch } = streaming({
    script: { sweden: events(word('a'), wait(10), sleeps, then), eastus: events(...CHATTING) },
  });
  for (let i = 0; i < 3; i++) expect((await whole()).error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
  expect(heard('stream-broken').map(({ record }) => record.verdict.blame)).toEqual(['nobody', 'nobody', 'nobody']);
  fetch.force('sweden', 'out');
  await whole();
  fetch.force('sweden', 'auto');
  await clock.advance(1);
  expect(fetch.regions().map(({ state }) => state)).toEqual(['closed', 'closed']);
});

const LONG = 'x'.repeat(100_000);
test.each<[string, string, readonly sse.Step[], boolean]>([
  ['a long chunk', CHAT, [word(LONG), sse.FINISH], true],
  ['a long chunk that is cut off', CHAT, [word('a'), word(LONG).slice(0, 50_000)], false],
  ['a long error', CHAT, [word('a'), sse.failing({ message: LONG })], false],
  ['a nameless error', CHAT, ['event: error\n\n', word('a'), sse.DONE], true],
  ['types nobody knows', sse.RESPONSES, [sse.event('x'), sse.event('__proto__'), sse.COMPLETED], true],
  ['deep nesting', CHAT, [word('a'), sse.data(`{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`), sse.DONE], true],
])('V: %s in a stream is delivered as it came', async (_, url, steps, well) => {
  const { whole } = streaming({ script: { sweden: events(...steps) } });
  const { text, ended, error } = await whole(url);
  expect(text).toBe(steps.join(''));
  expect(ended).toBe(well);
  if (!well) expect(error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
});

test('V: an error that is nested too deeply to be written down is delivered, and then rejects', async () => {
  const deep = sse.data(`{"error":{"details":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`);
  const { whole, heard } = streaming({ script: { sweden: events(word('a'), deep) } });
  const { text, error } = await whole();
  expect(text).toBe(word('a') + deep);
  expect(error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
  expect(heard('stream-broken')).toMatchObject([{ record: { verdict: { blame: 'deployment' } } }]);
});

test.each<[string, unknown]>([
  ['text', 'data: {}\n\n'],
  ['a Node stream', { pipe: () => {}, on: () => {} }],
  ['null', null],
])('V: a body that is %s, as of a mock, passes', async (_, body) => {
  const made = new Response('', { headers: { 'content-type': 'text/event-stream' } });
  const odd = Object.defineProperty(made, 'body', { value: body });
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () => odd,
    clock: new ManualClock(),
  });
  expect(await fetch(CHAT, streamed())).toBe(odd);
});

test('V: a body that somebody reads already is theirs', async () => {
  const made = new Response('data: {}\n\n', { headers: { 'content-type': 'text/event-stream' } });
  made.body?.getReader();
  const fetch = createFailoverFetch({
    store: memoryStore(),
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () => made,
    clock: new ManualClock(),
  });
  expect(await fetch(CHAT, streamed())).toBe(made);
});
