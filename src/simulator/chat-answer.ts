import { answerText, type Question, tokensOf } from './answer-text.ts';
import { isRecord, type Json } from './record.ts';
import { dataEvent } from './reply.ts';
import { piecesOf, toolCalls } from './tool-calls.ts';

const safe = { filtered: false, severity: 'safe' };
const filterResults = { hate: safe, self_harm: safe, sexual: safe, violence: safe };
const promptFilterResults = [{ prompt_index: 0, content_filter_results: filterResults }];

/** A chat completion as it stands in one JSON text. */
export interface ChatCompletion extends Json {
  readonly id: string;
  readonly choices: readonly [ChatChoice];
}

interface ChatChoice extends Json {
  readonly message: ChatMessage;
  readonly finish_reason: string;
}

interface ChatMessage extends Json {
  readonly content: string | null;
  readonly tool_calls?: readonly {
    readonly id: string;
    readonly type: 'function';
    readonly function: { readonly name: string; readonly arguments: string };
  }[];
}

export function chatCompletion(question: Question): ChatCompletion {
  const { body, deployment, id, now } = question;
  const calls = toolCalls(question);
  const { tokens, cut, promptTokens } = answerText(question, body['max_completion_tokens'] ?? body['max_tokens']);
  const written = calls.length === 0 ? tokens.length : calls.reduce((sum, call) => sum + tokensIn(call.arguments), 0);
  const message = {
    role: 'assistant',
    content: calls.length === 0 ? tokens.join('') : null,
    refusal: null,
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ callId, name, arguments: given }) => {
        return { id: callId, type: 'function' as const, function: { name, arguments: given } };
      }),
    }),
  };
  const finish = calls.length > 0 ? 'tool_calls' : cut ? 'length' : 'stop';
  return {
    id: `chatcmpl-${id}`,
    created: Math.floor(now / 1000),
    model: deployment,
    system_fingerprint: 'fp_simulated',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finish, logprobs: null, content_filter_results: filterResults }],
    prompt_filter_results: promptFilterResults,
    usage: { prompt_tokens: promptTokens, completion_tokens: written, total_tokens: promptTokens + written },
  };
}

/** The events of a stream that brings a completion. */
export function chatEvents({ id, created, model, system_fingerprint, choices, usage }: ChatCompletion, body: Json) {
  const [{ message, finish_reason: finish }] = choices;
  const { content, tool_calls: calls = [] } = message;
  const head = { id, created, model, system_fingerprint };
  const chunk = (choices: readonly object[], more: object = {}): string =>
    dataEvent({ ...head, object: 'chat.completion.chunk', choices, ...more });
  const choice = (delta: object, reason: string | null, more: object = {}): object => ({
    index: 0,
    delta,
    finish_reason: reason,
    logprobs: null,
    ...more,
  });
  const call = (index: number, more: object): string => chunk([choice({ tool_calls: [{ index, ...more }] }, null)]);
  return [
    dataEvent({ choices: [], created: 0, id: '', model: '', object: '', prompt_filter_results: promptFilterResults }),
    chunk([choice({ role: 'assistant', content: content === null ? null : '', refusal: null }, null)]),
    ...tokensOf(content ?? '').map((text) =>
      chunk([choice({ content: text }, null, { content_filter_results: filterResults })]),
    ),
    ...calls.flatMap(({ id, type, function: { name, arguments: given } }, index) => [
      call(index, { id, type, function: { name, arguments: '' } }),
      ...piecesOf(given).map((piece) => call(index, { function: { arguments: piece } })),
    ]),
    chunk([choice({}, finish, { content_filter_results: {} })]),
    ...(wantsUsage(body) ? [chunk([], { usage })] : []),
    'data: [DONE]\n\n',
  ];
}

function tokensIn(text: string): number {
  return Math.ceil(text.length / 4);
}

export function wantsUsage(body: Json): boolean {
  const options = body['stream_options'];
  return isRecord(options) && options['include_usage'] === true;
}
