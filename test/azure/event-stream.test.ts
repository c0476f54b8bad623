import { expect, test, vi } from 'vitest';
import { EventStream } from '../../src/azure/event-stream.ts';
import * as sse from '../support/stream.ts';

const { data, delta, event, word, DONE, FINISH, FILTERS, ROLE } = sse;

/** What is known once all of it has come. */
function after(kind: string, ...chunks: readonly (string | Uint8Array)[]) {
  const stream = new EventStream(kind);
  for (const chunk of chunks) stream.feed(typeof chunk === 'string' ? sse.bytesOf(chunk) : chunk);
  stream.end();
  const { begun, whole, closed, malformed, failure } = stream;
  return { begun, whole, closed, malformed, failed: failure?.status };
}
const inChat = (...chunks: readonly string[]) => after('chat.completions', ...chunks);
const inResponse = (...chunks: readonly string[]) => after('responses', ...chunks);
const nothing = { begun: false, whole: false, closed: false, malformed: false, failed: undefined };

test.each<[string, string]>([
  ['what filters found in the prompt', FILTERS],
  ['the older name of that', data({ choices: [], prompt_annotations: [{}] })],
  ['a role', ROLE],
  ['a role alone', delta({ role: 'assistant' })],
  ['a delta that is empty', delta({})],
  ['a delta that is null', data({ choices: [{ index: 0, delta: null, finish_reason: null }] })],
  ['nulls', delta({ content: null, refusal: null, tool_calls: null })],
  ['what filters found meanwhile', data({ choices: [{ index: 0, finish_reason: null, content_filter_offsets: {} }] })],
  ['a choice that is null', data({ choices: [null] })],
  ['a completion’s empty text', data({ choices: [{ index: 0, text: '', finish_reason: null }] })],
  ['a finish_reason that is empty', delta({ role: 'assistant', content: '' }, '')],
  ['usage alone', data({ choices: [], usage: { total_tokens: 1 } })],
  ['a comment', ': keep-alive\n\n'],
  ['an event without data', 'event: ping\n\n'],
  ['empty data', 'data:\n\ndata: \n\n'],
  ['a keep-alive', data({ type: 'keepalive', sequence_number: 2 })],
])('Q: a chat has not begun with %s', (_, chunk) => {
  expect(inChat(chunk)).toEqual(nothing);
});

test.each<[string, object, (string | null)?]>([
  ['content', { content: 'a' }],
  ['a space', { content: ' ' }],
  ['a refusal', { refusal: 'No' }],
  ['a tool call', { tool_calls: [{ index: 0, function: { name: 'f' } }] }],
  ['a function call', { function_call: { name: 'f' } }],
  ['reasoning', { reasoning_content: 'Well' }],
  ['audio', { audio: { id: 'a' } }],
  ['a finish_reason', {}, 'stop'],
  ['a filter’s refusal', {}, 'content_filter'],
])('Q: a chat has begun with %s', (_, fields, finish = null) => {
  expect(inChat(FILTERS, ROLE, delta(fields, finish))).toMatchObject({ begun: true, failed: undefined });
});

test('Q: a completion has begun with a text', () => {
  expect(after('completions', data({ choices: [{ index: 0, text: 'a' }] }))).toMatchObject({ begun: true });
});

test.each(['response.created', 'response.in_progress', 'response.queued', 'keepalive', 'keep-alive', 'ping'])(
  'Q: a response has not begun with %s',
  (type) => {
    expect(inResponse(event(type, { response: { error: null } }))).toEqual(nothing);
    expect(inResponse(data({ type, response: { error: null } }))).toEqual(nothing);
  },
);

test.each([
  'response.output_item.added',
  'response.output_text.delta',
  'response.completed',
  'response.new_one',
  'other',
])('Q: a response has begun with %s', (type) => {
  expect(inResponse(event(type))).toMatchObject({ begun: true });
  expect(inResponse(data({ type }))).toMatchObject({ begun: true });
});

test.each<[string, boolean, readonly string[]]>([
  ['with [DONE]', true, [word('a'), DONE]],
  ['with [DONE] and spaces', true, [word('a'), 'data:[DONE] \n\n']],
  ['with a [DONE] whose blank line was forgotten', true, [word('a'), 'data: [DONE]']],
  ['with a finish_reason', true, [word('a'), FINISH]],
  ['with what filters say after it', true, [word('a'), FINISH, data({ choices: [{ index: 0, finish_reason: null }] })]],
  ['with usage after it', true, [word('a'), FINISH, data({ choices: [], usage: {} })]],
  ['with an empty delta after it', true, [word('a'), FINISH, delta({})]],
  ['before its finish_reason', false, [ROLE, word('a')]],
  ['with a finish_reason that is empty', false, [delta({ content: 'a' }, '')]],
  ['with one of two choices', false, [word('a'), data({ choices: [{ index: 1, delta: {} }] }), FINISH]],
  ['before it has begun', false, [FILTERS]],
  ['with nothing', false, []],
])('R: whether a chat that ends %s is whole: %s', (_, whole, chunks) => {
  expect(inChat(...chunks).whole).toBe(whole);
});

test.each<[string, boolean]>([
  ['response.completed', true],
  ['response.incomplete', true],
  ['response.cancelled', true],
  ['response.output_text.done', false],
  ['response.output_item.done', false],
])('R: whether a response that ends with %s is whole: %s', (type, whole) => {
  expect(inResponse(sse.CREATED, sse.text('a'), event(type))).toMatchObject({ whole, closed: whole });
  expect(inResponse(sse.CREATED, sse.text('a'), data({ type }))).toMatchObject({ whole, closed: whole });
});

test.each<[string, string, string, boolean]>([
  ['audio.speech', 'speech.audio.delta', 'speech.audio.done', true],
  ['audio.transcriptions', 'transcript.text.delta', 'transcript.text.done', true],
  ['images.generations', 'image_generation.partial_image', 'image_generation.completed', false],
  ['images.edits', 'image_edit.partial_image', 'image_edit.completed', false],
])('R: %s begins with %s and ends with %s, behind which nothing can follow: %s', (kind, first, last, closed) => {
  expect(after(kind, event(first))).toMatchObject({ begun: true, whole: false });
  expect(after(kind, event(first), event(last))).toMatchObject({ whole: true, closed });
});

test('R: a stream of a kind that nobody knows is whole once it has begun, whatever is in it', () => {
  expect(after('threads', data('hello'))).toMatchObject({ begun: true, whole: true, malformed: false });
  expect(after('threads', ': nothing\n\n')).toMatchObject({ begun: false, whole: false });
});

test.each<[string, number, readonly string[]]>([
  ['a chat’s error', 500, [word('a'), sse.failing()]],
  ['an error, and then [DONE]', 500, [word('a'), sse.failing(), DONE]],
  ['a failure that is not explained', 500, [sse.CREATED, sse.FAILED]],
  ['a failure that is explained by what follows', 429, [sse.CREATED, sse.FAILED, sse.LIMITED]],
  ['a failure that was explained before', 429, [sse.LIMITED, sse.FAILED]],
  ['the first of two reasons', 429, [sse.LIMITED, event('error', { error: { code: 'server_error' } })]],
])('R: %s is a failure', (_, status, chunks) => {
  expect(inResponse(...chunks)).toMatchObject({ failed: status });
  expect(inChat(...chunks)).toMatchObject({ failed: status });
});

test.each(['null', '7', '"text"', 'true', 'hello', '{"choices":[', '{"a":1}}', '<html>', '[]', '[1]'])(
  'V: %s is no event of a chat or a response, and does not make one whole',
  (json) => {
    expect(inChat(data(json))).toMatchObject({ malformed: true, whole: false });
    expect(inResponse(data(json))).toMatchObject({ malformed: true, whole: false });
  },
);

test('V: what follows the last event is not read', () => {
  for (const rest of [data('oops'), data('{"choices":['), 'data: {"cho', sse.failing()])
    expect(inChat(word('a'), DONE, rest)).toMatchObject({ whole: true, malformed: false, failed: undefined });
});

test('V: deep nesting breaks nothing', () => {
  const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
  expect(inChat(data(`{"error":${deep}}`))).toMatchObject({ failed: 500 });
  expect(inChat(data(`{"choices":[{"delta":{"content":${deep}}}]}`))).toMatchObject({ malformed: false });
});

const LONG = 'x'.repeat(70_000);
test.each<[string, string, readonly string[], object]>([
  ['a chunk', 'chat.completions', [word(LONG)], { begun: true, whole: false }],
  ['a chunk that finishes', 'chat.completions', [delta({ content: LONG }, 'stop')], { whole: true }],
  ['a chat’s error', 'chat.completions', [sse.failing({ message: LONG })], { failed: 500 }],
  ['an event', 'responses', [sse.text(LONG)], { begun: true, whole: false, malformed: false }],
  ['the last event', 'responses', [event('response.completed', { response: { output: LONG } })], { whole: true }],
  ['a last event without a name', 'responses', [data({ type: 'response.completed', output: LONG })], { whole: true }],
  [
    'a last event without a name whose type is its last member',
    'responses',
    [data({ response: { output: [{ type: 'message', text: LONG }] }, type: 'response.completed' })],
    { whole: true },
  ],
  [
    'a failure that says late why',
    'responses',
    [event('response.failed', { response: { instructions: LONG, error: { code: 'rate_limit_exceeded' } } })],
    { failed: 429 },
  ],
  ['a preamble', 'responses', [event('response.created', { response: { instructions: LONG } })], { begun: false }],
  ['half an event', 'chat.completions', [word(LONG).slice(0, -9)], { malformed: true }],
])('V: %s of more than 16 KiB is judged by its ends', (_, kind, chunks, expected) => {
  expect(after(kind, ...chunks)).toMatchObject(expected);
});

test('V: an event of more than 32 MiB is passed on unread', () => {
  const chunk = new Uint8Array(2 ** 20).fill(120);
  const chunks = [sse.bytesOf('data: '), ...Array.from({ length: 34 }, () => chunk)];
  expect(after('chat.completions', ...chunks, sse.bytesOf('\n\n'), sse.bytesOf(data('oops')))).toMatchObject({
    whole: true,
    malformed: false,
  });
});

test('hears each event, and what type it has', () => {
  const tap = vi.fn();
  const stream = new EventStream('responses', tap);
  stream.feed(sse.bytesOf(sse.CREATED + data({ type: 'response.queued' }) + data({}) + DONE));
  expect(tap.mock.calls.map(([type]) => type)).toEqual(['response.created', 'response.queued', '']);
});
