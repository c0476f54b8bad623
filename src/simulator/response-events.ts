import { tokensOf } from './answer-text.ts';
import { namedEvent } from './reply.ts';
import { begun, type FinishedResponse, type OutputItem } from './responses-answer.ts';
import { piecesOf } from './tool-calls.ts';

type Event = Parameters<typeof namedEvent>[0];

/** The events of a stream that brings a response. */
export function responseEvents(response: FinishedResponse): readonly string[] {
  const beginning = begun(response, 'in_progress');
  const events: readonly Event[] = [
    { type: 'response.created', response: beginning },
    { type: 'response.in_progress', response: beginning },
    ...response.output.flatMap((item, index) => itemEvents(item, index)),
    { type: `response.${response.status}`, response },
  ];
  return events.map((event, index) => namedEvent({ ...event, sequence_number: index }));
}

function itemEvents(item: OutputItem, index: number): readonly Event[] {
  const added = (more: object): Event => {
    return { type: 'response.output_item.added', output_index: index, item: { ...item, ...more } };
  };
  const done: Event = { type: 'response.output_item.done', output_index: index, item };
  switch (item.type) {
    case 'reasoning':
      return [added({}), done];
    case 'function_call': {
      const at = { item_id: item.id, output_index: index };
      return [
        added({ status: 'in_progress', arguments: '' }),
        ...piecesOf(item.arguments).map((delta) => {
          return { type: 'response.function_call_arguments.delta', ...at, delta };
        }),
        { type: 'response.function_call_arguments.done', ...at, arguments: item.arguments },
        done,
      ];
    }
    case 'message': {
      const at = { item_id: item.id, output_index: index, content_index: 0 };
      const [part] = item.content;
      return [
        added({ status: 'in_progress', content: [] }),
        { type: 'response.content_part.added', ...at, part: { ...part, text: '' } },
        ...tokensOf(part.text).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
        { type: 'response.output_text.done', ...at, text: part.text, logprobs: [] },
        { type: 'response.content_part.done', ...at, part },
        done,
      ];
    }
  }
}
