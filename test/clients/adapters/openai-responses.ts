import OpenAI from 'openai';
import { type Adapter, CHAT_MODEL, NO_KEY, type Streamed, type Streaming, TOOL } from '../support/client.ts';
import { told } from '../support/told.ts';
import { openaiManners } from './openai-manners.ts';
import { common, respond } from './openai-shared.ts';

/** `OpenAI` on v1, through the Responses API. */
export const openaiResponses: Adapter = {
  name: 'openai (responses)',
  api: 'responses',
  lacks: { embed: 'the Responses API has no embeddings', transcribe: 'the Responses API has no transcriptions' },
  manners: { ...openaiManners, errorEvent: 'APIError server_error', errorFirst: 'APIError server_error' },
  open(setting) {
    const openai = new OpenAI({ baseURL: `${setting.endpoint}/openai/v1`, apiKey: NO_KEY, ...common(setting) });
    return {
      chat: async (question, signal) => (await respond(openai, question, undefined, signal)).text,
      stream: (question, options) => stream(openai, question, options),
      async callTool(question) {
        const { output } = await openai.responses.create({
          model: CHAT_MODEL,
          input: question,
          tools: [{ type: 'function', ...TOOL, strict: true }],
          tool_choice: 'required',
        });
        const call = output.find((item) => item.type === 'function_call');
        if (!call) throw new Error('no tool was called');
        return { name: call.name, input: JSON.parse(call.arguments) };
      },
      respond: (question, previous) => respond(openai, question, previous),
    };
  },
};

async function stream(openai: OpenAI, question: string, { signal, onText }: Streaming = {}): Promise<Streamed> {
  let text = '';
  let finish: string | undefined;
  try {
    const events = await openai.responses.create(
      { model: CHAT_MODEL, input: question, stream: true },
      signal ? { signal } : {},
    );
    for await (const event of events) {
      if (event.type === 'response.completed') finish = event.response.status;
      if (event.type !== 'response.output_text.delta') continue;
      text += event.delta;
      onText?.(text);
    }
  } catch (error) {
    return { text, error: told(error) };
  }
  return { text, ...(finish !== undefined && { finish }) };
}
