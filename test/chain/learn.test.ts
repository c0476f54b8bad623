import { expect, test } from 'vitest';
import { learnFromEvents } from '../../src/chain/learn.ts';
import { Pins } from '../../src/health/pins.ts';
import { ManualClock } from '../support/clock.ts';
import { aCall, endpointOf } from '../support/setup.ts';

const region = { name: 'eastus', endpoint: endpointOf('eastus') };
const attempt = { number: 1, region, kind: 'first' as const };

/** What is learned from these events, which answer a call of this kind. */
function learned(operation: Parameters<typeof aCall>[0], events: readonly (readonly [type: string, data: unknown])[]) {
  const pins = new Pins(() => {});
  const tap = learnFromEvents(pins, new ManualClock())(aCall(operation, { attempt }));
  for (const [type, data] of events) tap?.(type, typeof data === 'string' ? data : JSON.stringify(data));
  const news = Object.entries(pins.takeNews() ?? {});
  for (const [, pin] of news) expect(pin.region).toBe('eastus');
  return news.map(([id]) => id);
}

const created = (more: object = {}) =>
  ['response.created', { type: 'response.created', response: { id: 'resp_1', output: [], ...more } }] as const;
const done = (item: object) => ['response.output_item.done', { output_index: 0, item }] as const;

test('G: a streamed response is known with its first event, and its items with theirs', () => {
  const events = [
    created({ conversation: { id: 'conv_1' }, metadata: { id: 'mine' } }),
    ['response.in_progress', { response: { id: 'resp_ignored' } }],
    ['response.output_item.added', { item: { id: 'rs_1', type: 'reasoning' } }],
    ['response.output_text.delta', { item_id: 'msg_1', delta: '{"id":"no"}', id: 'ignored' }],
    done({ id: 'rs_1', type: 'reasoning', encrypted_content: 'gAAAA1' }),
    done({ id: 'msg_1', type: 'message', content: [{ text: '"id":"no"' }] }),
    ['response.completed', { response: { id: 'resp_ignored' } }],
  ] as const;
  expect(learned({ kind: 'responses', keeps: true }, events)).toEqual([
    'resp_1',
    'conv_1',
    'rs_1',
    expect.stringMatching(/^#/),
    'msg_1',
  ]);
});

test('G: of a streamed response that is not stored only what is encrypted is remembered', () => {
  const events = [created(), done({ id: 'rs_1', encrypted_content: 'gAAAA1' })] as const;
  expect(learned({ kind: 'responses' }, events)).toEqual([expect.stringMatching(/^#/)]);
  const unkept = [created({ store: false }), done({ id: 'rs_1', encrypted_content: 'gAAAA1' })] as const;
  expect(learned({ kind: 'responses', keeps: true }, unkept)).toEqual([expect.stringMatching(/^#/)]);
});

test('G: a streamed chat that is stored is known by the first chunk that names it', () => {
  const chunk = (id: string) => ['', { id, object: 'chat.completion.chunk', choices: [] }] as const;
  const events = [chunk(''), chunk('chatcmpl-1'), chunk('chatcmpl-ignored')];
  expect(learned({ kind: 'chat.completions', keeps: true }, events)).toEqual(['chatcmpl-1']);
});

test('G: a run of a thread is known when it is made', () => {
  const run = ['thread.run.created', { id: 'run_1', thread_id: 'thread_1', assistant_id: 'asst_1' }] as const;
  expect(learned({ kind: 'threads', keeps: true }, [run])).toEqual(['run_1', 'thread_1', 'asst_1']);
});

test('G: streams that bring no ids are not listened to', () => {
  const pins = new Pins(() => {});
  const tapOf = learnFromEvents(pins, new ManualClock());
  expect(tapOf(aCall({ kind: 'chat.completions' }, { attempt }))).toBeUndefined();
  expect(tapOf(aCall({ kind: 'embeddings' }, { attempt }))).toBeUndefined();
  expect(tapOf(aCall({ kind: 'responses', keeps: true }))).toBeUndefined();
});

test('G: throws at no event', () => {
  expect(
    learned({ kind: 'responses', keeps: true }, [['response.created', '{"id":"resp'], ['', ''], created()]),
  ).toEqual(['resp_1']);
});
