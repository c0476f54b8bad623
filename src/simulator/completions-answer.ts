import { answerText, type Question } from './answer-text.ts';
import { wantsUsage } from './chat-answer.ts';
import { dataEvent } from './reply.ts';

/** A completion of the API before chat: one JSON text, or the events of a stream when the request asked for one. */
export function completionsAnswer(question: Question): string | readonly string[] {
  const { body, deployment, id, now } = question;
  const { tokens, cut, promptTokens } = answerText(question, body['max_tokens']);
  const usage = {
    prompt_tokens: promptTokens,
    completion_tokens: tokens.length,
    total_tokens: promptTokens + tokens.length,
  };
  const said = (text: string, finish: string | null): object => ({
    id: `cmpl-${id}`,
    object: 'text_completion',
    created: Math.floor(now / 1000),
    model: deployment,
    choices: [{ text, index: 0, logprobs: null, finish_reason: finish }],
  });
  const finish = cut ? 'length' : 'stop';
  if (body['stream'] !== true) return JSON.stringify({ ...said(tokens.join(''), finish), usage });
  return [
    ...tokens.map((text) => dataEvent(said(text, null))),
    dataEvent(said('', finish)),
    ...(wantsUsage(body) ? [dataEvent({ ...said('', null), choices: [], usage })] : []),
    'data: [DONE]\n\n',
  ];
}
