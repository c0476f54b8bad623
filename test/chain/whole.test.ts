import { expect, test, vi } from 'vitest';
import { createFailoverFetch, explain, FailoverError, memoryStore } from '../../src/index.ts';
import { ManualClock, settled } from '../support/clock.ts';
import { type Answer, endless, ok, status } from '../support/service.ts';
import { BUSY, CHAT, chat, endpointOf, outcomeOf, setup } from '../support/setup.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const bytesOf = (text: string) => new TextEncoder().encode(text);
const answering =
  (text: string): Answer =>
  () =>
    new Response(text, { headers: JSON_TYPE });
/** A body of these pieces, each after so many ms, and what comes then. */
const inPieces =
  (pieces: readonly string[], everyMs: number, end: 'close' | 'cut' = 'close'): Answer =>
  (_, clock) => {
    let at = 0;
    const body = new ReadableStream({
      async pull(controller) {
        if (everyMs > 0) await clock.sleep(everyMs);
        const piece = pieces[at++];
        if (piece !== undefined) controller.enqueue(bytesOf(piece));
        else if (end === 'close') controller.close();
        else controller.error(new TypeError('terminated'));
      },
    });
    return new Response(body, { headers: JSON_TYPE });
  };
const stalled = endless(200, '{"answered":', 'application/json');

test.each<[string, Answer, string]>([
  ['is cut off', inPieces(['{"answered":'], 0, 'cut'), 'sweden lost the connection'],
  ['ends before its end', answering('{"answered":"swe'), 'sweden was not what answered'],
  ['ends before a list does', answering('[{"a":1},{"b"'), 'sweden was not what answered'],
  ['is empty', answering(''), 'sweden was not what answered'],
  ['is blank', answering(' \n'), 'sweden was not what answered'],
  ['is a mark and nothing else', answering('\ufeff'), 'sweden was not what answered'],
  ['is a word that is cut off', answering('"answer'), 'sweden was not what answered'],
  ['is an error', answering('{ "error": { "message": "No upstream" } }'), 'sweden failed inside (200,'],
  ['is an error with a code', answering('{"error":{"code":"429"}}'), 'sweden throttled it (200,'],
  ['is a page', answering('<html>Busy</html>'), 'sweden was not what answered'],
  ['ends as something else', answering('{"a":[1]'), 'sweden was not what answered'],
  ['stalls', stalled, 'sweden did not answer in time'],
])('R: an answer that %s is the next region’s turn', async (_, broken, says) => {
  const { chat: ask, asked, clock, left } = setup({ script: { sweden: broken } });
  const response = await ask();
  expect(await response.json()).toEqual({ answered: 'contoso-eastus' });
  expect(`${explain(response)}`).toContain(says);
  expect(`${explain(response)}`).toContain('eastus answered (200');
  expect(asked().at(-1)).toBe('eastus');
  await clock.advance(1_000);
  expect(left()).toEqual([]);
});

test.each([
  ['begins with a byte order mark', '\ufeff{"a":1}'],
  ['is a word', '"healthy"'],
  ['is true', 'true'],
  ['is a digit', '3'],
  ['is a number', ' -3.5\n'],
  ['has no error', '{"error":null,"a":1}'],
  ['has an error’s name', '{"error":"none"}'],
  ['has an error beside choices', '{"error":{},"choices":[]}'],
  ['looks like an error, and cannot be read', '{"error":{"a:1}}'],
  ['looks like an error, and is long', `{"error":{"a":"${'x'.repeat(9_000)}"}}`],
])('A: an answer that %s is one', async (_, text) => {
  const { chat: ask, asked } = setup({ script: { sweden: answering(text) } });
  const bytes = await (await ask()).arrayBuffer();
  expect(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)).toBe(text);
  expect(asked()).toEqual(['sweden']);
});

test('R: where every region answers with an error, the caller gets the last as it came', async () => {
  const text = '{"error":{"message":"No upstream"}}';
  const { chat: ask, asked } = setup({ script: { sweden: answering(text), eastus: answering(text) } });
  const response = await ask();
  expect([response.status, await response.text()]).toEqual([200, text]);
  expect(new Set(asked())).toEqual(new Set(['sweden', 'eastus']));
});

test('W: an answer that is cut off fast is asked for once more where it was', async () => {
  const { chat: ask, asked } = setup({ script: { sweden: [inPieces(['{'], 0, 'cut'), ok] } });
  expect(await (await ask()).json()).toEqual({ answered: 'contoso-sweden' });
  expect(asked()).toEqual(['sweden', 'sweden']);
});

test('N: an answer that falls silent is left after idleMs, and no sooner', async () => {
  const { chat: ask, clock } = setup({ script: { sweden: stalled }, timeouts: { idleMs: 7_000 } });
  const startedAt = clock.now();
  await ask();
  expect(clock.now() - startedAt).toBe(7_000);
});

test('N: an answer that keeps coming is waited for, longer than responseMs', async () => {
  const pieces = ['{"answered":', ...Array.from({ length: 20 }, () => ' '), '"slowly"}'];
  const { chat: ask, asked } = setup({
    script: { sweden: inPieces(pieces, 1_000) },
    timeouts: { idleMs: 2_000, responseMs: 5_000 },
  });
  expect(await (await ask()).json()).toEqual({ answered: 'slowly' });
  expect(asked()).toEqual(['sweden']);
});

test('M: an answer that keeps coming has no more time than its call', async () => {
  const forever = inPieces(['{"a":"', ...Array.from({ length: 100 }, () => 'x')], 1_000);
  const {
    chat: ask,
    clock,
    left,
  } = setup({ script: { sweden: forever, eastus: forever }, timeouts: { totalMs: 20_000 } });
  const startedAt = clock.now();
  const ended = await outcomeOf(ask());
  expect(ended).toMatchObject({ error: { code: 'ERR_TIMEOUT' } });
  expect(clock.now() - startedAt).toBe(20_000);
  await clock.advance(1_000);
  expect(left()).toEqual([]);
});

test('B: who gives up while an answer comes gets their own reason at once, and its body is let go', async () => {
  const { fetch, clock, left, asked, stateOf } = setup({ script: { sweden: stalled } });
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(100);
  caller.abort('enough');
  expect(await answer).toEqual({ error: 'enough' });
  await clock.advance(1_000);
  expect([left(), asked(), stateOf('sweden')]).toEqual([[], ['sweden'], 'closed']);
});

test('B: a body is let go, too, that listens to no signal', async () => {
  const cancelled = vi.fn();
  const clock = new ManualClock();
  const fetch = createFailoverFetch({
    store: memoryStore(),
    clock,
    regions: [{ name: 'sweden', endpoint: endpointOf('sweden'), credential: { apiKey: 'key' } }],
    fetch: async () => new Response(new ReadableStream({ cancel: cancelled }), { headers: JSON_TYPE }),
  });
  const caller = new AbortController();
  const answer = outcomeOf(fetch(CHAT, chat({ signal: caller.signal })));
  await clock.advance(100);
  caller.abort('enough');
  expect(await answer).toEqual({ error: 'enough' });
  await settled();
  // Chromium tells more than the reason.
  expect(cancelled.mock.calls.map(([reason]) => reason)).toEqual(['enough']);
  expect(clock.open).toBe(0);
});

test('A: what came whole is handed over byte for byte, with all that came with it', async () => {
  const text = ` {"answered":"${'åäö😀'.repeat(500)}"}\n`;
  const bytes = bytesOf(text);
  const sent: Answer = ({ url }) => {
    const body = new ReadableStream({
      start(controller) {
        for (let at = 0; at < bytes.length; at += 7) controller.enqueue(bytes.subarray(at, at + 7));
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json; charset=utf-8', 'apim-request-id': 'id-1' };
    const response = new Response(body, { status: 201, statusText: 'Made', headers });
    return Object.defineProperty(response, 'url', { value: url });
  };
  const { chat: ask } = setup({ script: { sweden: sent } });
  const response = await ask();
  expect(response).toMatchObject({ status: 201, statusText: 'Made', ok: true, url: CHAT, bodyUsed: false });
  expect(response.headers.get('apim-request-id')).toBe('id-1');
  const copy = response.clone();
  expect(copy.url).toBe(CHAT);
  expect(`${explain(copy)}`).toBe('sweden answered (201, 0 ms)');
  expect(await copy.text()).toBe(text);
  expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  expect(response.bodyUsed).toBe(true);
  await expect(response.text()).rejects.toThrow(TypeError);
});

test('A: an answer is of use after its caller’s signal has aborted, as it is here', async () => {
  const caller = new AbortController();
  const { chat: ask } = setup();
  const response = await ask({ signal: caller.signal });
  caller.abort();
  expect(await response.json()).toEqual({ answered: 'contoso-sweden' });
});

test.each([
  ['a file', 'POST', '/openai/v1/files'],
  ['a response in the background', 'POST', '/openai/v1/responses'],
])('R: %s is not made twice because its answer broke', async (_, method, path) => {
  const { fetch, clock, asked } = setup({ script: { sweden: answering('{"id":"fi') } });
  const body = JSON.stringify({ model: 'gpt', input: 'Hi', background: true });
  const response = await clock.run(fetch(endpointOf('sweden') + path, chat({ method, body })));
  expect(await response.text()).toBe('{"id":"fi');
  expect(asked()).toEqual(['sweden']);
});

test.each([
  ['a download', '/openai/v1/files/file-1/content', 'application/json'],
  ['what is no JSON', '/openai/v1/files/file-1', 'application/octet-stream'],
])('R: %s is handed over with its headers', async (_, path, type) => {
  const { fetch, clock } = setup({ script: { sweden: endless(200, '{"a":', type) } });
  const response = await clock.run(fetch(endpointOf('sweden') + path, chat({ method: 'GET', body: null })));
  const reader = response.body?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe('{"a":');
  await reader?.cancel();
});

test('R: where every region breaks its answer, the error says how', async () => {
  const broken = answering('{"a":');
  const { chat: ask } = setup({ script: { sweden: broken, eastus: broken } });
  const ended = await outcomeOf(ask());
  const error = 'error' in ended ? ended.error : undefined;
  expect(error).toBeInstanceOf(FailoverError);
  expect(error).toMatchObject({ code: 'ERR_ALL_REGIONS_FAILED' });
  expect(String(error)).toMatch(/sweden was not what answered.*eastus was not what answered/);
});

test('R: a final failure is handed over as it came, however it ends', async () => {
  const { chat: ask } = setup({
    script: { sweden: () => new Response('{"error":', { status: 400, headers: JSON_TYPE }) },
  });
  const response = await ask();
  expect([response.status, await response.text()]).toEqual([400, '{"error":']);
  const { chat: other } = setup({ script: { sweden: status(204) } });
  expect((await other()).status).toBe(204);
});

test('K: a region that breaks its answers is left alone', async () => {
  const { chat: ask, asked, requests } = setup({ callsPerSecond: BUSY, script: { sweden: inPieces(['{'], 0, 'cut') } });
  for (let i = 0; i < 6; i++) await ask();
  requests.length = 0;
  await ask();
  expect(asked()).toEqual(['eastus']);
});
