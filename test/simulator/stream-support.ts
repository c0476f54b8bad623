import type { VirtualSimulator } from '../../src/simulator/index.ts';
import { endpoint, failure } from './virtual-support.ts';

/** What asks a chat for a stream. */
export const stream = { body: { stream: true } };

/** The events that arrive, and how it ends. */
export async function read(response: Response): Promise<{ readonly events: readonly string[]; readonly end: string }> {
  const decoder = new TextDecoder();
  let text = '';
  const reader = response.body?.getReader();
  const end = await failure(
    (async () => {
      for (let read = await reader?.read(); read && !read.done; read = await reader?.read()) {
        text += decoder.decode(read.value, { stream: true });
      }
    })(),
  );
  return { events: text.split(/(?<=\n\n)/), end };
}

export interface AskInit {
  readonly fetch?: typeof fetch;
  readonly signal?: AbortSignal;
}

/** Asks a model of a region by its name. */
export function ask(simulator: VirtualSimulator, path: string, body: object, init: AskInit = {}): Promise<Response> {
  const { url, key } = endpoint(simulator);
  return (init.fetch ?? simulator.fetch)(`${url}/openai/v1/${path}`, {
    method: 'POST',
    headers: { 'api-key': key },
    body: JSON.stringify({ model: 'gpt-4o', ...body }),
    signal: init.signal ?? null,
  });
}

/** Asks for a stream of the Responses API. */
export const respond = (simulator: VirtualSimulator, init?: AskInit): Promise<Response> =>
  ask(simulator, 'responses', { input: 'Good morning', stream: true }, init);
