import { answerText, type Question } from './answer-text.ts';
import { dataEvent } from './reply.ts';

const safe = { filtered: false, severity: 'safe' };
const filterResults = { hate: safe, self_harm: safe, sexual: safe, violence: safe };
const promptFilterResults = [{ prompt_index: 0, content_filter_results: filterResults }];

/** A chat completion: one JSON text, or the events of a stream when the request asked for one. */
export function chatAnswer(question: Question): string | readonly string[] {
  const { body, deployment, id, now } = question;
  const { tokens, cut, promptTokens } = answerText(question, body['max_completion_tokens'] ?? body['max_tokens']);
  const finish = cut ? 'length' : 'stop';
  const head = {
    id: `chatcmpl-${id}`,
    created: Math.floor(now / 1000),
    model: deployment,
    system_fingerprint: 'fp_simulated',
  };
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: tokens.length,
    total_tokens: promptTokens + tokens.length,
  };
  if (body['stream'] !== true) {
    const message = { role: 'assistant', content: tokens.join(''), refusal: null };
    const choice = { index: 0, message, finish_reason: finish, logprobs: null, content_filter_results: filterResults };
    return JSON.stringify({
      ...head,
      object: 'chat.completion',
      choices: [choice],
      prompt_filter_results: promptFilterResults,
      usage,
    });
  }
  const chunk = (choices: readonly object[], more: object = {}): string =>
    dataEvent({ ...head, object: 'chat.completion.chunk', choices, ...more });
  const choice = (delta: object, reason: string | null, more: object = {}): object => ({
    index: 0,
    delta,
    finish_reason: reason,
    logprobs: null,
    ...more,
  });
  return [
    dataEvent({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: promptFilterResults }),
    chunk([choice({ role: 'assistant', content: '', refusal: null }, null)]),
    ...tokens.map((content) => chunk([choice({ content }, null, { content_filter_results: filterResults })])),
    chunk([choice({}, finish, { content_filter_results: {} })]),
    ...(wantsUsage(body) ? [chunk([], { usage })] : []),
    'data: [DONE]\n\n',
  ];
}

function wantsUsage(body: Question['body']): boolean {
  const options = body['stream_options'];
  return (
    typeof options === 'object' && options !== null && 'include_usage' in options && options.include_usage === true
  );
}
