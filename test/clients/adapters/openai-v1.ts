import OpenAI from 'openai';
import { type Adapter, NO_KEY } from '../support/client.ts';
import { openaiManners } from './openai-manners.ts';
import { chatClient, common } from './openai-shared.ts';

/** `OpenAI` on v1: the deployment is in the body, the key in `authorization`. */
export const openaiV1: Adapter = {
  name: 'openai (v1)',
  api: 'chat',
  lacks: {},
  manners: openaiManners,
  open: (setting) =>
    chatClient(new OpenAI({ baseURL: `${setting.endpoint}/openai/v1`, apiKey: NO_KEY, ...common(setting) })),
};
