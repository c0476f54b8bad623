import { AzureOpenAI } from 'openai';
import { type Adapter, API_VERSION, NO_KEY } from '../support/client.ts';
import { openaiManners } from './openai-manners.ts';
import { chatClient, common } from './openai-shared.ts';

/** `AzureOpenAI`: the deployment is in the path, the key in `api-key`. */
export const openaiClassic: Adapter = {
  name: 'openai (classic)',
  api: 'chat',
  lacks: {},
  manners: openaiManners,
  open: (setting) =>
    chatClient(
      new AzureOpenAI({
        endpoint: setting.endpoint,
        apiKey: NO_KEY,
        apiVersion: API_VERSION,
        ...common(setting),
      }),
    ),
};
