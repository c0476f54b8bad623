import type { AzureOpenAI } from 'openai';
import { DEPLOYMENT, REGIONS } from './scene.ts';

/** How one call ended, as its caller sees it. */
export interface Answer {
  /** From the call to the last word of its answer. */
  readonly ms: number;
  /** Who answered, as it should; absent when the call failed. */
  readonly region?: string;
  /** What went wrong. */
  readonly failure?: string;
}

/** Makes one call and reads its answer to the end. Any answer but the expected one is a failure. */
export async function ask(client: AzureOpenAI, nth: number, streamed: boolean): Promise<Answer> {
  const question = `Question ${nth}`;
  const startedAt = performance.now();
  const ended = (): number => performance.now() - startedAt;
  try {
    const text = streamed ? await readStream(client, question) : await readWhole(client, question);
    const by = REGIONS.find(({ name, deployment }) => text === `${deployment} in ${name} heard: ${question}`);
    return { ms: ended(), ...(by ? { region: by.name } : { failure: `unexpected answer: ${JSON.stringify(text)}` }) };
  } catch (error) {
    return { ms: ended(), failure: String(error) };
  }
}

const asking = (content: string) => ({ model: DEPLOYMENT, messages: [{ role: 'user' as const, content }] });

async function readWhole(client: AzureOpenAI, question: string): Promise<string> {
  const completion = await client.chat.completions.create(asking(question));
  return completion.choices[0]?.message.content ?? '';
}

async function readStream(client: AzureOpenAI, question: string): Promise<string> {
  let text = '';
  let finish: string | undefined;
  for await (const { choices } of await client.chat.completions.create({ ...asking(question), stream: true })) {
    text += choices[0]?.delta.content ?? '';
    finish = choices[0]?.finish_reason ?? finish;
  }
  // A stream that is cut off ends like one that is over, but for this.
  return finish === 'stop' ? text : `${text} (finish: ${finish})`;
}
