import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { readBody } from '../../src/call/body.ts';
import { valueEnd, visitMembers } from '../../src/call/json-members.ts';
import { idsOfAnswer, isUnkept } from '../../src/call/state-ids.ts';
import { objectText } from './json-text.ts';

const idsOf = (body: unknown) => {
  const { ids, mentions = [] } = readBody(JSON.stringify(body), 'application/json');
  return { ids, mentions };
};
const message = (more: object) => ({ type: 'message', role: 'user', content: 'Hi', ...more });

test.each<[what: string, body: object, ids: readonly string[]]>([
  ['the response before', { previous_response_id: 'resp_1' }, ['resp_1']],
  ['a conversation', { conversation: 'conv_1' }, ['conv_1']],
  ['a conversation, as an object', { conversation: { id: 'conv_1' } }, ['conv_1']],
  ['a stored prompt', { prompt: { id: 'pmpt_1', version: '2' } }, ['pmpt_1']],
  [
    'a prompt with a file',
    { prompt: { id: 'p', variables: { f: { type: 'input_file', file_id: 'f-1' } } } },
    ['p', 'f-1'],
  ],
  ['an assistant', { assistant_id: 'asst_1' }, ['asst_1']],
  ['a file', { file_id: 'file-1' }, ['file-1']],
  ['files', { file_ids: ['file-1', 'assistant-2'] }, ['file-1', 'assistant-2']],
  ['files with settings', { files: [{ file_id: 'file-1' }, { file_id: 'file-2' }] }, ['file-1', 'file-2']],
  ['training data', { training_file: 'file-1', validation_file: 'file-2' }, ['file-1', 'file-2']],
  ['a batch', { input_file_id: 'file-1' }, ['file-1']],
  ['a reference', { input: [{ type: 'item_reference', id: 'msg_1' }] }, ['msg_1']],
  ['a reference, the other way round', { input: [message({}), { id: 'fc_1', type: 'item_reference' }] }, ['fc_1']],
  ['reasoning', { input: [{ type: 'reasoning', id: 'rs_1', summary: [] }] }, ['rs_1']],
  ['a file in a message', { input: [message({ content: [{ type: 'input_file', file_id: 'file-1' }] })] }, ['file-1']],
  ['vector stores', { tools: [{ type: 'file_search', vector_store_ids: ['vs_1', 'vs_2'] }] }, ['vs_1', 'vs_2']],
  ['a container', { tools: [{ type: 'code_interpreter', container: 'cntr_1' }] }, ['cntr_1']],
  [
    'the files of a container to be made',
    { tools: [{ type: 'code_interpreter', container: { type: 'auto', file_ids: ['file-1'] } }] },
    ['file-1'],
  ],
  [
    "an assistant's tools",
    { tool_resources: { file_search: { vector_store_ids: ['vs_1'] }, code_interpreter: { file_ids: ['file-1'] } } },
    ['vs_1', 'file-1'],
  ],
  ["a thread's attachments", { thread: { messages: [{ attachments: [{ file_id: 'file-1' }] }] } }, ['file-1']],
  [
    'a file in a chat',
    { messages: [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }] },
    ['file-1'],
  ],
  ['the data of an evaluation', { data_source: { source: { type: 'file_id', id: 'file-1' } } }, ['file-1']],
])('binds to %s', (_, body, ids) => {
  expect(idsOf(body)).toEqual({ ids, mentions: [] });
});

test.each<[what: string, body: object]>([
  ['a text', { input: 'resp_1', instructions: 'rs_1' }],
  ['texts', { input: ['file_id', 'file-1'] }],
  ['a prompt that is a text', { prompt: 'pmpt_1' }],
  [
    'JSON inside a text',
    { input: [{ role: 'user', content: '{"id":"rs_1","file_id":"file-1","type":"item_reference"}' }] },
  ],
  ['what the caller calls so itself', { metadata: { file_id: 'mine', conversation: 'mine', id: 'mine' } }],
  ['the same inside of an input', { items: [{ metadata: { file_id: 'mine', id: 'mine' } }] }],
  ['the schema of a tool', { tools: [{ parameters: { examples: [{ file_id: 'x' }], default: { id: 'rs_1' } } }] }],
  ['a citation', { input: [{ content: [{ annotations: [{ type: 'file_citation', file_id: 'file-1' }] }] }] }],
  ['tool calls of a chat', { messages: [{ role: 'assistant', tool_calls: [{ id: 'call_1', type: 'function' }] }] }],
  ['tool calls of a chat about files', { messages: [{ tool_calls: [{ id: 'call_1' }] }, { content: 'a "file_id"' }] }],
  ['what is not a string', { previous_response_id: null, conversation: {}, file_ids: [], input: [{ id: 7 }] }],
  ['a container to be made', { tools: [{ type: 'code_interpreter', container: { type: 'auto' } }] }],
])('is not bound by %s', (_, body) => {
  expect(idsOf(body)).toEqual({ ids: [], mentions: [] });
});

test('only mentions the ids of items that are whole: they may be labels of the client', () => {
  const input = [
    message({ id: 'msg_1' }),
    message({ id: 'my-label' }),
    { type: 'function_call', id: 'fc_1', call_id: 'c' },
  ];
  expect(idsOf({ input })).toEqual({ ids: [], mentions: ['msg_1', 'my-label', 'fc_1'] });
  expect(idsOf({ items: input })).toEqual({ ids: [], mentions: ['msg_1', 'my-label', 'fc_1'] });
});

test('names an id once, as what binds most', () => {
  const input = [
    message({ id: 'msg_1' }),
    { type: 'item_reference', id: 'msg_1' },
    { type: 'item_reference', id: 'msg_1' },
  ];
  expect(idsOf({ input })).toEqual({ ids: ['msg_1'], mentions: [] });
});

test('binds to encrypted content by a short digest of it', () => {
  const blob = `gAAAAAB${'abc/+-_'.repeat(5_000)}==`;
  const [digest = '', ...others] = idsOf({ input: [{ type: 'reasoning', encrypted_content: blob }] }).ids;
  expect(others).toEqual([]);
  expect(digest).toMatch(/^#[\w-]{3,20}$/);
  // Also when it is escaped, as some serialisers do.
  const escaped = JSON.stringify({ input: [{ encrypted_content: blob }] }).replaceAll('/', '\\/');
  expect(readBody(escaped, null).ids).toEqual([digest]);
  expect(idsOfAnswer(JSON.stringify({ output: [{ encrypted_content: blob }] }), false)).toEqual([digest]);
  expect(idsOf({ input: [{ encrypted_content: `${blob.slice(0, -3)}x==` }] }).ids).not.toEqual([digest]);
});

test('does not mistake one encrypted content for another', () => {
  const digests = new Set<string>();
  fc.assert(
    fc.property(fc.uniqueArray(fc.base64String({ minLength: 8, maxLength: 80 }), { maxLength: 50 }), (blobs) => {
      for (const blob of blobs) for (const id of idsOf({ input: [{ encrypted_content: blob }] }).ids) digests.add(id);
      const found = idsOf({ input: blobs.map((blob) => ({ encrypted_content: blob })) }).ids;
      expect(found).toHaveLength(blobs.length);
    }),
  );
  expect(digests.size).toBeGreaterThan(200);
});

const RESPONSE = {
  id: 'resp_1',
  object: 'response',
  conversation: { id: 'conv_1' },
  metadata: { id: 'mine', file_id: 'mine' },
  tools: [{ type: 'function', name: 'f', parameters: { properties: { id: { default: 'x' } }, id: 'schema' } }],
  output: [
    { id: 'rs_1', type: 'reasoning', encrypted_content: 'gAAAA1' },
    { id: 'ci_1', type: 'code_interpreter_call', container_id: 'cntr_1' },
    { id: 'fc_1', type: 'function_call', call_id: 'call_1', arguments: '{"id":"no"}' },
    { id: 'msg_1', type: 'message', content: [{ text: '"id":"no"', annotations: [{ file_id: 'cfile_1' }] }] },
  ],
};

test('learns all ids of an answer', () => {
  const [digest] = idsOfAnswer(JSON.stringify(RESPONSE), false);
  const ids = ['resp_1', 'conv_1', 'rs_1', digest, 'ci_1', 'cntr_1', 'fc_1', 'msg_1', 'cfile_1'];
  expect(idsOfAnswer(JSON.stringify(RESPONSE), true)).toEqual(ids);
  expect(idsOfAnswer(JSON.stringify(RESPONSE, null, 2), true)).toEqual(ids);
});

test.each<[what: string, answer: object, ids: readonly string[]]>([
  ['a list', { object: 'list', data: [{ id: 'file-1' }, { id: 'file-2' }], first_id: 'file-1' }, ['file-1', 'file-2']],
  ['a batch', { id: 'batch_1', input_file_id: 'file-1', output_file_id: 'file-2' }, ['batch_1', 'file-2']],
  ['a fine-tuning job', { id: 'ftjob-1', result_files: ['file-1'] }, ['ftjob-1', 'file-1']],
  ['a run', { id: 'run_1', thread_id: 'thread_1', assistant_id: 'asst_1' }, ['run_1', 'thread_1', 'asst_1']],
  ['a video job', { id: 'task_1', generations: [{ id: 'gen_1' }] }, ['task_1', 'gen_1']],
  ['an upload', { id: 'upload_1', file: { id: 'file-1' } }, ['upload_1', 'file-1']],
  ['what is no id', { id: 'two words', output: [{ id: '' }, { id: 7 }, { id: 'x'.repeat(300) }] }, []],
])('learns the ids of %s', (_, answer, ids) => {
  expect(idsOfAnswer(JSON.stringify(answer), true)).toEqual(ids);
});

test('of an answer that is not kept, only what is encrypted can be sent again', () => {
  expect(idsOfAnswer(JSON.stringify(RESPONSE), false)).toHaveLength(1);
  expect(isUnkept('{"id":"resp_1","store" : false}')).toBe(true);
  expect(isUnkept('{"id":"resp_1","store":true,"text":"\\"store\\":false"}')).toBe(false);
});

test('learns what it can from an answer that was cut off, and nothing that is cut off itself', () => {
  const text = JSON.stringify(RESPONSE);
  const all = idsOfAnswer(text, true);
  for (let end = 0; end < text.length; end++) {
    for (const id of idsOfAnswer(text.slice(0, end), true)) expect(all).toContain(id);
  }
  expect(idsOfAnswer(text.slice(0, 200), true)).toContain('resp_1');
});

test('visits each member that parsing finds, where its value begins', () => {
  fc.assert(
    fc.property(objectText, (json) => {
      const visited = new Set<string>();
      visitMembers(json, (name, at) => {
        visited.add(JSON.parse(`"${name}"`));
        JSON.parse(json.slice(at, valueEnd(json, at)));
        return undefined;
      });
      JSON.parse(json, function collect(this: unknown, name: string, value) {
        if (!Array.isArray(this) && name !== '') expect(visited).toContain(name);
        return value;
      });
    }),
    { numRuns: 1_000 },
  );
});

test('finds what parsing finds, whatever the text around it says', () => {
  const anId = fc.stringMatching(/^(rs_|msg_|file-|vs_|resp_)[a-z0-9]{1,6}$/);
  const aText = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    anId.map((id) => `{"id":"${id}","file_id":"${id}"}`),
    anId.map((id) => `","file_id":"${id}`),
    fc.constantFrom('\\', '"', '\\"file_id":"file-x"', 'file_id'),
  );
  const anItem = fc.oneof(
    fc.record({ type: fc.constant('message'), content: aText, id: anId }, { requiredKeys: ['type'] }),
    fc.record({ id: anId, type: fc.constant('item_reference') }),
    fc.record({
      content: fc.array(fc.record({ text: aText, file_id: anId }, { requiredKeys: ['text'] })),
      role: aText,
    }),
    fc.record({ result: aText, vector_store_ids: fc.array(anId, { maxLength: 3 }) }),
    aText,
  );
  fc.assert(
    fc.property(fc.array(anItem, { maxLength: 6 }), fc.boolean(), (input, pretty) => {
      const expected = { ids: new Set<string>(), mentions: new Set<string>() };
      JSON.parse(JSON.stringify(input), function collect(this: unknown, key: string, value) {
        if (key === 'file_id') expected.ids.add(value);
        else if (key === 'vector_store_ids') for (const id of value) expected.ids.add(id);
        else if (key === 'id') {
          const isBinding = (this as { type?: unknown }).type === 'item_reference' || value.startsWith('rs_');
          expected[isBinding ? 'ids' : 'mentions'].add(value);
        }
        return value;
      });
      for (const id of expected.ids) expected.mentions.delete(id);
      const { ids, mentions = [] } = readBody(JSON.stringify({ input }, null, pretty ? 1 : 0), null);
      expect({ ids: new Set(ids), mentions: new Set(mentions) }).toEqual(expected);
    }),
    { numRuns: 1_000 },
  );
});

test('throws at no text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      readBody(`{"input":[${text}`, null);
      idsOfAnswer(`{"id":${text}`, true);
      idsOfAnswer(text, true);
    }),
    { numRuns: 1_000 },
  );
});

test('takes only what stands in the same object for the id of a reference', () => {
  const input = [
    { type: 'item_reference', x: { id: 'a' } },
    { id: 'b', x: { type: 'item_reference' } },
    [{ type: 'item_reference' }, { id: 'c' }],
    { x: { type: 'item_reference' }, id: 'd' },
    { id: 'e', status: null, type: 'item_reference' },
  ];
  expect(idsOf({ input })).toEqual({ ids: ['e'], mentions: ['a', 'b', 'c', 'd'] });
});

// A server may pass on what its users send: none of it may hold up the others.
test.each([
  ['ids that are objects', '{"id":'],
  ['ids that are lists', '{"id":["a",'],
  ['lists of ids in lists', '{"file_ids":["a",'],
  ['lists of ids that are never closed', '"file_ids":[ '],
  ['encrypted content in lists', '{"encrypted_content":["a",'],
  ['references in references', '{"type":"item_reference","x":'],
  ['types in one reference', '"type":"item_reference",'],
  ['types behind an object', '"x":{},"type":"item_reference",'],
  ['types and ids in one reference', '"id":"a","type":"item_reference",'],
  ['conversations', '"conversation":{"id":'],
])('V: takes time in proportion to 300,000 characters of %s', (_, piece) => {
  const filling = piece.repeat(300_000 / piece.length);
  const list = `{"id":[${'"a",'.repeat(20_000)}"a"],${filling}`;
  const startedAt = performance.now();
  for (const text of [filling, list, `{"x":${filling}`]) {
    readBody(`{"input":[${text}`, null);
    readBody(`{"conversation":${text}`, null);
    idsOfAnswer(text, true);
  }
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('reads an input of 5 MB of images in a few milliseconds, without parsing it', () => {
  const image = `data:image/png;base64,${'iVBORw0KGgoAAAANSUhEUgAA'.repeat(70_000)}`;
  const content = [1, 2, 3].map(() => ({ type: 'input_image', image_url: image }));
  const text = JSON.stringify({ model: 'gpt', input: [{ role: 'user', content }], previous_response_id: 'resp_1' });
  expect(text.length).toBeGreaterThan(5_000_000);
  const parse = vi.spyOn(JSON, 'parse');
  const durations = Array.from({ length: 10 }, () => {
    const startedAt = performance.now();
    expect(readBody(text, null).ids).toEqual(['resp_1']);
    return performance.now() - startedAt;
  });
  expect(parse).not.toHaveBeenCalled();
  parse.mockRestore();
  // The best of ten: the others may have waited for the machine.
  expect(Math.min(...durations)).toBeLessThan(20);
});
