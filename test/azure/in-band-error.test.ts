import { expect, test } from 'vitest';
import { type InBandError, inBandError } from '../../src/azure/in-band-error.ts';

const limit = { type: 'too_many_requests', code: 'rate_limit_exceeded', message: 'It has exceeded rate limit.' };
const errorOf = (type: string, json: object): InBandError | undefined => inBandError(type, json as never);
const saidBy = (found: InBandError | undefined): unknown => JSON.parse(found?.body ?? '{}').error;

test.each<[string, string, object, unknown]>([
  ['nested, named error', 'error', { type: 'error', error: limit }, limit],
  ['nested, with no name but its own', '', { error: limit }, limit],
  ['a chat’s, with ids around it', '', { id: '', error: limit }, limit],
  ['a response that failed and says why', 'response.failed', { response: { error: limit } }, limit],
])('finds the error that is %s, and keeps its words', (_, type, json, said) => {
  const found = errorOf(type, json);
  expect(found).toMatchObject({ status: 429, vague: false });
  expect(saidBy(found)).toEqual(said);
});

test('finds the error that is flat', () => {
  const found = errorOf('error', { type: 'error', code: 'rate_limit_exceeded', message: 'Slow down.' });
  expect(found).toMatchObject({ status: 429, vague: false });
  expect(saidBy(found)).toMatchObject({ code: 'rate_limit_exceeded', message: 'Slow down.' });
});

test('finds the error that is only text', () => {
  const found = errorOf('', { error: 'We are experiencing high demand.' });
  expect(found).toMatchObject({ status: 429, vague: false });
});

test.each([
  ['no error', { response: { status: 'failed', error: null } }],
  ['no response', {}],
  ['a response that is null', { response: null }],
  ['a response that is text', { response: 'failed' }],
])('takes response.failed with %s for a failure that is not explained yet', (_, json) => {
  expect(errorOf('response.failed', json)).toMatchObject({ status: 500, vague: true });
});

test('finds the reason beside a response.failed whose own is empty', () => {
  const found = errorOf('response.failed', { response: { error: null }, error: limit });
  expect(found).toMatchObject({ status: 429, vague: false });
});

test.each<[number, object]>([
  [429, { code: 'too_many_requests' }],
  [429, { type: 'too_many_requests' }],
  [429, { code: 'rate_limit_exceeded' }],
  [429, { code: 'insufficient_quota' }],
  [429, { message: 'The engine is currently overloaded, please try again later' }],
  [429, { message: 'We are currently experiencing high demand.' }],
  [429, { code: 429 }],
  [429, { code: '429' }],
  [503, { code: '503', message: 'busy' }],
  [400, { code: 'content_filter' }],
  [400, { code: 'context_length_exceeded' }],
  [400, { type: 'invalid_request_error' }],
  [400, { code: 'unsupported_value' }],
  [400, { code: 'previous_response_not_found' }],
  [500, { type: 'server_error', message: 'The server had an error.' }],
  [500, { code: 'something_new' }],
  [500, { code: 200 }],
  [500, { code: 999 }],
  [500, { code: null, message: null, type: null }],
  [500, {}],
])('gives the status %i to %j', (status, error) => {
  expect(errorOf('error', { type: 'error', error })?.status).toBe(status);
  expect(errorOf('', { error })?.status).toBe(status);
});

test.each<[string, string, object]>([
  ['a chunk', '', { choices: [{ delta: { content: 'error' } }] }],
  ['a chunk whose filters failed', '', { choices: [], error: null }],
  [
    'a chunk that says in its choices that filters failed',
    '',
    { choices: [{ content_filter_result: { error: limit } }] },
  ],
  ['a response that goes on', 'response.created', { response: { error: null } }],
  ['a response that names no error', 'response.completed', { type: 'response.completed', error: null }],
  ['text about errors', 'response.output_text.delta', { delta: '{"error":{}}' }],
  ['an item that failed', 'response.output_item.done', { item: { status: 'failed', error: limit } }],
  ['a call that failed', 'response.mcp_call.failed', { item_id: 'mcp_1' }],
  ['nothing', '', {}],
  ['a list', '', []],
])('finds none in %s', (_, type, json) => {
  expect(errorOf(type, json)).toBeUndefined();
});

test.each<[string, unknown]>([
  ['true', true],
  ['a number', 7],
  ['a list', [1, [2]]],
  ['a list of errors', [limit]],
  ['empty text', ''],
  ['an object of objects', { code: { a: 1 }, type: [], message: {} }],
])('V: an error that is %s is one all the same', (_, error) => {
  const found = errorOf('error', { error });
  expect(found?.status).toBeGreaterThanOrEqual(400);
  expect(found?.status).toBeLessThan(600);
  expect(typeof found?.body).toBe('string');
});

test('V: an error that cannot be written down again is the service’s own failure', () => {
  let deep: unknown = 'end';
  for (let i = 0; i < 200_000; i++) deep = [deep];
  expect(errorOf('error', { error: { code: 'odd', details: deep } })?.status).toBe(500);
});
