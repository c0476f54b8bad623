import { answerText, type Question } from './answer-text.ts';
import { namedEvent } from './reply.ts';

/** A response of the Responses API: one JSON text, or the events of a stream when the request asked for one. */
export function responsesAnswer(question: Question): string | readonly string[] {
  const { body, id } = question;
  const { tokens, cut, promptTokens } = answerText(question, body['max_output_tokens']);
  const text = tokens.join('');
  const status = cut ? 'incomplete' : 'completed';
  const part = (said: string): object => ({ type: 'output_text', text: said, annotations: [], logprobs: [] });
  const item = (state: string, content: readonly object[]): object => {
    return { id: `msg_${id}`, type: 'message', status: state, role: 'assistant', content };
  };
  const done = {
    ...head(question),
    status,
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output: [item(status, [part(text)])],
    usage: {
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: tokens.length,
      output_tokens_details: { reasoning_tokens: 0 },
      total_tokens: promptTokens + tokens.length,
    },
  };
  if (body['stream'] !== true) return JSON.stringify(done);

  const begun = { ...head(question), status: 'in_progress', incomplete_details: null, output: [], usage: null };
  const at = { item_id: `msg_${id}`, output_index: 0, content_index: 0 };
  const events = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    { type: 'response.output_item.added', output_index: 0, item: item('in_progress', []) },
    { type: 'response.content_part.added', ...at, part: part('') },
    ...tokens.map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part: part(text) },
    { type: 'response.output_item.done', output_index: 0, item: item(status, [part(text)]) },
    { type: `response.${status}`, response: done },
  ];
  return events.map((event, index) => namedEvent({ ...event, sequence_number: index }));
}

function head({ body, deployment, id, now }: Question): object {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: Math.floor(now / 1000),
    model: deployment,
    error: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    metadata: body['metadata'] ?? {},
    parallel_tool_calls: true,
    previous_response_id: body['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null },
    store: body['store'] ?? true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: [],
    top_p: 1,
    truncation: 'disabled',
  };
}
