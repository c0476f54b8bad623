import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { readBody } from '../../src/call/body.ts';
import { findMembers } from '../../src/call/json-members.ts';
import { requestText } from './json-text.ts';

const JSON_TYPE = 'application/json';

afterEach(() => vi.restoreAllMocks());

test('replaces the model and not a character more', () => {
  fc.assert(
    fc.property(requestText, fc.string({ unit: 'binary' }), (json, name) => {
      const parsed = JSON.parse(json) as { readonly model?: unknown };
      const { model, withModel } = readBody(json, JSON_TYPE);
      expect(model).toBe(typeof parsed.model === 'string' ? parsed.model : undefined);
      expect(withModel !== undefined).toBe(model !== undefined);
      const span = findMembers(json, new Set(['model'])).get('model');
      if (!withModel || !span) return;
      const replaced = withModel(name) as string;
      expect(JSON.stringify(JSON.parse(replaced))).toBe(JSON.stringify({ ...parsed, model: name }));
      expect(replaced).toBe(json.slice(0, span.start) + JSON.stringify(name) + json.slice(span.end));
    }),
    { numRuns: 1_000 },
  );
});

test('throws at no text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { withModel } = readBody(text, JSON_TYPE);
      withModel?.('other');
    }),
    { numRuns: 1_000 },
  );
});

test('reads a request of 5 MB of images in a few milliseconds, without parsing it', () => {
  const image = `data:image/png;base64,${'iVBORw0KGgoAAAANSUhEUgAA'.repeat(70_000)}`;
  const content = [1, 2, 3].map(() => ({ type: 'image_url', image_url: { url: image, detail: 'model' } }));
  const text = JSON.stringify({ messages: [{ role: 'user', content }], stream: true, model: 'gpt-4o' });
  expect(text.length).toBeGreaterThan(5_000_000);
  const parse = vi.spyOn(JSON, 'parse');
  const durations = Array.from({ length: 10 }, () => {
    const startedAt = performance.now();
    expect(readBody(text, JSON_TYPE)).toMatchObject({ model: 'gpt-4o', stream: true });
    return performance.now() - startedAt;
  });
  expect(parse).not.toHaveBeenCalled();
  // The best of ten: the others may have waited for the machine.
  expect(Math.min(...durations)).toBeLessThan(20);
});

test.each<[json: string, stream: boolean, background: boolean]>([
  ['{"stream":true}', true, false],
  ['{"stream": true , "background":true}', true, true],
  ['{"stream":false,"background":false}', false, false],
  ['{"stream":"true","background":"true"}', false, false],
  ['{"stream":1,"background":1}', false, false],
  ['{"stream":null}', false, false],
  ['{"stream":true,"stream":false}', false, false],
  ['{"messages":[{"stream":true,"background":true}]}', false, false],
  ['{"str\\u0065am":true}', true, false],
  ['[true]', false, false],
])('reads the flags of %s', (json, stream, background) => {
  expect(readBody(json, JSON_TYPE)).toMatchObject({ stream, background });
});

test.each<[json: string, ids: readonly string[]]>([
  ['{"previous_response_id":"resp_1"}', ['resp_1']],
  ['{"previous_response_id":null}', []],
  ['{"conversation":"conv_1"}', ['conv_1']],
  ['{"conversation":{"id":"conv_1"}}', ['conv_1']],
  ['{"conversation":{ "metadata":{"id":"no"}, "id" : "conv_1" }}', ['conv_1']],
  ['{"conversation":null}', []],
  ['{"conversation":{}}', []],
  ['{"conversation":{"id":7}}', []],
  ['{"previous_response_id":"resp_1","conversation":{"id":"conv_1"}}', ['resp_1', 'conv_1']],
  ['{"input_file_id":"file-1","endpoint":"/chat/completions"}', ['file-1']],
  ['{"training_file":"file-1","validation_file":"file-2"}', ['file-1', 'file-2']],
  ['{"training_file":"file-1","validation_file":null}', ['file-1']],
  ['{"previous_response_id":"r\\u0065sp_1"}', ['resp_1']],
  ['{"input":[{"previous_response_id":"no"}]}', []],
  ['{"messages":[]}', []],
])('reads the ids of %s', (json, ids) => {
  expect(readBody(json, JSON_TYPE).ids.toSorted()).toEqual(ids.toSorted());
});

test('takes a text for JSON whatever its type: it is what SDKs send', () => {
  expect(readBody('{"model":"a"}', null).model).toBe('a');
  expect(readBody('model=a&stream=true', 'application/x-www-form-urlencoded')).toMatchObject({
    stream: false,
    ids: [],
  });
});

test.each<[json: string, store: boolean | undefined]>([
  ['{"store":true}', true],
  ['{"store": false }', false],
  ['{"store":null}', undefined],
  ['{"store":"true"}', undefined],
  ['{"input":[{"store":true}]}', undefined],
])('reads whether %s is to be kept', (json, store) => {
  expect(readBody(json, JSON_TYPE).store).toBe(store);
});
