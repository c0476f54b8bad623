import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readBody } from '../../src/call/body.ts';
import type { ReplayableBody } from '../../src/types.ts';

const TARGET = 'https://contoso.openai.azure.com/openai/v1/audio/transcriptions';
const wav = (name = 'a.wav'): File => new File([new Uint8Array([0, 255, 13, 10, 45, 45])], name, { type: 'audio/wav' });

function formOf(...parts: readonly (readonly [string, string | File])[]): FormData {
  const form = new FormData();
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, value);
  }
  return form;
}

/** The bytes that a `Request` makes of a form, and their type. */
async function written(form: FormData): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly type: string }> {
  const request = new Request(TARGET, { method: 'POST', body: form });
  const type = request.headers.get('content-type') ?? '';
  return { bytes: new Uint8Array(await request.arrayBuffer()), type };
}

const readBack = (body: ReplayableBody, type: string): Promise<FormData> =>
  new Response(body, { headers: { 'content-type': type } }).formData();

/** A form as plain values, in order. */
async function told(form: FormData): Promise<readonly unknown[]> {
  const parts = [...form].map(async ([name, value]) =>
    typeof value === 'string'
      ? [name, value]
      : [name, value.name, value.type, [...new Uint8Array(await value.arrayBuffer())]],
  );
  return Promise.all(parts);
}

test('finds and replaces the model of a form, in place', async () => {
  const form = formOf(['file', wav()], ['model', 'whisper'], ['language', 'de']);
  const { model, withModel } = readBody(form, null);
  expect(model).toBe('whisper');
  const replaced = withModel?.('whisper-se') as FormData;
  expect(await told(replaced)).toEqual(
    await told(formOf(['file', wav()], ['model', 'whisper-se'], ['language', 'de'])),
  );
  expect(form.get('model')).toBe('whisper');
});

test('takes no file for the model', () => {
  const { model, withModel } = readBody(formOf(['model', wav()]), null);
  expect(model).toBeUndefined();
  expect(withModel).toBeUndefined();
});

test('reads whether a form asks for a stream', () => {
  expect(readBody(formOf(['model', 'a'], ['stream', 'true']), null).stream).toBe(true);
  expect(readBody(formOf(['stream', 'true']), null).stream).toBe(true);
  expect(readBody(formOf(['model', 'a'], ['stream', 'false']), null).stream).toBe(false);
});

test('finds and replaces the model of a form that was written out', async () => {
  const { bytes, type } = await written(formOf(['file', wav()], ['model', 'whisper'], ['language', 'de']));
  const { model, withModel } = readBody(bytes, type);
  expect(model).toBe('whisper');
  const replaced = await readBack(withModel?.('whisper-se') ?? null, type);
  expect(await told(replaced)).toEqual(
    await told(formOf(['file', wav()], ['model', 'whisper-se'], ['language', 'de'])),
  );
});

test.each<[stream: boolean, parts: readonly (readonly [string, string | File])[]]>([
  [
    true,
    [
      ['file', wav()],
      ['model', 'a'],
      ['stream', 'true'],
    ],
  ],
  [
    true,
    [
      ['stream', 'true'],
      ['model', 'a'],
    ],
  ],
  [
    true,
    [
      ['stream', 'true'],
      ['stream', 'false'],
    ],
  ],
  [
    false,
    [
      ['stream', 'false'],
      ['stream', 'true'],
    ],
  ],
  [
    false,
    [
      ['model', 'a'],
      ['stream', wav()],
    ],
  ],
  [
    false,
    [
      ['model', 'true'],
      ['streams', 'true'],
    ],
  ],
])('reads whether a form that was written out asks for a stream: %s', async (stream, parts) => {
  const form = formOf(...parts);
  const { bytes, type } = await written(form);
  expect(readBody(bytes, type)).toMatchObject({ stream });
  expect(readBody(bytes, type).model).toBe(form.get('model') ?? undefined);
  expect(readBody(form, null)).toMatchObject({ stream });
});

test('V: takes time in proportion to a written form of nothing but boundaries', () => {
  const startedAt = performance.now();
  const body = new TextEncoder().encode(`--b${'\r\n--b'.repeat(100_000)}\r\n\r\n\r\n--b`);
  expect(readBody(body, 'multipart/form-data; boundary=b').model).toBeUndefined();
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});

test('replaces the model of any written form, and nothing else', async () => {
  // A lone surrogate is written as U+FFFD, and a bare line end as CRLF, by the form itself.
  const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((value) => value.replaceAll(/[\r\n]/g, ''));
  const other = fc.tuple(
    fc.oneof(text, fc.constantFrom('models', 'x"; name="model', 'name=model')).filter((name) => name !== 'model'),
    fc.oneof(text, fc.constantFrom('--', '\r\n--', 'name="model"\r\n\r\nno', '\r\n\r\n')),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(other, { maxLength: 4 }), text, text, fc.nat(4), async (others, was, name, at) => {
      const parts = others.toSpliced(at, 0, ['model', was]);
      const { bytes, type } = await written(formOf(...parts));
      const { model, withModel } = readBody(bytes, type);
      expect(model).toBe(was);
      const { bytes: same } = { bytes: withModel?.(was) };
      expect(same).toEqual(bytes);
      const replaced = await readBack(withModel?.(name) ?? null, type);
      const expected = await readBack(bytes, type);
      expected.set('model', name);
      expect(await told(replaced)).toEqual(await told(expected));
    }),
    { numRuns: 200 },
  );
});

test.each<[why: string, type: string, boundary: string]>([
  ['unquoted', 'multipart/form-data; boundary=b0', 'b0'],
  ['quoted', 'multipart/form-data; boundary="b0"', 'b0'],
  ['quoted, with what needs quotes', 'multipart/form-data; boundary="b:0 (1)"', 'b:0 (1)'],
  ['in capitals', 'Multipart/Form-Data; BOUNDARY=b0', 'b0'],
  ['with another parameter', 'multipart/form-data; charset=utf-8; boundary=b0; x=y', 'b0'],
  ['with the characters of a pattern', 'multipart/form-data; boundary=b.*+?', 'b.*+?'],
])('knows a boundary %s', (_, type, boundary) => {
  const body = multipart(boundary, ['content-disposition: form-data; name="model"'], 'whisper');
  const { model, withModel } = readBody(body, type);
  expect(model).toBe('whisper');
  expect(withModel?.('other')).toEqual(multipart(boundary, ['content-disposition: form-data; name="model"'], 'other'));
});

test.each<[why: string, head: readonly string[], model: string | undefined]>([
  ['as browsers write it', ['Content-Disposition: form-data; name="model"'], 'whisper'],
  ['as curl writes it', ['content-disposition:form-data; name="model"'], 'whisper'],
  ['unquoted', ['Content-Disposition: form-data; name=model'], 'whisper'],
  ['with a type', ['Content-Disposition: form-data; name="model"', 'Content-Type: text/plain'], 'whisper'],
  ['after its type', ['Content-Type: text/plain', 'Content-Disposition: form-data; name="model"'], 'whisper'],
  ['a file', ['Content-Disposition: form-data; name="model"; filename="model"'], undefined],
  ['a file with an encoded name', ["Content-Disposition: form-data; name=model; filename*=UTF-8''m"], undefined],
  ['another name', ['Content-Disposition: form-data; name="models"'], undefined],
  ['a name that quotes it', ['Content-Disposition: form-data; name="x%22; name=%22model"'], undefined],
  ['no name', ['Content-Type: text/plain'], undefined],
])('reads a part %s', (_, head, model) => {
  expect(readBody(multipart('b0', head, 'whisper'), 'multipart/form-data; boundary=b0').model).toBe(model);
});

test('looks for no model inside a file', () => {
  const inside = '\r\nContent-Disposition: form-data; name="model"\r\n\r\nno\r\n--b1\r\n';
  const body = multipart('b0', ['Content-Disposition: form-data; name="file"; filename="a"'], inside);
  expect(readBody(body, 'multipart/form-data; boundary=b0').model).toBeUndefined();
});

test('throws at no multipart body', () => {
  const pieces = ['--b0', '\r\n', '--', 'content-disposition: form-data; name="model"', 'x', '\r\n\r\n', 'b0'];
  const types = ['multipart/form-data; boundary=b0', 'multipart/form-data', 'multipart/form-data; boundary='];
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...pieces) }), fc.constantFrom(...types), (text, type) => {
      readBody(new TextEncoder().encode(text), type).withModel?.('other');
    }),
    { numRuns: 1_000 },
  );
});

test('looks for a model only in multipart bodies', () => {
  const body = multipart('b0', ['Content-Disposition: form-data; name="model"'], 'whisper');
  for (const type of [null, 'application/octet-stream', 'multipart/mixed; boundary=b0']) {
    expect(readBody(body, type).model).toBeUndefined();
  }
});

function multipart(boundary: string, head: readonly string[], value: string): Uint8Array<ArrayBuffer> {
  const other = ['content-disposition: form-data; name="language"', '', 'de'];
  const part = [...head, '', value];
  const lines = [`--${boundary}`, ...other, `--${boundary}`, ...part, `--${boundary}--`, ''];
  return new TextEncoder().encode(lines.join('\r\n'));
}
