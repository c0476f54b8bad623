import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventStream } from '../../src/azure/event-stream.ts';

const encoder = new TextEncoder();

/** Everything that is known of a stream which comes in pieces of these lengths, and then in one. */
function known(kind: string, bytes: Uint8Array, cuts: readonly number[]) {
  const types: string[] = [];
  const stream = new EventStream(kind, (type) => types.push(type));
  let at = 0;
  for (const cut of cuts) {
    stream.feed(bytes.subarray(at, at + cut));
    at += cut;
  }
  stream.feed(bytes.subarray(at));
  stream.end();
  const { begun, whole, closed, malformed, failure } = stream;
  return { begun, whole, closed, malformed, failure, ...(kind === 'responses' && { types }) };
}

const length = fc.oneof(fc.nat(60), fc.integer({ min: 15_000, max: 18_000 }), fc.integer({ min: 30_000, max: 90_000 }));
const letter = fc.constantFrom('a', 'é', '漢', '😀', '\\n', ' ');
const word = fc.tuple(letter, length).map(([one, count]) => one.repeat(count / one.length));
const chunk = fc
  .record({ index: fc.nat(2), word, finish: fc.constantFrom('null', 'null', 'null', '"stop"') })
  .map(
    ({ index, word, finish }) =>
      `data: {"choices":[{"index":${index},"delta":{"content":"${word}"},"finish_reason":${finish}}]}`,
  );
const typed = fc
  .record({
    type: fc.constantFrom(
      ...['response.created', 'response.output_text.delta', 'response.output_text.done', 'response.completed', 'error'],
    ),
    named: fc.boolean(),
    word,
  })
  .map(({ type, named, word }) => `${named ? `event: ${type}\n` : ''}data: {"type":"${type}","delta":"${word}"}`);
const other = fc.constantFrom(
  ': keep-alive',
  'data: [DONE]',
  'data: {"choices":[{"index":0,"del',
  'data: {"error":{"code":"server_error"}}',
  'event: ping\ndata: {}',
  'id: 7\nretry: 10\ndata: {"choices":[]}\ndata: ',
);

test.each([
  ['chat.completions', chunk],
  ['responses', typed],
] as const)('R: what is known of %s is the same however its long and short events are cut', (kind, event) => {
  const streams = fc.record({
    events: fc.array(fc.oneof({ weight: 6, arbitrary: event }, { weight: 1, arbitrary: other }), { maxLength: 8 }),
    end: fc.constantFrom('\n', '\n', '\r\n', '\r'),
    cuts: fc.array(fc.oneof(fc.nat(20), fc.nat(70_000)), { maxLength: 12 }),
  });
  fc.assert(
    fc.property(streams, ({ events, end, cuts }) => {
      const text = events.map((one) => `${one}\n\n`).join('');
      const bytes = encoder.encode(text.replaceAll('\n', end));
      const small = Array.from({ length: Math.ceil(bytes.length / 997) }, () => 997);
      expect(known(kind, bytes, cuts)).toEqual(known(kind, bytes, small));
    }),
    { numRuns: 300 },
  );
});

test('V: an event that has no end is passed by, and its stream is not found wanting', () => {
  const stream = new EventStream('chat.completions');
  const piece = encoder.encode('x'.repeat(2 ** 20));
  stream.feed(encoder.encode('data: {'));
  for (let i = 0; i < 33; i++) stream.feed(piece);
  stream.end();
  expect(stream).toMatchObject({ malformed: false, whole: true });
});
