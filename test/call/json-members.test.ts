import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findMembers, readString } from '../../src/call/json-members.ts';
import { anyJson, objectText, requestText } from './json-text.ts';

const MODEL = new Set(['model']);

/** The text at which the model stands, if any. */
function found(json: string, name = 'model'): string | undefined {
  const span = findMembers(json, new Set([name])).get(name);
  return span && json.slice(span.start, span.end);
}

test.each<[why: string, json: string, model: string | undefined]>([
  ['alone', '{"model":"a"}', '"a"'],
  ['between others', '{"stream":true,"model":"a","n":1}', '"a"'],
  ['last of two', '{"model":"a","model":"b"}', '"b"'],
  ['last of two, not a string', '{"model":"a","model":1}', '1'],
  ['pretty-printed', '\n{\r\n\t"model" :\t"a"\n,\n "n" : 1 }\n', '"a"'],
  ['escaped name', '{"mod\\u0065l":"a"}', '"a"'],
  ['escaped name, upper-case digits', '{"\\u006D\\u006Fdel":"a"}', '"a"'],
  ['escaped value', '{"model":"a\\"b\\\\"}', '"a\\"b\\\\"'],
  ['behind a string that ends in a backslash', '{"x":"\\\\","model":"a"}', '"a"'],
  ['behind braces in strings', '{"x":"}{][\\"","model":"a"}', '"a"'],
  ['behind nested objects', '{"x":{"model":"b","y":[{"model":"c"}]},"model":"a"}', '"a"'],
  ['behind brackets in nested strings', '{"x":[["]"],{"}":"{"}],"model":"a"}', '"a"'],
  ['behind a name that is a backslash', '{"\\\\":1,"model":"a"}', '"a"'],
  ['behind a name that is a quote', '{"\\"":1,"\\\\\\"":2,"model":"a"}', '"a"'],
  ['nested only', '{"x":{"model":"b"}}', undefined],
  ['in an array', '[{"model":"b"}]', undefined],
  ['in a string', '{"x":"\\"model\\":\\"b\\""}', undefined],
  ['as a value', '{"x":"model"}', undefined],
  ['another case', '{"Model":"b","MODEL":"c"}', undefined],
  ['a longer name', '{"models":"b","_model":"c"}', undefined],
  ['a number', '{"model":1.5e3 }', '1.5e3'],
  ['null', '{"model":null}', 'null'],
  ['an object', '{"model":{"model":"b"} }', '{"model":"b"}'],
  ['an empty string', '{"model":""}', '""'],
  ['an empty object', '{ }', undefined],
  ['nothing', '', undefined],
  ['a string', '"model"', undefined],
])('finds the model: %s', (_, json, model) => {
  expect(found(json)).toBe(model);
});

test('finds what JSON.parse finds, wherever and however it is written', () => {
  fc.assert(
    fc.property(requestText, (json) => {
      const { model } = JSON.parse(json) as { readonly model?: unknown };
      const text = found(json) ?? '';
      expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(model));
      expect(readString(text)).toBe(typeof model === 'string' ? model : undefined);
    }),
    { numRuns: 1_000 },
  );
});

test('finds all the names it is asked for, and only those', () => {
  fc.assert(
    fc.property(objectText, (json) => {
      const parsed = JSON.parse(json) as Readonly<Record<string, unknown>>;
      const names = Object.keys(parsed);
      const members = findMembers(json, new Set([...names, 'none-of-them']));
      expect(new Set(members.keys())).toEqual(new Set(names));
      for (const [name, { start, end }] of members) {
        expect(JSON.stringify(JSON.parse(json.slice(start, end)))).toBe(JSON.stringify(parsed[name]));
      }
    }),
    { numRuns: 1_000 },
  );
});

test('finds nothing in what is no object', () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      fc.pre(!json.trim().startsWith('{'));
      expect(findMembers(json, MODEL).size).toBe(0);
    }),
  );
});

test('gives spans inside the text, and throws at nothing', () => {
  const almost = fc
    .tuple(requestText, fc.nat(), fc.nat(), fc.string({ maxLength: 3 }))
    .map(([json, at, length, text]) => {
      const from = at % (json.length + 1);
      return json.slice(0, from) + text + json.slice(from + (length % 4));
    });
  const syntax = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', ' ', 'model', 'u00') });
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), syntax, almost), (text) => {
      for (const { start, end } of findMembers(text, MODEL).values()) {
        expect(0 <= start && start <= end && end <= text.length).toBe(true);
        readString(text.slice(start, end));
      }
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['backslashes', '\\'.repeat(200_000)],
  ['escaped quotes', '\\"'.repeat(100_000)],
  ['open brackets', '['.repeat(200_000)],
  ['white space', ' '.repeat(200_000)],
  ['members', '"a":1,'.repeat(50_000)],
])('takes time in proportion to 200,000 %s', (_, filling) => {
  const texts = [`{"x":"${filling}`, `{"x":"${filling}","model":"a"}`, `{${filling}`, `{"x":${filling}`, filling];
  const startedAt = performance.now();
  for (const text of texts) findMembers(text, MODEL);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
