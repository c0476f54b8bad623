import { expect, test } from 'vitest';
import { explain, FailoverError } from '../../src/index.ts';
import * as sse from '../support/stream.ts';
import {
  breaks,
  breaksWith,
  CHATTING,
  CREATED,
  DONE,
  data,
  event,
  events,
  FINISH,
  RESPONDING,
  RESPONSES,
  ROLE,
  readAll,
  type Step,
  stalls,
  streaming,
  wait,
  word,
} from '../support/stream.ts';

const HEAD = [sse.FILTERS, ROLE, word('a')];
const sentBy = (steps: readonly Step[]): string => steps.filter((step) => typeof step === 'string').join('');

test.each<[string, 'deployment' | 'network', readonly Step[]]>([
  ['breaks', 'network', [...HEAD, breaks]],
  ['breaks in the middle of an event', 'network', [...HEAD, word('b').slice(0, 30), breaks]],
  ['breaks after its finish_reason', 'network', [...HEAD, FINISH, breaks]],
  ['stalls', 'network', [...HEAD, stalls]],
  ['stalls after its finish_reason', 'network', [...HEAD, FINISH, stalls]],
  ['is aborted by somebody', 'network', [...HEAD, breaksWith(new DOMException('aborted', 'AbortError'))]],
  ['is given up by the platform', 'network', [...HEAD, breaksWith(new DOMException('timed out', 'TimeoutError'))]],
  ['breaks with nothing', 'network', [...HEAD, breaksWith(undefined)]],
  ['ends without its last event', 'deployment', [...HEAD]],
  ['ends in the middle of an event', 'deployment', [...HEAD, word('b').slice(0, 30)]],
  ['ends with one of two choices', 'deployment', [...HEAD, data({ choices: [{ index: 1, delta: {} }] }), FINISH]],
  ['ends with what is no event', 'deployment', [...HEAD, data('{"choices":[')]],
  ['ends with null', 'deployment', [...HEAD, data('null')]],
  ['contains an error', 'deployment', [...HEAD, sse.failing()]],
  ['contains an error and then [DONE]', 'deployment', [...HEAD, sse.failing(), DONE]],
  ['contains an error and stalls', 'deployment', [...HEAD, sse.failing(), stalls]],
  ['contains an error and breaks', 'deployment', [...HEAD, sse.failing(), breaks]],
  ['contains an error and [DONE] in one chunk', 'deployment', [...HEAD, sse.failing() + DONE]],
])('R: a chat that %s rejects, after all that came of it (blame: %s)', async (_, blame, steps) => {
  const { ask, read, heard, left, inFlight } = streaming({ script: { sweden: events(...steps) } });
  const response = await ask();
  const { text, error } = await read(response);
  expect(text).toBe(sentBy(steps));
  expect(error).toBeInstanceOf(FailoverError);
  expect(error).toBeInstanceOf(TypeError);
  expect(error).toMatchObject({ name: 'FailoverError', code: 'ERR_STREAM_BROKEN' });
  const verdict = { kind: 'stream-broken', blame };
  for (const result of [error, response]) {
    const attempts = explain(result)?.attempts;
    expect(attempts).toMatchObject([{ region: 'sweden', status: 200, verdict }]);
  }
  expect((error as FailoverError).trace.attempts).toMatchObject([{ verdict }]);
  expect(heard('stream-broken')).toMatchObject([{ record: { region: 'sweden', verdict } }]);
  expect(heard('attempt')).toMatchObject([{ record: { verdict: { kind: 'ok' } } }]);
  expect(left()).toEqual([]);
  expect(inFlight('sweden')).toBe(0);
});

test.each<[string, readonly Step[]]>([
  ['[DONE]', CHATTING],
  ['[DONE] in the same chunk as all', [CHATTING.join('')]],
  ['[DONE] that lacks its blank line', [...HEAD, 'data: [DONE]']],
  ['a finish_reason', [...HEAD, FINISH]],
  ['a finish_reason that lacks its blank line', [...HEAD, FINISH.trimEnd()]],
  ['usage behind its finish_reason', [...HEAD, FINISH, data({ choices: [], usage: {} })]],
  [
    'what filters found behind its finish_reason',
    [...HEAD, FINISH, data({ choices: [{ index: 0, finish_reason: null }] })],
  ],
  [
    'finish_reasons for each choice',
    [word('a'), data({ choices: [{ index: 1, delta: {}, finish_reason: 'stop' }] }), FINISH],
  ],
  ['[DONE] after a break', [...HEAD, DONE, breaks]],
  ['[DONE] in the chunk before a break', [...HEAD, FINISH + DONE, breaks]],
  ['[DONE] and silence', [...HEAD, DONE, stalls]],
  ['[DONE] and more', [...HEAD, DONE, data('oops'), data('{')]],
  ['[DONE] and more in one chunk', [...HEAD, DONE + data('oops')]],
  ['[DONE] and an error', [...HEAD, DONE, sse.failing()]],
  ['[DONE] and half an event', [...HEAD, DONE, 'data: {"cho']],
])('R: a chat that ends with %s ends well', async (_, steps) => {
  const { whole, clock, heard, left, inFlight } = streaming({ script: { sweden: events(...steps) } });
  const start = clock.now();
  const { text, ended, error } = await whole();
  expect({ ended, error }).toEqual({ ended: true, error: undefined });
  expect(text).toBe(sentBy(steps));
  expect(clock.now() - start).toBeLessThanOrEqual(1_000);
  expect(heard('stream-broken')).toEqual([]);
  expect(left()).toEqual([]);
  expect(inFlight('sweden')).toBe(0);
});

test.each<[string, boolean, readonly Step[]]>([
  ['response.completed', true, RESPONDING],
  ['response.completed and a break', true, [...RESPONDING, breaks]],
  ['response.completed and silence', true, [...RESPONDING, stalls]],
  ['response.incomplete', true, [CREATED, sse.text('a'), event('response.incomplete')]],
  ['the end of a text', false, [CREATED, sse.text('a'), event('response.output_text.done')]],
  ['response.failed', false, [CREATED, sse.text('a'), sse.FAILED]],
  ['response.failed and its reason', false, [CREATED, sse.text('a'), sse.FAILED, sse.LIMITED]],
  ['an error', false, [CREATED, sse.text('a'), sse.LIMITED]],
  ['what is no event', false, [CREATED, sse.text('a'), 'event: x\ndata: {\n\n']],
])('R: a response that ends with %s is delivered, and then ends well: %s', async (_, well, steps) => {
  const { whole, left, clock } = streaming({ script: { sweden: events(...steps) } });
  const { text, ended, error } = await whole(RESPONSES);
  expect(text).toBe(sentBy(steps));
  expect(ended).toBe(well);
  if (!well) expect(error).toMatchObject({ code: 'ERR_STREAM_BROKEN' });
  // Ids that were learned are stored a moment later.
  await clock.advance(5_000);
  expect(left()).toEqual([]);
});

test('R: an error that is delivered says what the service said', async () => {
  const { whole } = streaming({ script: { sweden: events(CREATED, sse.text('a'), sse.FAILED, sse.LIMITED) } });
  const { error } = await whole(RESPONSES);
  expect(String(error)).toContain('rate_limit_exceeded');
  expect(String(error)).toContain('sweden');
});

test.each<[string, string, readonly Step[], boolean]>([
  ['a transcription', 'audio/transcriptions', [event('transcript.text.delta'), event('transcript.text.done')], true],
  ['half a transcription', 'audio/transcriptions', [event('transcript.text.delta')], false],
  [
    'an image',
    'images/generations',
    [event('image_generation.partial_image'), event('image_generation.completed')],
    true,
  ],
  ['half an image', 'images/generations', [event('image_generation.partial_image')], false],
  ['a run', 'threads/thread_1/runs', [event('thread.run.created'), event('thread.run.completed')], true],
])('R: %s (%s) is judged by the last event of its kind', async (_, path, steps, well) => {
  const { whole } = streaming({ script: { sweden: events(...steps) } });
  expect(await whole(RESPONSES.replace('responses', path))).toMatchObject({ ended: well });
});

test.each<[string, readonly string[]]>([
  ['what is no event', [...HEAD, data('{"choices":[')]],
  ['null', [...HEAD, data('null')]],
])('R: nothing is delivered behind %s', async (_, sent) => {
  const { whole, bodies } = streaming({ script: { sweden: events(...sent, wait(1), word('b'), DONE) } });
  expect(await whole()).toMatchObject({ text: sent.join(''), error: { code: 'ERR_STREAM_BROKEN' } });
  expect(bodies).toMatchObject([{ state: 'cancelled' }]);
});

test('R: a stored response that is streamed again is watched as well', async () => {
  const { fetch, clock } = streaming({ script: { sweden: events(CREATED, sse.text('a')) } });
  const response = await clock.run(fetch(`${RESPONSES}/resp_1?stream=true&starting_after=1`));
  expect(await clock.run(readAll(response))).toMatchObject({ error: { code: 'ERR_STREAM_BROKEN' } });
});

test('R: silence counts only while somebody waits for what comes', async () => {
  const { ask, read, clock } = streaming({ script: { sweden: events(...CHATTING) } });
  const response = await ask();
  await clock.advance(3_600_000);
  expect(clock.open).toBe(0);
  expect(await read(response)).toMatchObject({ text: CHATTING.join(''), ended: true });
});

test('R: the longest silence between two chunks is idleMs', async () => {
  for (const [ms, ended] of [[4_999, true] as const, [5_001, false] as const]) {
    const steps = [word('a'), wait(ms), word('b'), wait(ms), DONE];
    const { whole } = streaming({ script: { sweden: events(...steps) }, timeouts: { idleMs: 5_000 } });
    expect((await whole()).ended).toBe(ended);
  }
});

test('R: keep-alives keep a stream alive', async () => {
  const quiet = Array.from({ length: 10 }, () => [wait(50_000), ': keep-alive\n\n']).flat();
  const { whole } = streaming({ script: { sweden: events(word('a'), ...quiet, DONE) } });
  expect(await whole()).toMatchObject({ ended: true });
});
