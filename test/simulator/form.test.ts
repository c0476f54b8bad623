import { expect, test } from 'vitest';
import { readForm } from '../../src/simulator/form.ts';

const type = 'multipart/form-data; boundary=xyz';
const form = (...parts: readonly string[]): string =>
  `${parts.map((part) => `--xyz\r\n${part}\r\n`).join('')}--xyz--\r\n`;
const text = (name: string, value: string): string => `Content-Disposition: form-data; name="${name}"\r\n\r\n${value}`;
const file = (name: string, content: string): string =>
  `Content-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: audio/wav\r\n\r\n${content}`;

test('reads texts and files', () => {
  expect(readForm(type, form(text('model', 'whisper'), file('a.wav', 'RIFF'), text('prompt', '')))).toEqual({
    fields: { model: 'whisper', prompt: '' },
    files: [{ field: 'file', name: 'a.wav', content: 'RIFF' }],
  });
});

test('reads what the platform writes', async () => {
  const written = new FormData();
  written.append('model', 'whisper "1"\r\nlarge');
  written.append('file', new File(['one\r\n--two\r\n'], 'say "hi"\n.wav'));
  const request = new Request('https://example.invalid', { method: 'POST', body: written });
  const contentType = request.headers.get('content-type') ?? '';
  expect(readForm(contentType, await request.text())).toEqual({
    fields: { model: 'whisper "1"\r\nlarge' },
    files: [{ field: 'file', name: 'say "hi"\n.wav', content: 'one\r\n--two\r\n' }],
  });
});

test('leaves a file whole that has lines like a boundary', () => {
  const content = '--xyz\n--xyz-not\r\n--xyzz--\r\n\r\n--xy';
  expect(readForm(type, form(file('a', content), text('model', 'm')))).toEqual({
    fields: { model: 'm' },
    files: [{ field: 'file', name: 'a', content }],
  });
});

test('takes a boundary for what it says', () => {
  const body = form(text('a', '1')).replaceAll('--xyz', '--(a+b)? c');
  expect(readForm('Multipart/Form-Data; charset=utf-8; Boundary="(a+b)? c"', body)).toMatchObject({
    fields: { a: '1' },
  });
});

test('reads an escaped quote as curl writes it', () => {
  expect(readForm(type, form(file('a\\"b', '')))?.files[0]?.name).toBe('a"b');
});

test.each([
  ['another type', 'application/json', '{}'],
  ['no boundary', 'multipart/form-data', form(text('a', '1'))],
  ['another boundary', 'multipart/form-data; boundary=abc', form(text('a', '1'))],
  ['no end', type, form(text('a', '1')).replace('--xyz--', '')],
  ['nothing', type, ''],
])('finds no form: %s', (_, contentType, body) => {
  expect(readForm(contentType, body)).toBeUndefined();
});

test('skips a part that it cannot name', () => {
  expect(readForm(type, form('Content-Type: text/plain\r\n\r\nx', 'no headers', text('a', '1')))).toEqual({
    fields: { a: '1' },
    files: [],
  });
});
