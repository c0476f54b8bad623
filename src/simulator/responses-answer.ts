import { answerText, type Question, tokensOf } from './answer-text.ts';
import type { Json } from './record.ts';
import type { Item } from './stored-objects.ts';
import { type ToolCall, toolCalls } from './tool-calls.ts';

/** A response as it stands in one JSON text. */
export interface FinishedResponse extends Json {
  readonly id: string;
  readonly status: 'completed' | 'incomplete';
  readonly output: readonly OutputItem[];
}

/** An item of an answer. */
export type OutputItem = ReasoningItem | MessageItem | CallItem;

interface ReasoningItem extends Json {
  readonly type: 'reasoning';
  readonly id: string;
}

interface MessageItem extends Json {
  readonly type: 'message';
  readonly id: string;
  readonly content: readonly [{ readonly text: string }];
}

interface CallItem extends Json {
  readonly type: 'function_call';
  readonly id: string;
  readonly arguments: string;
}

const reasoningTokens = 16;

/** @param sealed the reasoning, where it was asked for. */
export function responseOf(question: Question, sealed: string | undefined): FinishedResponse {
  const { body, id } = question;
  const calls = toolCalls(question);
  const { tokens, cut, promptTokens } = answerText(question, body['max_output_tokens']);
  const status = cut && calls.length === 0 ? 'incomplete' : 'completed';
  const thought = sealed === undefined ? 0 : reasoningTokens;
  const said =
    calls.length === 0 ? tokens.length : calls.reduce((sum, { arguments: given }) => sum + tokensOf(given).length, 0);
  return {
    ...head(question),
    status,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    output: [
      ...(sealed === undefined ? [] : [reasoning(id, sealed)]),
      ...(calls.length === 0 ? [message(id, status, tokens.join(''))] : calls.map(callItem)),
    ],
    usage: {
      input_tokens: promptTokens,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: said + thought,
      output_tokens_details: { reasoning_tokens: thought },
      total_tokens: promptTokens + said + thought,
    },
  };
}

/** What a response says before there is anything in it. */
export function begun(response: FinishedResponse, status: 'queued' | 'in_progress'): Json {
  return { ...response, status, incomplete_details: null, output: [], usage: null };
}

function reasoning(id: string, sealed: string): ReasoningItem {
  return { id: `rs_${id}`, type: 'reasoning', summary: [], encrypted_content: sealed };
}

function message(id: string, status: string, text: string): MessageItem {
  const content = [{ type: 'output_text', text, annotations: [], logprobs: [] }] as const;
  return { id: `msg_${id}`, type: 'message', status, role: 'assistant', content };
}

function callItem({ id, callId, name, arguments: given }: ToolCall): CallItem {
  return { id: `fc_${id}`, type: 'function_call', status: 'completed', arguments: given, call_id: callId, name };
}

function head({ body, deployment, id, now }: Question): { readonly id: string } & Item {
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: Math.floor(now / 1000),
    model: deployment,
    error: null,
    instructions: body['instructions'] ?? null,
    max_output_tokens: body['max_output_tokens'] ?? null,
    metadata: body['metadata'] ?? {},
    parallel_tool_calls: body['parallel_tool_calls'] ?? true,
    previous_response_id: body['previous_response_id'] ?? null,
    reasoning: { effort: null, summary: null },
    store: body['store'] ?? true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: body['tool_choice'] ?? 'auto',
    tools: body['tools'] ?? [],
    top_p: 1,
    truncation: 'disabled',
    ...(body['background'] === true && { background: true }),
    ...conversationOf(body['conversation']),
  };
}

/** By its id or in an object, as it is asked; in an object, as it is answered. */
function conversationOf(asked: unknown): object {
  if (asked === undefined || asked === null) return {};
  return { conversation: typeof asked === 'string' ? { id: asked } : asked };
}
