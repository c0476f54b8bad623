import { type AzureOpenAIProvider, createAzure } from '@ai-sdk/azure';
import { embedMany, generateText, jsonSchema, type LanguageModel, streamText, tool, transcribe } from 'ai';
import {
  AUDIO_MODEL,
  type Client,
  EMBEDDING_MODEL,
  NO_KEY,
  type Setting,
  type Streamed,
  type Streaming,
  TOOL,
} from '../support/client.ts';
import { told } from '../support/told.ts';

export const azure = ({ fetch, endpoint }: Setting): AzureOpenAIProvider =>
  createAzure({ baseURL: `${endpoint}/openai/v1`, apiKey: NO_KEY, fetch });

export const patience = ({ retries }: Setting) => (retries === 'off' ? { maxRetries: 0 } : {});

/** What `ai` does with a model is the same for every API behind it. */
export function textClient(model: LanguageModel, setting: Setting) {
  return {
    async chat(question, signal) {
      const { text } = await generateText({
        model,
        prompt: question,
        ...patience(setting),
        ...(signal && { abortSignal: signal }),
      });
      return text;
    },
    stream: (question, options) => stream(model, setting, question, options),
    async callTool(question) {
      const { toolCalls } = await generateText({
        model,
        prompt: question,
        tools: { [TOOL.name]: tool({ description: TOOL.description, inputSchema: jsonSchema(TOOL.parameters) }) },
        toolChoice: 'required',
        ...patience(setting),
      });
      const [call] = toolCalls;
      if (!call) throw new Error('no tool was called');
      return { name: call.toolName, input: call.input };
    },
  } satisfies Client;
}

/** What needs no language model. */
export function otherModels(provider: AzureOpenAIProvider, setting: Setting) {
  return {
    async embed(texts) {
      const { embeddings } = await embedMany({
        model: provider.embedding(EMBEDDING_MODEL),
        values: [...texts],
        ...patience(setting),
      });
      return embeddings;
    },
    async transcribe(audio) {
      const { text } = await transcribe({
        model: provider.transcription(AUDIO_MODEL),
        audio,
        ...patience(setting),
      });
      return text;
    },
  } satisfies Partial<Client>;
}

async function stream(
  model: LanguageModel,
  setting: Setting,
  question: string,
  { signal, onText }: Streaming = {},
): Promise<Streamed> {
  let text = '';
  let error: string | undefined;
  let finish: string | undefined;
  // It is told of errors in two ways: this one, unless replaced, writes them to the console.
  const onError = (): void => {};
  const abort = signal && { abortSignal: signal };
  const { stream: parts } = streamText({ model, prompt: question, onError, ...patience(setting), ...abort });
  try {
    for await (const part of parts) {
      if (part.type === 'error') error = `part ${told(part.error)}`;
      if (part.type === 'abort') error = 'part abort';
      if (part.type === 'finish') finish = part.finishReason;
      if (part.type !== 'text-delta') continue;
      text += part.text;
      onText?.(text);
    }
  } catch (thrown) {
    // A part right before it may have been lost.
    error = told(thrown);
  }
  return { text, ...(finish !== undefined && { finish }), ...(error !== undefined && { error }) };
}
