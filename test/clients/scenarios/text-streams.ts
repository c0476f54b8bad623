import { createAzure } from '@ai-sdk/azure';
import { streamText } from 'ai';
import { expect, type TestContext, test } from 'vitest';
import { aiSdkChat } from '../adapters/ai-sdk-chat.ts';
import { CHAT_MODEL, NO_KEY } from '../support/client.ts';
import { scene } from '../support/scene.ts';
import { told } from '../support/told.ts';
import { BACKUP, HOME, type Place } from '../support/world.ts';

/** The AI SDK's other way to read a stream: text alone, which has no place for an error. */
export function textStreams(place: Place): void {
  test('AI SDK (textStream): a stream that breaks throws, and what was said before is kept', async (context) => {
    const { text, thrown, heard } = await read(place, { [HOME]: 'stall:sse:5' }, context);
    expect({ text, heard }).toEqual({ text: `${CHAT_MODEL} in ${HOME}`, heard: [] });
    expect(thrown).toBe(aiSdkChat.manners.broken);
  });

  test('AI SDK (textStream): a stream that no region begins ends silently, because only onError hears of it', async (context) => {
    const everywhere = { [HOME]: 'status(503,html)', [BACKUP]: 'status(503,html)' };
    const { text, thrown, heard } = await read(place, everywhere, context);
    expect({ text, thrown, heard }).toEqual({ text: '', thrown: undefined, heard: [aiSdkChat.manners.down] });
  });
}

async function read(place: Place, faults: Record<string, string>, context: TestContext) {
  const { fetch, endpoint, account } = await scene(place, aiSdkChat, { faults, timeouts: { idleMs: 500 } }, context);
  const model = createAzure({ baseURL: `${endpoint}/openai/v1`, apiKey: NO_KEY, fetch }).chat(CHAT_MODEL);
  const heard: string[] = [];
  const onError = ({ error }: { readonly error: unknown }): void => void heard.push(told(error));
  const { textStream } = streamText({ model, prompt: 'Hello', maxRetries: 0, onError });
  let text = '';
  let thrown: string | undefined;
  try {
    for await (const more of textStream) text += more;
  } catch (error) {
    thrown = told(error);
  }
  expect((await account()).calls).toBe(1);
  return { text, thrown, heard };
}
