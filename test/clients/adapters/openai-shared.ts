import type OpenAI from 'openai';
import {
  AUDIO_MODEL,
  CHAT_MODEL,
  type Client,
  EMBEDDING_MODEL,
  type Setting,
  type Streamed,
  type Streaming,
  TOOL,
} from '../support/client.ts';
import { told } from '../support/told.ts';

/** What both of its clients are made with. The tests' page is as trusted as the tests. */
export const common = ({ fetch, retries }: Setting) => ({
  fetch,
  dangerouslyAllowBrowser: true,
  // It would write what it cannot read to the console, and then throw it.
  logLevel: 'off' as const,
  ...(retries === 'off' && { maxRetries: 0 }),
});

const asking = (content: string) => ({ model: CHAT_MODEL, messages: [{ role: 'user' as const, content }] });
const given = (signal: AbortSignal | undefined) => (signal ? { signal } : {});

/** The SDK's chat completions, and what lies beside them. */
export function chatClient(openai: OpenAI): Client {
  return {
    async chat(question, signal) {
      const completion = await openai.chat.completions.create(asking(question), given(signal));
      return completion.choices[0]?.message.content ?? '';
    },
    stream: (question, options) => streamChat(openai, question, options),
    async callTool(question) {
      const { choices } = await openai.chat.completions.create({
        ...asking(question),
        tools: [{ type: 'function', function: { ...TOOL, strict: true } }],
        tool_choice: 'required',
      });
      const call = choices[0]?.message.tool_calls?.[0];
      if (call?.type !== 'function') throw new Error('no tool was called');
      return { name: call.function.name, input: JSON.parse(call.function.arguments) };
    },
    async embed(texts) {
      const { data } = await openai.embeddings.create({ model: EMBEDDING_MODEL, input: [...texts] });
      return data.map(({ embedding }) => embedding);
    },
    async transcribe(audio) {
      const file = new File([audio], 'hello.wav', { type: 'audio/wav' });
      const { text } = await openai.audio.transcriptions.create({ model: AUDIO_MODEL, file });
      return text;
    },
    respond: (question, previous) => respond(openai, question, previous),
  };
}

async function streamChat(openai: OpenAI, question: string, { signal, onText }: Streaming = {}): Promise<Streamed> {
  let text = '';
  let finish: string | undefined;
  try {
    const stream = await openai.chat.completions.create({ ...asking(question), stream: true }, given(signal));
    for await (const { choices } of stream) {
      finish = choices[0]?.finish_reason ?? finish;
      const more = choices[0]?.delta?.content;
      if (!more) continue;
      text += more;
      onText?.(text);
    }
  } catch (error) {
    return { text, error: told(error) };
  }
  return { text, ...(finish !== undefined && { finish }) };
}

/** On both clients, the responses' routes have no deployment in the path. */
export async function respond(openai: OpenAI, question: string, previous?: string, signal?: AbortSignal) {
  const { id, output_text } = await openai.responses.create(
    { model: CHAT_MODEL, input: question, ...(previous !== undefined && { previous_response_id: previous }) },
    given(signal),
  );
  return { id, text: output_text };
}
