import { EventSourceParserStream } from 'eventsource-parser/stream';
import type { KyInstance } from 'ky';
import {
  AUDIO_MODEL,
  CHAT_MODEL,
  type Client,
  EMBEDDING_MODEL,
  type Streamed,
  type Streaming,
  TOOL,
} from '../support/client.ts';
import type { Manners } from '../support/manners.ts';
import { told } from '../support/told.ts';

/** Nothing of its own but the error for a status. */
export const kyManners: Manners = {
  // The doing of `pipeThrough`, which has no way to say "after what you have".
  throttled: 'HTTPError 429 429',
  filtered: 'HTTPError 400 content_filter',
  unreachable: { node: 'FailoverError ERR_OFFLINE (connect)', chromium: 'FailoverError ERR_OFFLINE (network)' },
  down: 'HTTPError 503',
  broken: 'FailoverError ERR_STREAM_BROKEN (stream-broken)',
  malformed: 'SyntaxError',
  errorEvent: 'FailoverError ERR_STREAM_BROKEN (stream-broken)',
  errorFirst: 'FailoverError ERR_STREAM_BROKEN (server-error)',
  aborted: 'AbortError',
  abortedEarly: 'AbortError',
  abortedStream: 'AbortError',
  pinned: { node: 'FailoverError ERR_REGION_PINNED (connect)', chromium: 'FailoverError ERR_REGION_PINNED (network)' },
  neverBegun: 'FailoverError ERR_ALL_REGIONS_FAILED (stream-broken)',
  ownCalls: { unreachable: 1, down: 1, throttled: 1 },
};

interface Message {
  readonly content?: string | null;
  readonly tool_calls?: readonly { readonly function: { readonly name: string; readonly arguments: string } }[];
}

const asking = (content: string) => ({ model: CHAT_MODEL, messages: [{ role: 'user', content }] });
const given = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

/** What a person writes who has ky and the service's documentation. */
export function kyClient(api: KyInstance): Client {
  const complete = async (json: object, signal?: AbortSignal): Promise<Message> => {
    const completion = await api
      .post<{ choices: { message: Message }[] }>('chat/completions', { json, ...given(signal) })
      .json();
    return completion.choices[0]?.message ?? {};
  };
  return {
    chat: async (question, signal) => (await complete(asking(question), signal)).content ?? '',
    stream: (question, options) => stream(api, question, options),
    async callTool(question) {
      const tools = [{ type: 'function', function: TOOL }];
      const { tool_calls } = await complete({ ...asking(question), tools, tool_choice: 'required' });
      const call = tool_calls?.[0]?.function;
      if (!call) throw new Error('no tool was called');
      return { name: call.name, input: JSON.parse(call.arguments) };
    },
    async embed(input) {
      const json = { model: EMBEDDING_MODEL, input };
      const { data } = await api.post<{ data: { embedding: number[] }[] }>('embeddings', { json }).json();
      return data.map(({ embedding }) => embedding);
    },
    async transcribe(audio) {
      const body = new FormData();
      body.append('model', AUDIO_MODEL);
      body.append('file', new File([audio], 'hello.wav', { type: 'audio/wav' }));
      const { text } = await api.post<{ text: string }>('audio/transcriptions', { body }).json();
      return text;
    },
    async respond(input, previous) {
      const json = { model: CHAT_MODEL, input, previous_response_id: previous };
      const response = await api
        .post<{ id: string; output: { content: { text: string }[] }[] }>('responses', { json })
        .json();
      return { id: response.id, text: response.output[0]?.content[0]?.text ?? '' };
    },
  };
}

async function stream(api: KyInstance, question: string, { signal, onText }: Streaming = {}): Promise<Streamed> {
  let text = '';
  let finish: string | undefined;
  try {
    const json = { ...asking(question), stream: true };
    const { body } = await api.post('chat/completions', { json, ...given(signal) });
    if (!body) throw new Error('no body');
    for await (const { data } of body
      .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array<ArrayBuffer>>)
      .pipeThrough(new EventSourceParserStream())) {
      if (data === '[DONE]') continue;
      const [choice] = JSON.parse(data).choices ?? [];
      finish = choice?.finish_reason ?? finish;
      if (!choice?.delta?.content) continue;
      text += choice.delta.content;
      onText?.(text);
    }
  } catch (error) {
    return { text, error: told(error) };
  }
  return { text, ...(finish !== undefined && { finish }) };
}
