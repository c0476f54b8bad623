import { AzureChatOpenAI, AzureOpenAIEmbeddings } from '@langchain/openai';
import {
  type Adapter,
  API_VERSION,
  CHAT_MODEL,
  EMBEDDING_MODEL,
  NO_KEY,
  type Setting,
  type Streamed,
  type Streaming,
  TOOL,
} from '../support/client.ts';
import { told } from '../support/told.ts';

/** LangChain's Azure models. They send another `model` than the deployment in the path. */
export const langchain: Adapter = {
  name: 'LangChain',
  api: 'chat',
  lacks: {
    transcribe: 'LangChain has no transcription',
    respond: 'AzureChatOpenAI asks for responses on a path that Azure does not have',
  },
  manners: {
    throttled: 'RateLimitCapacityError 429 429',
    filtered: 'BadRequestError 400 content_filter',
    unreachable: {
      node: 'APIConnectionError < FailoverError ERR_OFFLINE (connect)',
      chromium: 'APIConnectionError < FailoverError ERR_OFFLINE (network)',
    },
    down: 'InternalServerError 503',
    broken: 'FailoverError ERR_STREAM_BROKEN (stream-broken)',
    malformed: 'SyntaxError',
    errorEvent: 'APIError',
    errorFirst: 'APIError',
    aborted: 'AbortError',
    abortedEarly: 'AbortError',
    abortedStream: 'AbortError',
    neverBegun: 'APIConnectionError < FailoverError ERR_ALL_REGIONS_FAILED (stream-broken)',
    ownCalls: { unreachable: 7, down: 7, throttled: 1 },
  },
  open(setting) {
    const model = new AzureChatOpenAI({ ...fields(setting), azureOpenAIApiDeploymentName: CHAT_MODEL });
    return {
      async chat(question, signal) {
        const { text } = await model.invoke(question, signal && { signal });
        return text;
      },
      stream: (question, options) => stream(model, question, options),
      async callTool(question) {
        const { tool_calls = [] } = await model
          .bindTools([{ type: 'function', function: TOOL }], { tool_choice: 'required' })
          .invoke(question);
        const [call] = tool_calls;
        if (!call) throw new Error('no tool was called');
        return { name: call.name, input: call.args };
      },
      embed: (texts) =>
        new AzureOpenAIEmbeddings({
          ...fields(setting),
          // It does not look at `azureOpenAIEndpoint`.
          azureOpenAIBasePath: `${setting.endpoint}/openai/deployments`,
          azureOpenAIApiEmbeddingsDeploymentName: EMBEDDING_MODEL,
          // By itself it makes a call for each text.
          batchSize: 16,
        }).embedDocuments([...texts]),
    };
  },
};

const fields = ({ endpoint, fetch, retries }: Setting) => ({
  azureOpenAIEndpoint: endpoint,
  azureOpenAIApiKey: NO_KEY,
  azureOpenAIApiVersion: API_VERSION,
  configuration: { fetch, logLevel: 'off' as const },
  ...(retries === 'off' && { maxRetries: 0 }),
});

async function stream(model: AzureChatOpenAI, question: string, { signal, onText }: Streaming = {}): Promise<Streamed> {
  let text = '';
  let finish: string | undefined;
  try {
    for await (const chunk of await model.stream(question, signal && { signal })) {
      const { finish_reason } = chunk.response_metadata;
      if (typeof finish_reason === 'string') finish = finish_reason;
      if (chunk.text === '') continue;
      text += chunk.text;
      onText?.(text);
    }
  } catch (error) {
    return { text, error: told(error) };
  }
  return { text, ...(finish !== undefined && { finish }) };
}
