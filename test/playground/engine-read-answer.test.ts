import { expect, test } from 'vitest';
import { readAnswer } from '../../playground/engine/read-answer.ts';

const stream = (...events: readonly string[]): Response =>
  new Response(events.map((event) => `data: ${event}\n\n`).join(''), {
    headers: { 'content-type': 'text/event-stream; charset=utf-8' },
  });

test('a stream is whole with its last event, and counted', async () => {
  expect(await readAnswer(stream('{}', '{}', '[DONE]'))).toEqual({ fate: 'ok', events: 3, bytes: 34 });
});

test('one that ends without it deceives its reader', async () => {
  expect(await readAnswer(stream('{}', '{}'))).toMatchObject({ fate: 'truncated', events: 2 });
  expect(await readAnswer(stream())).toMatchObject({ fate: 'truncated', events: 0 });
});

test('one that says that it failed, or makes no sense, is broken', async () => {
  expect(await readAnswer(stream('{}', '{"error":{"message":"overloaded"}}'))).toMatchObject({
    fate: 'broken',
    error: { name: 'APIError', message: 'overloaded' },
  });
  expect(await readAnswer(stream('{"choi'))).toMatchObject({ fate: 'broken', error: { name: 'SyntaxError' } });
});

test('so is a body that fails on the way', async () => {
  const body = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) });
  expect(await readAnswer(new Response(body))).toEqual({
    fate: 'broken',
    error: { name: 'TypeError', message: 'terminated' },
    events: 0,
    bytes: 0,
  });
});

test('an answer that is no stream must be JSON', async () => {
  expect(await readAnswer(Response.json({ a: 1 }))).toEqual({ fate: 'ok', events: 0, bytes: 7 });
  expect(await readAnswer(new Response('<html>'))).toMatchObject({ fate: 'broken', bytes: 6 });
});

test('a status that is none of the 200s is a failure, whatever comes with it', async () => {
  expect(await readAnswer(Response.json({}, { status: 503 }))).toEqual({ fate: 'failed', events: 0, bytes: 2 });
  const body = new ReadableStream({ start: (controller) => controller.error(new Error('cut')) });
  expect(await readAnswer(new Response(body, { status: 500 }))).toMatchObject({
    fate: 'failed',
    error: { message: 'cut' },
  });
});
