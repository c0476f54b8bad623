import { expect, test } from 'vitest';
import { readBody, replayable } from '../../src/call/body.ts';
import type { ReplayableBody } from '../../src/types.ts';

/** Read to its end where it has to be. */
async function read(...body: Parameters<typeof replayable>): Promise<ReplayableBody> {
  const made = replayable(...body);
  return typeof made === 'function' ? made(new AbortController().signal) : made;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const REQUEST = '{"model":"gpt-4o","input":"Grüße 🙂"}';
const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
const streamOf = (...chunks: readonly Uint8Array<ArrayBuffer>[]): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

test.each<[kind: string, body: () => BodyInit]>([
  ['text', () => REQUEST],
  ['bytes', () => bytesOf(REQUEST)],
  ['a buffer', () => bytesOf(REQUEST).buffer],
  ['a part of a buffer', () => bytesOf(`..${REQUEST}...`).subarray(2, 2 + bytesOf(REQUEST).length)],
  ['a DataView', () => new DataView(bytesOf(`.${REQUEST}.`).buffer, 1, bytesOf(REQUEST).length)],
  ['a Blob', () => new Blob([REQUEST], { type: 'application/json' })],
  ['a stream', () => streamOf(bytesOf(REQUEST).subarray(0, 33), bytesOf(REQUEST).subarray(33))],
])('makes text of JSON that comes as %s', async (_, body) => {
  expect(await read(body(), JSON_TYPE)).toBe(REQUEST);
});

test.each([
  'application/json',
  'APPLICATION/JSON',
  'application/vnd.api+json;charset=utf-8',
  'application/problem+json',
])('knows JSON by the type %s', async (type) => {
  expect(await read(bytesOf(REQUEST), type)).toBe(REQUEST);
});

test.each([null, 'application/octet-stream', 'text/plain', 'multipart/form-data; boundary=x'])(
  'leaves bytes of the type %s bytes',
  async (type) => {
    expect(await read(bytesOf(REQUEST), type)).toEqual(bytesOf(REQUEST));
    expect(await read(streamOf(bytesOf(REQUEST)), type)).toEqual(bytesOf(REQUEST));
  },
);

test('leaves invalid UTF-8 bytes, each as it was', async () => {
  const bytes = new Uint8Array([...bytesOf('{"model":"'), 0xff, 0xc0, 0xed, 0xa0, 0x80, ...bytesOf('"}')]);
  const kept = await read(bytes, JSON_TYPE);
  expect(kept).toEqual(bytes);
  expect(readBody(kept, JSON_TYPE)).toEqual({ stream: false, background: false, ids: [] });
});

test('keeps a byte order mark', async () => {
  const kept = await read(bytesOf(`\ufeff${REQUEST}`), JSON_TYPE);
  expect(kept).toBe(`\ufeff${REQUEST}`);
});

test('keeps no body no body', async () => {
  expect(await read(null, JSON_TYPE)).toBeNull();
  expect(await read(undefined, null)).toBeNull();
});

test('keeps an empty body empty', async () => {
  expect(await read('', JSON_TYPE)).toBe('');
  expect(await read(new Uint8Array(), JSON_TYPE)).toBe('');
  expect(await read(new ArrayBuffer(0), null)).toEqual(new Uint8Array());
});

test('hands a Blob that is no JSON on as it is', async () => {
  const blob = new Blob(['audio'], { type: 'audio/wav' });
  expect(await read(blob, 'audio/wav')).toBe(blob);
});

test('needs no turn of the loop for what is there already', () => {
  const there: readonly BodyInit[] = [REQUEST, bytesOf(REQUEST), bytesOf(REQUEST).buffer, new FormData()];
  for (const body of there) expect(replayable(body, JSON_TYPE)).not.toBeTypeOf('function');
});

test('rejects with the reason of a stream that fails', async () => {
  const broken = new ReadableStream({
    pull(controller) {
      controller.error(new Error('the disk is gone'));
    },
  });
  await expect(read(broken, JSON_TYPE)).rejects.toThrow();
});

test('is not changed by what the caller does to its bytes afterwards', async () => {
  for (const type of [JSON_TYPE, null]) {
    const bytes = bytesOf(REQUEST);
    const kept = [replayable(bytes, type), replayable(bytes.buffer, type)];
    bytes.fill(0);
    for (const body of kept) expect(new TextDecoder().decode(asBytes(await body))).toBe(REQUEST);
  }
});

test('is not changed by what the caller does to its form afterwards', async () => {
  const form = new FormData();
  form.append('model', 'whisper');
  form.append('file', new File(['audio'], 'a.wav', { type: 'audio/wav' }));
  const kept = (await read(form, null)) as FormData;
  form.set('model', 'other');
  form.delete('file');
  expect(kept.get('model')).toBe('whisper');
  expect(kept.get('file')).toMatchObject({ name: 'a.wav', type: 'audio/wav', size: 5 });
});

test('is not changed by what the caller does to its parameters afterwards', async () => {
  const parameters = new URLSearchParams({ model: 'a' });
  const kept = (await read(parameters, null)) as URLSearchParams;
  parameters.set('model', 'b');
  expect(String(kept)).toBe('model=a');
  expect(readBody(kept, null).withModel).toBeUndefined();
});

function asBytes(body: unknown): Uint8Array {
  return typeof body === 'string' ? bytesOf(body) : (body as Uint8Array);
}
