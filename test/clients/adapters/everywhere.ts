import type { Adapter } from '../support/client.ts';
import { aiSdkChat } from './ai-sdk-chat.ts';
import { aiSdkResponses } from './ai-sdk-responses.ts';
import { kyBare } from './ky-bare.ts';
import { kyMade } from './ky-made.ts';
import { openaiClassic } from './openai-classic.ts';
import { openaiResponses } from './openai-responses.ts';
import { openaiV1 } from './openai-v1.ts';

/** Those that also run in a page. */
export const everywhere: readonly Adapter[] = [
  openaiClassic,
  openaiV1,
  openaiResponses,
  aiSdkChat,
  aiSdkResponses,
  kyMade,
  kyBare,
];
