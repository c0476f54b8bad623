import { generateText } from 'ai';
import { type Adapter, CHAT_MODEL } from '../support/client.ts';
import { aiSdkManners } from './ai-sdk-manners.ts';
import { azure, patience, textClient } from './ai-sdk-shared.ts';

/** `azure(…)`, which is the Responses API. */
export const aiSdkResponses: Adapter = {
  name: 'AI SDK (responses)',
  api: 'responses',
  lacks: { embed: 'the Responses API has no embeddings', transcribe: 'the Responses API has no transcriptions' },
  manners: {
    ...aiSdkManners,
    errorFirst: aiSdkManners.errorFirst.map((error) => error.replace(' 500', ' 500 server_error')),
  },
  open(setting) {
    const model = azure(setting)(CHAT_MODEL);
    return {
      ...textClient(model, setting),
      async respond(question, previous) {
        const { text, providerMetadata } = await generateText({
          model,
          prompt: question,
          ...(previous !== undefined && { providerOptions: { azure: { previousResponseId: previous } } }),
          ...patience(setting),
        });
        return { id: String(providerMetadata?.['azure']?.['responseId']), text };
      },
    };
  },
};
