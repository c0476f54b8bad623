import type { Adapter } from '../support/client.ts';
import { aiSdkManners } from './ai-sdk-manners.ts';
import { azure, otherModels, textClient } from './ai-sdk-shared.ts';

/** `azure.chat(…)`, and the models beside it. */
export const aiSdkChat: Adapter = {
  name: 'AI SDK (chat)',
  api: 'chat',
  lacks: { respond: 'azure.chat speaks chat completions' },
  manners: aiSdkManners,
  open(setting) {
    const provider = azure(setting);
    return { ...textClient(provider.chat('gpt-4o'), setting), ...otherModels(provider, setting) };
  },
};
